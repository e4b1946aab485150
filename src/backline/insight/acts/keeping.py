"""Keeps answers about large logs, so that a page does not wait for what was asked before.

An answer belongs to a state of its log. Where that has changed, a quick question is asked again at once; for a slow one
the last answer is given (the page says of when it is) and a thread finds the new one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

import duckdb

from backline.insight.logs import store

T = TypeVar("T")
Make = Callable[[duckdb.DuckDBPyConnection], T]
QUICK_S = 0.25
MOST = 400
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What was found, in which state of the log, and how long that took."""

    value: T
    state: datetime
    seconds: float


_KEPT: OrderedDict[tuple[object, ...], Answer[object]] = OrderedDict()
_FINDING: set[tuple[object, ...]] = set()
_LOCK = threading.Lock()


def answer(
    connection: duckdb.DuckDBPyConnection, folder: Path, key: tuple[object, ...], state: datetime, make: Make[T]
) -> Answer[T]:
    """The answer for this state of the log, or the last one while that is found."""
    whole = (folder, *key)
    with _LOCK:
        found: Answer[T] | None = _KEPT.get(whole)  # type: ignore[assignment]
    if found is not None and found.state == state:
        return found
    if found is None or found.seconds < QUICK_S:
        return _find(connection, whole, state, make)
    _find_later(folder, whole, state, make)
    return found


def _find(connection: duckdb.DuckDBPyConnection, key: tuple[object, ...], state: datetime, make: Make[T]) -> Answer[T]:
    started = time.perf_counter()
    found = Answer(make(connection), state, time.perf_counter() - started)
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
            log.exception("a figure could not be found again")
        finally:
            with _LOCK:
                _FINDING.discard(key)

    threading.Thread(target=run, name="insight", daemon=True).start()
