"""What is known of each human judgement of a case type, as it is kept with all that was learnt of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from statistics import median
from typing import Any

from backline.engine.definition import CaseType
from backline.insight.acts.intervals import Estimate, share
from backline.insight.costing import MONTH_DAYS, hours_each
from backline.insight.judging.judgements import Judgement, judged_facts, judgements_of
from backline.insight.judging.rules import Learnt, as_csv, learn
from backline.insight.judging.shadowing import packed, unpacked


def judgements_in(definition: CaseType) -> dict[str, Any]:
    """Of each question that colleagues answer: how many, how alike, how long, and the table that says the same."""
    found = {}
    for fact in judged_facts(definition):
        judgements = judgements_of(definition.key, fact.name)
        if judgements:
            found[fact.name] = _told(judgements, fact.name)
    return found


def learnt_from(told: Mapping[str, Any]) -> Learnt:
    """What was learnt, from JSON."""
    one = told["rule"]
    return Learnt(
        rules=tuple(unpacked(rule) for rule in one["rules"]), tried=one["tried"], covered=one["covered"],
        precision=one["precision"], agreement=told["agreement"], units=one["units"],
    )  # fmt: skip


def hours_in(told: Mapping[str, Any]) -> Estimate | None:
    """The work of one judgement, from JSON; None where nobody ever took the task before answering it."""
    one = told.get("hours")
    return Estimate(**one) if one else None


def answered_in(told: Mapping[str, Any]) -> Estimate | None:
    """The share of judgements that the table would have given, on those that it was not learnt from."""
    rule = told["rule"]
    return share(rule["covered"] * rule["tried"], rule["tried"]) if rule else None


def _told(judgements: list[Judgement], fact: str) -> dict[str, Any]:
    days = max((judgements[-1].at - judgements[0].at).days, 1)
    minutes = [one.minutes for one in judgements if one.minutes is not None]
    learnt = learn(judgements)
    return {
        "count": len(judgements),
        "a_month": len(judgements) / days * MONTH_DAYS,
        "people": len({one.by for one in judgements}),
        "minutes": float(median(minutes)) if minutes else None,
        "hours_a_month": sum(minutes) / days * MONTH_DAYS / 60 if minutes else None,
        "hours": _packed(hours_each([one / 60 for one in minutes])),
        "agreement": learnt.agreement if learnt else None,
        "rule": _rule(learnt, fact) if learnt and learnt.rules else None,
    }


def _packed(one: Estimate | None) -> dict[str, Any] | None:
    return asdict(one) if one else None


def _rule(learnt: Learnt, fact: str) -> dict[str, Any]:
    return {
        "rules": [packed(rule) for rule in learnt.rules], "tried": learnt.tried, "covered": learnt.covered,
        "precision": learnt.precision, "units": dict(learnt.units), "csv": as_csv(learnt, fact),
    }  # fmt: skip
