"""A learnt table in the shadow: what it says is written down beside what the person says, and nobody hears it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from backline.cases.models import Want
from backline.cases.storage import encoding
from backline.insight.judging.judgements import features_of
from backline.insight.judging.rules import Learnt, Rule, Test, answer
from backline.insight.models import Shadow, Shadowed
from backline.people.actors import Actor

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What came of a shadow so far."""

    since: datetime
    tasks: int
    answered: int
    """Tasks of which it said something, and the person has answered"""
    agreed: int


def begin(*, type_key: str, fact: str, learnt: Learnt, by: Actor, now: datetime) -> Shadow:
    """From now on the table speaks beside the people; one that did so before ends."""
    end(type_key=type_key, fact=fact, now=now)
    table = [packed(rule) for rule in learnt.rules]
    return Shadow.objects.create(type_key=type_key, fact=fact, table=table, begun_at=now, begun_by=by.id)


def end(*, type_key: str, fact: str, now: datetime) -> None:
    """It speaks no more."""
    Shadow.objects.filter(type_key=type_key, fact=fact, ended_at__isnull=True).update(ended_at=now)


def look(*, now: datetime) -> int:
    """Let each table say what it says of new tasks, and note what people said of the others."""
    return sum(_speak(shadow, now) + _hear(shadow) for shadow in Shadow.objects.filter(ended_at__isnull=True))


def seen(type_key: str, fact: str) -> Seen | None:
    """How the running shadow does; None where there is none."""
    shadow = Shadow.objects.filter(type_key=type_key, fact=fact, ended_at__isnull=True).first()
    if shadow is None:
        return None
    rows = list(shadow.shadowed.values_list("said", "person"))
    both = [(said, person) for said, person in rows if said and person]
    agreed = sum(said == person for said, person in both)
    return Seen(since=shadow.begun_at, tasks=len(rows), answered=len(both), agreed=agreed)


def _speak(shadow: Shadow, now: datetime) -> int:
    tasks = Want.objects.filter(case__type_key=shadow.type_key, fact=shadow.fact, kind="work", basis__isnull=False)
    tasks = tasks.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=shadow.begun_at), since__lte=now)
    new = tasks.exclude(pk__in=shadow.shadowed.values("want")).order_by("pk")[:BATCH]
    rules = [unpacked(row) for row in shadow.table]
    rows = [Shadowed(shadow=shadow, want=want, said=answer(rules, _features(want)) or "", at=now) for want in new]
    Shadowed.objects.bulk_create(rows)
    return len(rows)


def _hear(shadow: Shadow) -> int:
    open_rows = shadow.shadowed.filter(person="", want__closed="answered").select_related("want__case")[:BATCH]
    heard = 0
    for row in open_rows:
        row.person = _said(row.want)
        if row.person:
            row.save(update_fields=["person"])
            heard += 1
    return heard


def _features(want: Want) -> dict[str, object]:
    return features_of(encoding.decode_members(want.basis or {}))


def _said(want: Want) -> str:
    """What the person answered: the assertion of the fact that was said when the task was closed."""
    for said in reversed(want.case.snapshot["assertions"]):
        if said["fact"] == want.fact and said["source"].partition("#")[0] == "work" and said["who"] == want.closed_by:
            value = encoding.decode(said["value"])
            return ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return ""


def packed(rule: Rule) -> dict[str, Any]:
    tests = [
        {
            "feature": test.feature, "words": list(test.words),
            "above": None if test.above is None else str(test.above),
            "upto": None if test.upto is None else str(test.upto),
        }
        for test in rule.tests
    ]  # fmt: skip
    return {"tests": tests, "value": rule.value, "right": rule.right, "cases": rule.cases}


def unpacked(told: dict[str, Any]) -> Rule:
    tests = tuple(
        Test(
            feature=one["feature"], words=tuple(one["words"]),
            above=None if one["above"] is None else Decimal(one["above"]),
            upto=None if one["upto"] is None else Decimal(one["upto"]),
        )
        for one in told["tests"]
    )  # fmt: skip
    return Rule(tests=tests, value=told["value"], right=told["right"], cases=told["cases"])
