"""Time has passed: somebody is reminded, silence becomes a failure, a promise is at risk, a system is asked again."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db.models import QuerySet

from backline.cases.changing import change
from backline.cases.models import Case, Want
from backline.cases.said import Said
from backline.cases.storage.encoding import decode_members
from backline.cases.storage.happenings import Data, Happening
from backline.catalogue.versions import LoadedType
from backline.engine.record import Assertion, Failure
from backline.jobs import enqueuing
from backline.people.actors import SYSTEM

REMINDER_JOB = "reminder"
"""Wakes whoever reminds the one who is asked: ref is the want's id"""
SOURCES = ("ask", "work", "event")


def wake_case(ref: str, now: datetime) -> None:
    """Look again at the case with this id. It bears to be called at any time, twice."""
    case = Case.objects.filter(pk=int(ref)).first()
    if case is None:
        return
    reminded: list[Data] = []

    def say(case: Case, loaded: LoadedType) -> Said:
        waits = [wait for wait in case.snapshot["waits"] if not wait.get("until")]
        over = [wait for wait in waits if wait["kind"] in SOURCES and _reached(wait.get("due"), now)]
        reminded[:] = [w for w in waits if w not in over and _passed(w, now)]
        told = tuple(Happening(kind="reminded", data=_reminded(wait, now)) for wait in reminded)
        return Said(before=told, assertions=tuple(_silence(wait, case, now) for wait in over))

    def also(case: Case) -> None:
        for wait in reminded:
            _remind(case, wait, now)

    change(case, say, by=SYSTEM, channel="time", now=now, also=also)


def _silence(wait: Data, case: Case, now: datetime) -> Assertion:
    """Nobody answered in time: a failure of that source, about what was asked."""
    want = _rows(case, wait).first()
    return Assertion(
        id=uuid4().hex[:12],
        fact=wait["fact"],
        item=wait["item"],
        value=Failure(reason="silence", detail=wait["who"]),
        source=wait["source"],
        who=SYSTEM.id,
        role=wait["who"] if wait["kind"] == "ask" else "",
        holds_from=now,
        said_at=now,
        basis=decode_members(want.basis) if want is not None and want.basis is not None else None,
    )


def _remind(case: Case, wait: Data, now: datetime) -> None:
    for want in _rows(case, wait):
        want.reminded, want.remind = want.reminded + 1, want.remind[_passed(wait, now) :]
        want.save(update_fields=["reminded", "remind"])
        enqueuing.enqueue(REMINDER_JOB, str(want.pk), due_at=now)


def _rows(case: Case, wait: Data) -> QuerySet[Want]:
    open_now = Want.objects.filter(case=case, kind=wait["kind"], closed_at__isnull=True)
    return open_now.filter(fact=wait["fact"], item=wait["item"], source=wait["source"])


def _reached(instant: str | None, now: datetime) -> bool:
    return bool(instant) and datetime.fromisoformat(str(instant)) <= now


def _passed(wait: Data, now: datetime) -> int:
    """How many of its reminders are due; after a machine slept that may be several, and one is sent."""
    return sum(_reached(instant, now) for instant in wait.get("remind", ()))


def _reminded(wait: Data, now: datetime) -> Data:
    missed = _passed(wait, now) - 1
    return {**_named(wait), "missed": missed} if missed else _named(wait)


def _named(wait: Data) -> Data:
    return {name: wait[name] for name in ("mark", "fact", "item", "source", "who")}
