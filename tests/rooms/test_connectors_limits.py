"""How often and how many at once a system is asked, and when it is left alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backline.connectors import calling, recording, standing, systems, turns
from backline.connectors.breakers import Breaker
from backline.connectors.configuring import read_system
from backline.connectors.contract import Again, Done, Found, Missing, Unknown
from backline.connectors.gates import FULL, TOO_FAST, Gate
from backline.connectors.leases import Places
from backline.connectors.models import Call, Pause, Rest
from backline.connectors.resting import SharedBreaker, known
from backline.engine.definition import DefinitionProblems, ValueType

FILE = """
system: shop
kind: http
settings:
  url: http://127.0.0.1:9
  at_once: 2
  rate: 5 per second
  breaker: {failures: 2, pause: 30 seconds, trials: 2}
operations:
  price: {read: {get: /price}, returns: text}
  order: {write: {post: /orders}, verify: {get: "/orders/{key}"}}
"""


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    known.forget()


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, []  # type: float, list[float]

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


class Scripted:
    """A connector that answers as it is told."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.answer, self.limits = answer, []  # type: Callable[[], Any], list[float]

    def read(self, *_: object, deadline_s: float) -> Any:
        self.limits.append(deadline_s)
        return self.answer()

    def write(self, *_: object, key: str, deadline_s: float) -> Any:
        return self.answer()

    verify = rehearse = write

    def close(self) -> None:
        """Nothing."""


@pytest.fixture
def shop(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.FOLDER = tmp_path
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "shop.yaml").write_text(FILE)
    recording.forget()

    def answering(answer: Callable[[], Any]) -> Scripted:
        connector = Scripted(answer)
        monkeypatch.setattr(systems, "connected", lambda kind, system, folder: connector)
        systems.forget()
        return connector

    yield answering
    systems.forget()
    recording.forget()


def test_a_breaker_opens_after_so_many_failures_in_a_row() -> None:
    breaker = Breaker(failures=3, pause_s=30, clock=Clock())
    told = [breaker.note(answered=one) for one in (False, False, True, False, False, False)]
    assert told == ["", "", "", "", "", "opened"]
    assert (breaker.state, breaker.may_ask(), breaker.pause_left_s()) == ("open", False, 30)


def test_after_the_pause_only_as_many_try_as_may() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, pause_s=30, trials=2, clock=clock)
    breaker.note(answered=False)
    clock.now += 30
    assert breaker.state == "half-open"
    assert [breaker.may_ask() for _ in range(4)] == [True, True, False, False]


def test_a_trial_that_was_not_made_leaves_its_place() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, pause_s=30, clock=clock)
    breaker.note(answered=False)
    clock.now += 30
    assert breaker.may_ask()
    breaker.let_go()
    assert breaker.may_ask()


def test_all_trials_answered_close_the_breaker() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, pause_s=30, trials=2, clock=clock)
    breaker.note(answered=False)
    clock.now += 30
    assert [breaker.may_ask(), breaker.may_ask()] == [True, True]
    assert [breaker.note(answered=True), breaker.note(answered=True)] == ["", "closed"]
    assert (breaker.state, breaker.may_ask()) == ("closed", True)


def test_one_failed_trial_opens_the_breaker_for_another_pause() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, pause_s=30, trials=2, clock=clock)
    breaker.note(answered=False)
    clock.now += 30
    breaker.may_ask()
    assert breaker.note(answered=False) == "opened"
    assert (breaker.may_ask(), breaker.pause_left_s()) == (False, 30)
    assert breaker.note(answered=True) == "", "an answer to an older question closes nothing"
    assert breaker.state == "open"


def test_no_more_run_at_once_than_may_and_the_next_waits_for_a_place() -> None:
    gate, inside, most = Gate("shop", at_once=2), [0], [0]
    lock, met = threading.Lock(), threading.Barrier(2, timeout=10)

    def call() -> None:
        with gate.through(within_s=10) as turned:
            assert turned is None
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            met.wait()
            with lock:
                inside[0] -= 1

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == [2]
    assert gate.running == 0


def test_who_waits_too_long_for_a_place_is_turned_away() -> None:
    gate = Gate("shop", at_once=1)
    with gate.through(within_s=1), gate.through(within_s=0.01) as turned:
        assert turned is not None
        assert turned.reason == FULL
    with gate.through(within_s=0.01) as turned:
        assert turned is None


def test_calls_begin_as_far_apart_as_the_rate_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "taken", lambda *_, **__: None)
    clock = Clock()
    gate = Gate("shop", at_once=9, rate=4, clock=clock, sleep=clock.sleep)
    for _ in range(4):
        with gate.through(within_s=1) as turned:
            assert turned is None
    assert clock.slept == [0.25, 0.25, 0.25]


def test_who_would_wait_too_long_for_a_turn_is_told_when_to_come_and_takes_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "taken", lambda *_, **__: None)
    clock = Clock()
    gate = Gate("shop", at_once=9, rate=0.1, clock=clock, sleep=clock.sleep)
    with gate.through(within_s=1) as first:
        assert first is None
    for _ in range(3):
        with gate.through(within_s=1) as turned:
            assert turned is not None
            assert (turned.reason, turned.pause_s) == (TOO_FAST, 10)
    assert clock.slept == []


@pytest.mark.django_db
def test_after_its_failures_a_system_is_left_alone_and_each_call_is_told_so(shop: Any) -> None:
    connector = shop(lambda: Missing(reason="down", detail="no route", for_now=True))
    for _ in range(2):
        calling.read("shop.price", {})
    assert calling.read("shop.price", {}) == Missing(reason="paused", detail=calling.TIRED, for_now=True)
    again = calling.write("shop.order", {}, key="K-1")
    assert isinstance(again, Again)
    assert 25 < again.after_s <= 30
    assert calling.verify("shop.order", {}, key="K-1") == Unknown(reason=calling.TIRED)
    assert len(connector.limits) == 2


@pytest.mark.django_db
def test_that_a_breaker_opened_and_closed_is_kept_for_others_to_see(shop: Any) -> None:
    shop(lambda: Missing(reason="down", detail="no route", for_now=True))
    for _ in range(2):
        calling.read("shop.price", {})
    recording.flush()
    (pause,) = Pause.objects.all()
    assert (pause.system, pause.reason, pause.ended_at) == ("shop", "down no route", None)
    assert pause.process == recording.process()
    assert timedelta(seconds=29) < pause.until - pause.began_at <= timedelta(seconds=30)
    link = systems.link_of("shop")
    link.breaker.own._open_until = 0.0
    link.connector.answer = lambda: Found(value="x", type=ValueType(kind="text"))  # type: ignore[attr-defined]
    for _ in range(2):
        assert isinstance(calling.read("shop.price", {}), Found)
    recording.flush()
    assert Pause.objects.get().ended_at is not None


@pytest.mark.django_db
def test_the_doctor_is_told_the_limits_and_who_leaves_a_system_alone(shop: Any) -> None:
    shop(lambda: Missing(reason="down", detail="no route", for_now=True))
    for _ in range(2):
        calling.read("shop.price", {})
    told = standing.told("shop", now=datetime.now(UTC))
    assert told.startswith(f"2 at once, 5 a second; {recording.process()} leaves it alone until ")
    assert "(down no route)" in told


@pytest.mark.django_db
def test_what_the_system_took_and_does_not_know_yet_is_no_failure(shop: Any) -> None:
    shop(lambda: Unknown(reason="in the batch", answered=True))
    for _ in range(5):
        calling.write("shop.order", {}, key="K-1")
    assert systems.link_of("shop").breaker.state == "closed"


@pytest.mark.django_db
def test_a_connector_that_breaks_counts_as_a_failure_and_leaves_its_place(shop: Any) -> None:
    def breaks() -> Done:
        raise RuntimeError("a mistake in the connector")

    shop(breaks)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            calling.read("shop.price", {})
    link = systems.link_of("shop")
    assert (link.breaker.state, link.gate.running) == ("open", 0)


@pytest.mark.django_db
def test_a_call_that_finds_no_place_in_time_is_asked_again_and_its_wait_is_part_of_its_limit(shop: Any) -> None:
    release, entered = threading.Event(), threading.Semaphore(0)

    def answer() -> Found:
        entered.release()
        assert release.wait(10)
        return Found(value="x", type=ValueType(kind="text"))

    connector = shop(answer)
    link = systems.link_of("shop")
    link.gate._rate, link.gate._places = 0.0, None
    threads = [threading.Thread(target=calling.read, args=("shop.price", {})) for _ in range(2)]
    for thread in threads:
        thread.start()
        assert entered.acquire(timeout=10)
    missing = calling.read("shop.price", {}, deadline_s=0.05)
    again = calling.write("shop.order", {}, key="K-1", deadline_s=0.05)
    release.set()
    for thread in threads:
        thread.join(10)
    assert missing == Missing(reason="paused", detail=FULL, for_now=True)
    assert again == Again(after_s=1.0, reason=FULL)
    assert link.breaker.state == "closed"
    assert len(connector.limits) == 2
    recording.flush()
    assert Call.objects.filter(result="again", detail=FULL).count() == 1


@pytest.mark.django_db(transaction=True)
def test_all_processes_share_the_turns() -> None:
    first = turns.taken("shop", rate=1, within_s=5)
    second = turns.taken("shop", rate=1, within_s=5)
    third = turns.taken("shop", rate=1, within_s=1)
    assert first == 0
    assert second is not None
    assert 0.5 < second <= 1
    assert third is not None
    assert third > 1


@pytest.mark.django_db(transaction=True)
def test_all_processes_share_the_places() -> None:
    here, there = Places("shop", at_once=2), Places("shop", at_once=2)
    first, second = here.take(within_s=0, for_s=9), there.take(within_s=0, for_s=9)
    assert first
    assert second
    assert (here.take(within_s=0, for_s=9), there.take(within_s=0, for_s=9), here.held()) == (None, None, 2)
    here.free(first)
    assert there.take(within_s=0, for_s=9)


@pytest.mark.django_db(transaction=True)
def test_who_died_with_a_place_loses_it_when_its_call_would_have_ended() -> None:
    Places("shop", at_once=1).take(within_s=0, for_s=-60)
    assert Places("shop", at_once=1).take(within_s=0, for_s=9)


@pytest.mark.django_db(transaction=True)
def test_failures_are_counted_over_all_processes_and_one_process_tries_for_all() -> None:
    here, there = (SharedBreaker("shop", Breaker(failures=3, pause_s=0.0), me=name) for name in ("a:1", "b:1"))
    assert [one.note(answered=False) for one in (here, there, here)] == ["", "", "opened"]
    assert there.state == "half-open"
    assert (here.may_ask(), there.may_ask(), here.may_ask()) == (True, False, False)
    assert here.note(answered=True) == "closed"
    assert (here.state, there.may_ask()) == ("closed", True)
    assert not Rest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_answer_to_one_process_ends_the_row_of_failures_of_all() -> None:
    here, there = (SharedBreaker("shop", Breaker(failures=2, pause_s=30), me=name) for name in ("a:1", "b:1"))
    assert here.note(answered=False) == ""
    assert there.note(answered=True) == ""
    assert here.note(answered=False) == "", "they were not in a row"
    assert there.note(answered=False) == "opened"
    assert (here.may_ask(), there.may_ask()) == (False, False)
    assert 25 < here.pause_left_s() <= 30


@pytest.mark.django_db(transaction=True)
def test_a_failed_trial_opens_it_for_all_and_one_that_was_not_made_is_left_to_others() -> None:
    here, there = (SharedBreaker("shop", Breaker(failures=1, pause_s=0.0), me=name) for name in ("a:1", "b:1"))
    here.note(answered=False)
    assert here.may_ask()
    here.let_go()
    assert there.may_ask()
    there.own.pause_s = 30
    assert there.note(answered=False) == "opened"
    assert (here.may_ask(), there.may_ask()) == (False, False)


@pytest.mark.django_db(transaction=True)
def test_a_process_that_died_while_it_tried_leaves_the_trial_to_others() -> None:
    here, there = (SharedBreaker("shop", Breaker(failures=1, pause_s=0.0), me=name) for name in ("a:1", "b:1"))
    here.note(answered=False)
    assert here.may_ask(for_s=-60)
    assert there.may_ask()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_for_limits_that_were_not_declared(shop: Any) -> None:
    shop(lambda: Found(value="x", type=ValueType(kind="text")))
    path = systems.files()[0]
    path.write_text(FILE.replace("  at_once: 2\n  rate: 5 per second\n", ""))
    with CaptureQueriesContext(connection) as asked:
        for _ in range(5):
            assert isinstance(calling.read("shop.price", {}), Found)
    assert [one["sql"] for one in asked if not one["sql"].lower().startswith("select")] == []
    assert len(asked) <= 2, "who is down, and who failed lately, is read once for all"


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("at_once: 2", "at_once: many", "6:12", "is no number"),
        ("at_once: 2", "at_once: 0", "6:12", "is no number"),
        ("rate: 5 per second", "rate: 5", "7:9", "is no rate"),
        ("rate: 5 per second", "rate: -1 per minute", "7:9", "is no rate"),
        ("trials: 2", "trials: no", "8:53", "is no number"),
        ("trials: 2", "tries: 2", "8:45", "no key 'tries'"),
    ],
)
def test_a_limit_that_is_none_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, place: str, message: str
) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(FILE.replace(old, new))
    with pytest.raises(DefinitionProblems) as raised:
        read_system(path, folder=tmp_path)
    told = [f"{one.place.line}:{one.place.column}: {one.message}" for one in raised.value.problems]
    assert any(one.startswith(place) and message in one for one in told), told


def test_limits_are_read_and_have_defaults(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(FILE)
    told = read_system(path, folder=tmp_path).settings
    assert (told.at_once, told.rate, told.failures, told.trials) == (2, 5.0, 2, 2)
    path.write_text(FILE.replace("  at_once: 2\n  rate: 5 per second\n", "").replace(", trials: 2", ""))
    told = read_system(path, folder=tmp_path).settings
    assert (told.at_once, told.rate, told.trials) == (16, 0.0, 1)
