"""Writers of a SQLite database queue, so that whoever came first writes first.

By itself SQLite has each of them try again after longer and longer naps, and lets pass who is just awake:
under load some wait for half a minute. Here they wait at a lock of the system on a file beside the database,
which wakes them in their turn and is taken back from a process that is killed.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable


class InTurn(sqlite3.Connection):
    """A connection that keeps its turn from `wait_for_turn` to the end of the transaction."""

    _turn: int | None = None

    def wait_for_turn(self) -> None:
        """Return when no other connection writes. One without a file has no others."""
        path = self.execute("PRAGMA database_list").fetchone()[2]
        if path:
            self._turn = os.open(f"{path}-turn", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._turn, fcntl.LOCK_EX)

    def commit(self) -> None:
        """The turn goes on once everything is kept."""
        self._end(super().commit)

    def rollback(self) -> None:
        """Nothing was written."""
        self._end(super().rollback)

    def close(self) -> None:
        """Closing undoes what was begun."""
        self._end(super().close)

    def _end(self, way: Callable[[], None]) -> None:
        try:
            way()
        finally:
            turn, self._turn = self._turn, None
            if turn is not None:
                os.close(turn)
