"""Keeps answers about large logs, so that a page does not wait for what was asked before.

An answer belongs to a state of its log. Where that has changed, a question about a small log is asked again at once;
about a large one the last answer is given (the page says of when it is) and a thread finds the new one. What was never
asked of a large log is answered of a sample of its cases, and says so, while a thread asks it of all.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar
from weakref import WeakSet

import duckdb

from backline.insight.acts import sampling
from backline.insight.acts.looking import Log
from backline.insight.logs import store

T = TypeVar("T")
Make = Callable[[duckdb.DuckDBPyConnection], T]
LARGE = 50_000
"""Cases from which on a log is large"""
MOST = 400
trouble = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What was found, and in which state of the log."""

    value: T
    state: datetime
    sample: bool = False
    """Of a sample of the cases: of all it is being found"""


_KEPT: OrderedDict[tuple[object, ...], Answer[object]] = OrderedDict()
_FINDING: set[tuple[object, ...]] = set()
_LOCK = threading.Lock()
_ONE = threading.Lock()
"""One is found after the other, so that pages do not wait for all that is found meanwhile"""


def answer(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    log: Log,
    key: tuple[object, ...],
    make: Make[T],
    *,
    exact: bool = False,
) -> Answer[T]:
    """The answer for this state of the log, or the last one while that is found; ``exact``: however long it takes."""
    whole = (folder, log.log, *key)
    with _LOCK:
        found: Answer[T] | None = _KEPT.get(whole)  # type: ignore[assignment]
    if found is not None and found.state == log.imported_at and not found.sample:
        return found
    if exact or log.cases < LARGE or (found is None and not sampling.is_kept(connection, log.log)):
        return _find(connection, whole, log.imported_at, make)
    if found is None:
        with sampling.sampled(connection):
            found = _keep(whole, Answer(make(connection), log.imported_at, sample=True))
    _find_later(folder, whole, log.imported_at, make)
    return found


def find_ahead(folder: Path, log: Log, key: tuple[object, ...], make: Make[T]) -> None:
    """Find in a thread what somebody is likely to ask next of a large log, unless it is known."""
    whole = (folder, log.log, *key)
    with _LOCK:
        found = _KEPT.get(whole)
    if log.cases >= LARGE and (found is None or found.sample or found.state != log.imported_at):
        _find_later(folder, whole, log.imported_at, make)


def _find(connection: duckdb.DuckDBPyConnection, key: tuple[object, ...], state: datetime, make: Make[T]) -> Answer[T]:
    return _keep(key, Answer(make(connection), state))


def _keep(key: tuple[object, ...], found: Answer[T]) -> Answer[T]:
    with _LOCK:
        _KEPT[key] = found  # type: ignore[assignment]
        _KEPT.move_to_end(key)
        while len(_KEPT) > MOST:
            _KEPT.popitem(last=False)
    return found


def _find_later(folder: Path, key: tuple[object, ...], state: datetime, make: Make[T]) -> None:
    with _LOCK:
        if key in _FINDING:
            return
        _FINDING.add(key)

    def run() -> None:
        try:
            with _ONE, store.opened(folder) as connection:
                _ASKED.add(connection)
                if not _ENDING.is_set():
                    _find(connection, key, state, make)
        except Exception:
            if not _ENDING.is_set():
                trouble.exception("a figure could not be found again")
        finally:
            _ASKED.clear()
            with _LOCK:
                _FINDING.discard(key)

    thread = threading.Thread(target=run, name="insight", daemon=True)
    _THREADS.add(thread)
    thread.start()


_ASKED: set[duckdb.DuckDBPyConnection] = set()
_THREADS: WeakSet[threading.Thread] = WeakSet()
_ENDING = threading.Event()


@atexit.register
def _give_up() -> None:
    """The process ends: what is being asked is not needed any more."""
    _ENDING.set()
    for connection in list(_ASKED):
        connection.interrupt()
    for thread in list(_THREADS):
        thread.join(timeout=2)
