"""The whole product started, stopped and killed as a person does it."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from redis import Redis
from redis.exceptions import RedisError

from core.settings import Settings, read_settings
from tests.conftest import NUMBERS, environment, free_port

LONG = 60


class Server:
    """`bieumau serve --demo`."""

    def __init__(self, settings: Settings, *options: str) -> None:
        port = free_port()
        self.settings, self.address = settings, f"http://127.0.0.1:{port}"
        self.log = settings.data / "serve.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "web.cli", "serve", "--demo", "--port", str(port), *options],
                env=os.environ | environment(settings),
                stdout=log,
                stderr=log,
            )
        self.wait_for(lambda: self.answers("/healthz"))

    def answers(self, path: str, data: bytes | None = None) -> bool:
        try:
            with urllib.request.urlopen(self.address + path, data, timeout=10):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return True
        except OSError:
            return False

    def wait_for(self, true: Callable[[], bool]) -> None:
        end = monotonic() + LONG
        while not true():
            assert self.process.poll() is None, self.log.read_text()
            assert monotonic() < end
            sleep(0.05)

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children]

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=LONG)


@pytest.fixture
def settings(short_dir: Path) -> Iterator[Settings]:
    data = short_dir / f"{next(NUMBERS)}"
    data.mkdir()
    yield read_settings({"BIEUMAU_DATA": str(data)})


def queue_answers(settings: Settings) -> bool:
    try:
        with Redis(unix_socket_path=str(settings.data / "valkey.sock")) as client:
            return bool(client.ping())
    except RedisError:
        return False


def is_gone(process: int) -> bool:
    with suppress(FileNotFoundError):
        return "\nState:\tZ" in Path(f"/proc/{process}/status").read_text()
    return True


@pytest.mark.parametrize("kind", ["waitress", "gunicorn"])
def test_it_stops_as_a_whole_and_keeps_what_was_there(settings: Settings, kind: str) -> None:
    server = Server(settings, "--server", kind)
    assert server.answers("/sign-in", urllib.parse.urlencode({"login": "x"}).encode())
    server.wait_for(lambda: queue_answers(settings))
    workers = server.workers()
    assert server.stop(signal.SIGINT) in (0, 130)
    assert all(map(is_gone, workers))
    assert not queue_answers(settings)
    told = server.log.read_text()
    assert "so-31.stp-th" in told and "Traceback" not in told
    again = Server(settings)
    assert "so-31.stp-th" in again.log.read_text()
    again.stop(signal.SIGTERM)


def test_a_killed_server_leaves_nothing_that_the_next_cannot_take_over(settings: Settings) -> None:
    server = Server(settings)
    server.wait_for(lambda: queue_answers(settings))
    workers = server.workers()
    server.stop(signal.SIGKILL)
    server.process.poll()
    end = monotonic() + LONG
    while not all(map(is_gone, workers)):
        assert monotonic() < end
        sleep(0.05)
    again = Server(settings)
    assert again.stop(signal.SIGTERM) in (0, 130)
    assert not queue_answers(settings)


def test_a_port_in_use_is_told(settings: Settings) -> None:
    server = Server(settings)
    port = server.address.rpartition(":")[2]
    second = subprocess.run(
        [sys.executable, "-m", "web.cli", "serve", "--port", port],
        env=os.environ | environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    server.stop(signal.SIGTERM)
    assert second.returncode == 3
    assert port in second.stderr and "Traceback" not in second.stderr
