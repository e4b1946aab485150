"""Jobs: woken when due, once, by one worker; put back when they fail; taken over when a worker dies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backline.jobs import looping
from backline.jobs.claiming import CLAIM, claim_due, finish, next_due
from backline.jobs.enqueuing import dismiss, enqueue
from backline.jobs.looping import Loop
from backline.jobs.models import Job

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_what_is_due_is_called_with_its_ref_and_gone_afterwards() -> None:
    woken: list[str] = []
    enqueue("effect", "a", due_at=NOON)
    enqueue("effect", "b", due_at=NOON + SECOND)
    loop = Loop({"effect": lambda ref, now: woken.append(ref)}, clock=lambda: NOON)
    assert loop.run_due() == 1
    assert (woken, [job.ref for job in Job.objects.all()], next_due()) == (["a"], ["b"], NOON + SECOND)


def test_a_second_job_for_the_same_thing_moves_the_first() -> None:
    enqueue("case", "1", due_at=NOON)
    enqueue("case", "1", due_at=NOON + SECOND)
    assert Job.objects.get().due_at == NOON + SECOND
    dismiss("case", "1")
    assert not Job.objects.exists()


def test_a_job_in_hand_is_nobody_elses_until_its_claim_expires() -> None:
    enqueue("case", "1", due_at=NOON)
    assert len(claim_due(owner="one", now=NOON)) == 1
    assert claim_due(owner="two", now=NOON + SECOND) == []
    taken_over = claim_due(owner="two", now=NOON + CLAIM + SECOND)
    assert (taken_over[0].ref, taken_over[0].attempts) == ("1", 2)


def test_what_is_due_anew_while_it_is_done_is_not_lost() -> None:
    enqueue("case", "1", due_at=NOON)
    job = claim_due(owner="one", now=NOON)[0]
    enqueue("case", "1", due_at=NOON + SECOND)
    finish(job, owner="one")
    assert claim_due(owner="one", now=NOON + SECOND)[0].due_at == NOON + SECOND


def test_a_job_that_fails_comes_again_later_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looping.log, "exception", lambda *args: None)

    def fail(ref: str, now: datetime) -> None:
        raise ValueError("no luck")

    enqueue("case", "1", due_at=NOON)
    Loop({"case": fail}, clock=lambda: NOON).run_due()
    job = Job.objects.get()
    assert (job.problem, job.claimed_by) == ("ValueError: no luck", "")
    assert job.due_at > NOON
    assert claim_due(owner="one", now=NOON) == []


def test_a_kind_that_nobody_wired_stays_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looping.log, "exception", lambda *args: None)
    enqueue("odd", "1", due_at=NOON)
    Loop({}, clock=lambda: NOON).run_due()
    assert Job.objects.get().problem.startswith("KeyError")


def test_after_a_long_sleep_thousands_of_one_kind_do_not_stall_the_others() -> None:
    began = NOON - timedelta(hours=1)
    Job.objects.bulk_create(Job(kind="case", ref=str(n), due_at=began + n * SECOND) for n in range(2000))
    enqueue("effect", "a", due_at=NOON)
    woken: list[tuple[str, str]] = []
    table = {kind: lambda ref, now, kind=kind: woken.append((kind, ref)) for kind in ("case", "effect")}
    Loop(table, clock=lambda: NOON).run_due()
    assert ("effect", "a") in woken
    assert [int(ref) for kind, ref in woken if kind == "case"] == list(range(len(woken) - 1)), "in order"
