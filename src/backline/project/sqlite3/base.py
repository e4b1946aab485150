"""Django's SQLite, with a queue for the writers of this process.

SQLite lets one writer in at a time, and whoever finds it taken sleeps and tries again, longer each time: with a few
dozen customers at once most of a request would be spent asleep while the database is idle. Here a transaction first
waits for its turn at a lock of the process, and is woken the moment it is free. Other processes meet at SQLite itself,
as ever; a turn that does not come in time is left to SQLite to refuse.
"""

from __future__ import annotations

import threading

from django.db.backends.sqlite3 import base

PATIENCE_S = 20.0
_turns: dict[str, threading.Lock] = {}
_making = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that holds its turn from the beginning of a transaction to its end."""

    transaction_mode: str | None
    _turn: threading.Lock | None = None

    def _start_transaction_under_autocommit(self) -> None:
        turn = _turn_of(str(self.settings_dict["NAME"]))
        if self._turn is None and turn.acquire(timeout=PATIENCE_S):
            self._turn = turn
        try:
            with self.wrap_database_errors:  # as Django does, which goes by way of a cursor
                self.connection.execute(f"BEGIN {self.transaction_mode or 'DEFERRED'}")
        except BaseException:
            self._give_up_turn()
            raise

    def _commit(self) -> None:
        if self.connection is not None:
            with self.wrap_database_errors:  # one that failed goes on to roll back, or to close
                self.connection.commit()
        self._give_up_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_up_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_up_turn()

    def _give_up_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()


def _turn_of(database: str) -> threading.Lock:
    with _making:
        return _turns.setdefault(database, threading.Lock())
