"""Every answer that a colleague gave to one question, with what they had before their eyes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from backline.cases.fittings import fittings
from backline.cases.models import Case, Want
from backline.cases.storage import encoding
from backline.engine.definition import CaseType, Fact
from backline.engine.values import Money, Row
from backline.insight.acts.business_time import worked_seconds

MOST = 5_000
PLAIN = (bool, str, int, Decimal)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One answer. ``seen`` names features as a decision table can ask for them: ``billed / amount``."""

    case: int
    value: str
    by: str
    at: datetime
    seen: Mapping[str, object]
    minutes: float | None
    """From taking the task to answering it, in the hours of the team"""


def judged_facts(definition: CaseType) -> list[Fact]:
    """What colleagues may be asked and a table could answer: yes or no, or one of some choices."""
    return [
        fact
        for fact in definition.facts.values()
        if fact.type.kind in ("yes/no", "choice") and any(source.kind == "work" for source in fact.sources)
    ]


def judgements_of(type_key: str, fact: str) -> list[Judgement]:
    """All of them, the oldest first."""
    took = _minutes(type_key, fact)
    cases = Case.objects.filter(type_key=type_key).order_by("-opened_at").only("pk", "snapshot")[:MOST]
    found = [one for case in cases for one in _of_case(case, fact, took)]
    return sorted(found, key=lambda one: one.at)


def features_of(basis: Mapping[str, object]) -> dict[str, object]:
    """What a table can ask of what was shown: values, kinds of documents, later amounts as parts of earlier ones."""
    seen: dict[str, object] = {}
    amounts: dict[str, Money] = {}
    for name, value in basis.items():
        if isinstance(value, Money):
            seen[name], amounts[name] = value, value
        elif isinstance(value, PLAIN):
            seen[name] = value
        elif isinstance(value, Row) and value.type == "document":
            seen[f"{name}.kind"] = value.get("kind")
    for one, other in combinations(amounts, 2):
        _part(seen, amounts, other, one)
    return seen


def agreement(judgements: Iterable[Judgement], alike: Mapping[int, object]) -> float | None:
    """How often two colleagues say the same of cases that are alike: pairs of different people, in each group."""
    same = pairs = 0
    groups: dict[object, Counter[tuple[str, str]]] = {}
    for number, one in enumerate(judgements):
        groups.setdefault(alike.get(number), Counter())[one.by, one.value] += 1
    for counted in groups.values():
        for ((by, value), n), ((other_by, other_value), m) in combinations(counted.items(), 2):
            if by != other_by:
                pairs += n * m
                same += n * m * (value == other_value)
    return same / pairs if pairs else None


def _part(seen: dict[str, object], amounts: Mapping[str, Money], one: str, other: str) -> None:
    if amounts[other].amount and amounts[one].currency == amounts[other].currency:
        seen[f"{one} / {other}"] = amounts[one].amount / amounts[other].amount


def _of_case(case: Case, fact: str, took: Mapping[tuple[int, datetime], float]) -> Iterable[Judgement]:
    for said in case.snapshot["assertions"]:
        if said["fact"] != fact or said["source"].partition("#")[0] != "work" or not said.get("basis"):
            continue
        value, at = encoding.decode(said["value"]), datetime.fromisoformat(said["said"])
        if isinstance(value, bool | str) and str(said["who"]).startswith("staff:"):
            seen = features_of(encoding.decode_members(said["basis"]))
            told = ("yes" if value else "no") if isinstance(value, bool) else value
            minutes = took.get((case.pk, at))
            yield Judgement(case=case.pk, value=told, by=said["who"], at=at, seen=seen, minutes=minutes)


def _minutes(type_key: str, fact: str) -> dict[tuple[int, datetime], float]:
    rows = Want.objects.filter(case__type_key=type_key, fact=fact, kind="work", closed="answered")
    told = rows.filter(taken_at__isnull=False).values_list("case_id", "team", "taken_at", "closed_at")
    calendar = fittings().calendar
    return {
        (case, closed): worked_seconds(calendar, team, taken, closed) / 60
        for case, team, taken, closed in told
        if taken and closed
    }
