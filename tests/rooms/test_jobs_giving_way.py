"""People who wait for a page go first, and the loop is woken only for what is due before it wakes by itself."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from backline.jobs import bell, giving_way, looping
from backline.jobs.enqueuing import enqueue
from backline.jobs.looping import Loop

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_nobody_is_let_pass_where_nobody_waits() -> None:
    assert giving_way.let_pass(0)
    with giving_way.first():
        assert not giving_way.let_pass(0)
    assert giving_way.let_pass(0)


@pytest.mark.django_db(transaction=True)
def test_the_loop_begins_when_the_last_page_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looping, "LONGEST_WAY_S", 60.0)
    told: list[str] = []
    done = threading.Event()

    def perform(ref: str, now: datetime) -> None:
        told.append("job")
        done.set()

    enqueue("effect", "a", due_at=NOON)
    loop = Loop({"effect": perform}, clock=lambda: NOON)
    with giving_way.first():
        loop.start()
        told.append("page")
    assert done.wait(20)
    loop.stop()
    assert told == ["page", "job"]


@pytest.mark.django_db(transaction=True)
def test_people_without_end_do_not_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looping, "LONGEST_WAY_S", 0.01)
    done = threading.Event()
    enqueue("effect", "a", due_at=NOON)
    loop = Loop({"effect": lambda ref, now: done.set()}, clock=lambda: NOON)
    with giving_way.first():
        loop.start()
        assert done.wait(20)
    loop.stop()


@pytest.mark.parametrize(("due", "wakes"), [(NOON - SECOND, True), (NOON, False), (NOON + SECOND, False)])
def test_what_is_due_after_it_wakes_by_itself_does_not_ring(
    due: datetime, wakes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    bell.wait(0)
    monkeypatch.setattr(bell, "_asleep_until", NOON)
    bell.ring(due)
    assert bell.wait(0) is wakes
