"""Keeps answers about large logs, so that a page does not wait for what was asked before.

An answer belongs to a state of its log. Where that has changed, a question about a small log is asked again at once;
about a large one the last answer is given (the page says of when it is) and a thread finds the new one.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

import duckdb

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


_KEPT: OrderedDict[tuple[object, ...], Answer[object]] = OrderedDict()
_FINDING: set[tuple[object, ...]] = set()
_LOCK = threading.Lock()


def answer(
    connection: duckdb.DuckDBPyConnection, folder: Path, log: Log, key: tuple[object, ...], make: Make[T]
) -> Answer[T]:
    """The answer for this state of the log, or the last one while that is found."""
    whole = (folder, log.log, *key)
    with _LOCK:
        found: Answer[T] | None = _KEPT.get(whole)  # type: ignore[assignment]
    if found is not None and found.state == log.imported_at:
        return found
    if found is None or log.cases < LARGE:
        return _find(connection, whole, log.imported_at, make)
    _find_later(folder, whole, log.imported_at, make)
    return found


def find_ahead(folder: Path, log: Log, key: tuple[object, ...], make: Make[T]) -> None:
    """Find in a thread what somebody is likely to ask next of a large log, unless it is known."""
    whole = (folder, log.log, *key)
    with _LOCK:
        found = _KEPT.get(whole)
    if log.cases >= LARGE and (found is None or found.state != log.imported_at):
        _find_later(folder, whole, log.imported_at, make)


def _find(connection: duckdb.DuckDBPyConnection, key: tuple[object, ...], state: datetime, make: Make[T]) -> Answer[T]:
    found = Answer(make(connection), state)
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
            with store.opened(folder) as connection:
                _find(connection, key, state, make)
        except Exception:
            trouble.exception("a figure could not be found again")
        finally:
            with _LOCK:
                _FINDING.discard(key)

    threading.Thread(target=run, name="insight", daemon=True).start()
