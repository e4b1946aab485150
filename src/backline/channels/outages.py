"""A system is down until then: who says so, whom it concerns, and what is not promised meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backline.cases.effects.progressing import EFFECT_JOB
from backline.cases.models import Case, PromiseRow
from backline.cases.resting import behind_promise, needs
from backline.cases.storage.recording import CASE_JOB
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.channels.models import Outage
from backline.channels.seldom import Seldom
from backline.connectors import downtime, systems
from backline.connectors.downtime import Down
from backline.jobs import enqueuing
from backline.people.actors import Actor
from backline.people.refusals import NotAllowed, Refusal

OUTAGE_JOB = "outage"
HELD_JOBS = (EFFECT_JOB, CASE_JOB)
DUTIES = ("administrator", "analyst")
SCOPE = "cases:write"
OUTAGES = Seldom(lambda: Outage.objects.filter(ended_at=None).exists())
OPEN = ("waiting", "running", "paused", "at risk")


class OutageRefused(Refusal):
    """It can't be noted so."""


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """A promise of an open case that needs a system which is down."""

    case: Case
    promise: PromiseRow
    label: str


def declare(*, by: Actor, system: str, until: datetime, now: datetime, why: str = "", say: str = "") -> Outage:
    """Note it, tell the customers whom it concerns, and promise nothing meanwhile that needs the system.

    ``why`` is for colleagues; ``say`` is told to customers.
    """
    _may(by)
    if system not in {path.stem for path in systems.files()}:
        raise OutageRefused(_("There is no system “%(system)s”.") % {"system": system})
    if until <= now:
        raise OutageRefused(_("Please say a time that lies ahead."))
    with transaction.atomic():
        _end(Outage.objects.filter(system=system, ended_at=None), by=by, now=now, until=until)
        made = Outage.objects.create(
            system=system, since=now, until=until, why=why.strip()[:300], say=say.strip()[:300], by=by.id,
            by_name=by.name,
        )  # fmt: skip
        enqueuing.enqueue(OUTAGE_JOB, str(made.pk), due_at=now)
    _look_again()
    return made


def end(*, by: Actor, outage: Outage, now: datetime) -> None:
    """It is back, earlier than was thought: what waited for it goes on."""
    _may(by)
    with transaction.atomic():
        _end(Outage.objects.filter(pk=outage.pk, ended_at=None), by=by, now=now, until=now)
    _look_again()


def noted_since(since: datetime) -> Sequence[Down]:
    """What was down at some time since then, in the order in which it was said."""
    rows = Outage.objects.filter(until__gt=since).exclude(ended_at__lte=since).order_by("pk")
    return [
        Down(system=row.system, since=row.since, until=min(row.until, row.ended_at or row.until), why=row.why)
        for row in rows
    ]


def running(now: datetime) -> dict[str, Outage]:
    """What is down now, by system."""
    rows = Outage.objects.filter(ended_at=None, since__lte=now, until__gt=now)
    return {row.system: row for row in rows.order_by("pk")}


def held(loaded: LoadedType, now: datetime) -> Mapping[str, datetime]:
    """Promises of this case type that are not made before a system is back, and when that is."""
    down = running(now) if loaded.definition.promises and OUTAGES.any_now(now) else {}
    if not down:
        return {}
    found: dict[str, datetime] = {}
    for promise in loaded.definition.promises.values():
        back = [outage.until for name, outage in down.items() if needs(loaded.program, promise, name)]
        if back:
            found[promise.name] = max(back)
    return found


def concerned(system: str, *, language: str = "") -> Iterator[Concerned]:
    """Promises that are not kept yet and still need something of this system, the most pressing first."""
    rows = PromiseRow.objects.filter(state__in=OPEN, case__state__in=("open", "stuck")).select_related("case")
    for row in rows.order_by("due", "pk"):
        loaded = versions.load(row.case.type_key, row.case.type_version)
        if row.name in loaded.definition.promises and _is_missing(row.case, loaded, row.name, system):
            yield Concerned(case=row.case, promise=row, label=loaded.texts.promise(row.name, language))


def as_data(outage: Outage) -> dict[str, Any]:
    """As JSON has it, with the promises at risk."""
    at_risk = [
        {"case": one.case.reference, "promise": one.promise.name, "due": one.promise.due}
        for one in concerned(outage.system)
    ]
    told = {name: getattr(outage, name) for name in ("id", "system", "since", "until", "why", "say", "by")}
    return {**told, "at_risk": at_risk}


def _is_missing(case: Case, loaded: LoadedType, promise: str, system: str) -> bool:
    """Whether something of the system that the promise rests on was not done or read yet."""
    behind = {one for one in behind_promise(loaded.program, promise) if one.partition(".")[0] == system}
    made = {effect["call"] for effect in case.snapshot["effects"].values() if effect["state"] == "done"}
    said = {one["fact"] for one in case.snapshot["assertions"]}
    read = {
        source.call for fact in loaded.definition.facts.values() for source in fact.sources
        if source.kind == "lookup" and fact.name in said
    }  # fmt: skip
    return bool(behind - made - read)


def _end(outages: QuerySet[Outage], *, by: Actor, now: datetime, until: datetime) -> None:
    """End these, and have what waits for their end wait for ``until`` instead."""
    for outage in outages:
        for kind, ref, name in _waiting_for(outage):
            enqueuing.enqueue(kind, ref, due_at=downtime.goes_on(name, until))
    outages.update(ended_at=now, ended_by=by.id)


def _waiting_for(outage: Outage) -> Iterator[tuple[str, str, str]]:
    """Jobs of effects and of cases that were put off to its end, known by the very instant; and what names each."""
    jobs = enqueuing.due_between(HELD_JOBS, outage.until, outage.until + downtime.SPREAD)
    cases = Case.objects.filter(pk__in=[int(ref) for kind, ref, _at in jobs if kind == CASE_JOB])
    names = {str(pk): reference for pk, reference in cases.values_list("pk", "reference")}
    for kind, ref, due_at in jobs:
        name = names.get(ref, "") if kind == CASE_JOB else ref
        if due_at == downtime.goes_on(name, outage.until):
            yield kind, ref, name


def _look_again() -> None:
    OUTAGES.forget()
    downtime.forget()


def _may(by: Actor) -> None:
    if by.kind == "token" and SCOPE in by.scopes:
        return
    if not any(by.has_duty(duty) for duty in DUTIES) and not by.leads:
        raise NotAllowed(_("Leaders, analysts and administrators say that a system is down."))
