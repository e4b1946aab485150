"""What went wrong in a system and waits for a person: by system, and one with all that is needed to settle it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from backline.cases.effects.not_done import effects_not_done
from backline.cases.models import Effect, Want
from backline.cases.reach import within_reach
from backline.catalogue import versions
from backline.connectors import systems
from backline.people.actors import Actor

LONG = timedelta(minutes=2)
"""What is tried for longer is shown, although it goes on by itself"""
OWN = "backline"
"""Where it is no call of a system: a letter, a message, a document, another case"""


@dataclass(frozen=True, kw_only=True)
class ExceptionLine:
    """One of them, as the list shows it."""

    effect: int
    reference: str
    type_title: str
    label: str
    kind: str
    state: str
    reason: str
    attempts: int
    since: datetime
    not_before: datetime | None = None
    """When it is tried again by itself"""
    proposed: bool = False


@dataclass(frozen=True, kw_only=True)
class OfSystem:
    """What went wrong in one system."""

    system: str
    title: str
    lines: tuple[ExceptionLine, ...]
    trying: tuple[ExceptionLine, ...]
    """Still tried by themselves"""


def by_system(by: Actor, *, language: str, now: datetime) -> tuple[OfSystem, ...]:
    """Everything within reach, system by system, the oldest first."""
    stuck = [_line(effect, language, now) for effect in settleable(by, now=now)]
    trying = [_line(effect, language, now) for effect in still_tried(by, now=now)]
    found: dict[str, tuple[list[ExceptionLine], list[ExceptionLine]]] = {}
    for number, lines in enumerate((stuck, trying)):
        for system, line in lines:
            found.setdefault(system, ([], []))[number].append(line)
    return tuple(
        OfSystem(system=name, title=title_of(name), lines=tuple(own), trying=tuple(others))
        for name, (own, others) in sorted(found.items(), key=lambda pair: (-len(pair[1][0]), pair[0]))
    )


def settleable(by: Actor, *, now: datetime) -> list[Effect]:
    """Effects that wait for a person: the last of each action for which an exception is open."""
    wants = Want.objects.filter(within_reach(by, now=now), kind="exception", closed_at=None)
    found: dict[int, Effect] = {}
    for want in wants.select_related("case").order_by("since", "pk"):
        if (effect := effect_of(want)) is not None:
            found.setdefault(effect.pk, effect)
    return list(found.values())


def effect_of(want: Want) -> Effect | None:
    """The effect that an exception is about; None where it is about something else."""
    item, _slash, action = want.fact.rpartition("/")
    rows = Effect.objects.filter(case=want.case_id, action=action, item=item).select_related("case")
    return rows.order_by("-generation").first()


def still_tried(by: Actor, *, now: datetime) -> Iterable[Effect]:
    """Effects that did not work yet and go on by themselves."""
    rows = effects_not_done().filter(within_reach(by, now=now), planned_at__lte=now - LONG)
    unsettled: QuerySet[Effect] = rows.filter(Q(state="unknown") | Q(state="planned", attempts__gt=0))
    return unsettled.select_related("case").order_by("planned_at", "pk")[:200]


def system_of(effect: Effect) -> str:
    """The system that it is to be done in."""
    return OWN if ":" in effect.call or "." not in effect.call else effect.call.partition(".")[0]


def title_of(system: str) -> str:
    """What a system is called, for people."""
    if system == OWN:
        return "Backline"
    described = systems.described(system)
    return described.title if described else system


def _line(effect: Effect, language: str, now: datetime) -> tuple[str, ExceptionLine]:
    texts = versions.load(effect.case.type_key, effect.case.type_version).texts
    told = effect.case.snapshot["effects"].get(effect.key, {})
    return system_of(effect), ExceptionLine(
        effect=effect.pk,
        reference=effect.case.reference,
        type_title=texts.title(language),
        label=texts.action(effect.action, language),
        kind=effect.kind,
        state=effect.state,
        reason=effect.reason or effect.refusal,
        attempts=effect.attempts,
        since=effect.settled_at or effect.planned_at,
        not_before=next(_instants(told.get("not_before")), None),
        proposed=effect.settlements.filter(state="proposed").exists(),
    )


def _instants(text: str | None) -> Iterator[datetime]:
    if text:
        yield datetime.fromisoformat(text)
