"""Figures of a large log: of a sample at once, which says so, and of all soon after."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from backline.insight.acts import keeping, sampling
from backline.insight.acts.looking import Log
from backline.insight.logs import store

CASES = 3200
AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with store.opened(tmp_path, writing=True) as connection:
        connection.execute(
            f"INSERT INTO cases (log, case_number, lasted) SELECT 1, i, i FROM range(1, {CASES + 1}) t(i)"
        )
        sampling.keep(connection, 1)
    return tmp_path


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setattr(keeping, "LARGE", 1000)
    return Log(log=1, name="visit", own=True, kind="", imported_at=AT, events=0, cases=CASES, refused=0)


def count(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("SELECT count(*) FROM cases WHERE log = 1").fetchall()[0][0])


def asked(folder: Path, log: Log, *, exact: bool = False) -> keeping.Answer[int]:
    with store.opened(folder) as connection:
        return keeping.answer(connection, folder, log, ("count",), count, exact=exact)


def until(holds: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 10
    while time.monotonic() < ends and not holds():
        time.sleep(0.01)
    return holds()


def test_the_first_answer_about_a_large_log_is_of_a_sample_and_says_so_and_then_of_all(folder: Path, log: Log) -> None:
    first = asked(folder, log)
    assert first.sample
    assert CASES / sampling.PART * 0.7 < first.value < CASES / sampling.PART * 1.3
    assert until(lambda: not asked(folder, log).sample)
    assert asked(folder, log).value == CASES


def test_a_file_is_never_of_a_sample(folder: Path, log: Log) -> None:
    found = asked(folder, log, exact=True)
    assert (found.value, found.sample) == (CASES, False)


def test_a_case_that_changes_changes_in_the_sample_and_stays_one(folder: Path) -> None:
    drawn = next(case for case in range(1, CASES) if case * sampling.TIMES % sampling.WHOLE < sampling.WHOLE // 32)
    with store.opened(folder, writing=True) as connection:
        connection.execute("UPDATE cases SET lasted = -1 WHERE case_number = ?", [drawn])
        sampling.keep(connection, 1, [drawn, drawn + 1])
        with sampling.sampled(connection):
            changed = connection.execute("SELECT case_number FROM cases WHERE lasted = -1").fetchall()
            assert changed == [(drawn,)]
        assert count(connection) == CASES


def test_a_large_log_without_a_sample_is_asked_whole(folder: Path, log: Log) -> None:
    with store.opened(folder, writing=True) as connection:
        connection.execute("DELETE FROM sample.kept")
    assert asked(folder, log) == keeping.Answer(CASES, AT)
