"""What if: what would follow from facts, told to the caller as far as they may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from backline.cases.effects.doing_exactly import do_exactly
from backline.cases.effects.plans import PlannedEffect, plan_of
from backline.cases.effects.standing_on import seal_of
from backline.cases.facts import NoSuchFact, outermost, path
from backline.cases.gathering import kind_of
from backline.cases.models import Case
from backline.cases.showing.hiding import Reader, reader_of
from backline.cases.supposing import suppose
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.engine import values
from backline.engine.definition import Fact
from backline.engine.evaluation import Evaluation, FactState, Wanted
from backline.people.actors import Actor
from backline.web.api.calling import CHANNEL, Called, may, now
from backline.web.api.case_shapes import CaseShape, FactInCase, Input, PromiseInCase, WantedInCase
from backline.web.api.cases import shape
from backline.web.api.etags import seen
from backline.web.api.facts import present, teller
from backline.web.api.reaching import case_of

router = Router(tags=["Facts"])
FOR_EVERYBODY = ("ask", "work", "event")


class Supposed(Input):
    facts: dict[str, Any] = Field(default_factory=dict)
    correct: bool = False


class Planned(Schema):
    """An effect that would be made."""

    action: str
    kind: str
    call: str
    system: str
    costs: str | None = Field(description="What one call costs, as the connector's file says")
    can_be_undone: bool


class Plan(Supposed):
    version: int = Field(description="Of the case that was looked at")
    stood_on: str = Field(max_length=64, description="Out of the supposition")


class Supposition(Schema):
    """What would follow. Nothing of it is stored."""

    version: int = Field(description='Of the case: "do exactly this" says the facts with this in If-Match')
    state: str
    outcome: str | None
    facts: dict[str, FactInCase]
    wanted: list[WantedInCase]
    effects: list[str] = Field(description="The actions that would be made")
    plan: list[Planned] = Field(description="These and the steps that follow; to colleagues and programs")
    stood_on: str = Field(description="What systems said, sealed: send it with `plans` to do exactly this")
    promises: list[PromiseInCase]
    refusals: dict[str, list[str]] = Field(description="What a check would say, by fact")


@router.post("/{reference}/suppositions", response=Supposition, summary="What if facts were said?", **may("cases:read"))
def suppose_facts(request: Called, reference: str, body: Supposed) -> Any:
    """Systems are read; nothing is written and no effect is made."""
    case = case_of(request, reference)
    seen(request, case)
    told = suppose(
        case=case,
        by=request.auth,
        facts=teller(request, case).facts(body.facts),
        correct=body.correct,
        present=present(request, case),
        now=now(),
    )
    loaded = versions.load(case.type_key, case.type_version)
    return supposed(told.evaluation, loaded=loaded, by=request.auth, case=case, holders={}, version=told.version)


@router.post("/{reference}/plans", response=CaseShape, summary="Do exactly what was supposed", **may("cases:write"))
def carry_out(request: Called, reference: str, body: Plan, response: HttpResponse) -> Any:
    """The same facts on the same readings of the same version, or nothing: 409 where something has changed."""
    case = case_of(request, reference)
    done = do_exactly(
        case=case,
        by=request.auth,
        channel=CHANNEL,
        facts=teller(request, case).facts(body.facts),
        version=body.version,
        stood_on=body.stood_on,
        correct=body.correct,
        present=present(request, case),
        now=now(),
    )
    return shape(request, done, response)


def supposed(
    evaluation: Evaluation,
    *,
    loaded: LoadedType,
    by: Actor,
    case: Case | None,
    holders: Mapping[str, int | None],
    version: int,
) -> dict[str, Any]:
    """The engine's answer without what this caller may not see; ``holders`` of roles where there is no case yet."""
    blank = Case(
        snapshot={"parties": {role: [number] for role, number in holders.items()}}, owner=loaded.definition.owner
    )
    reader = reader_of(by, case or blank, loaded.definition, now=now())
    states = {name: state for name, state in evaluation.facts.items() if _seen(reader, loaded, state)}
    return {
        "version": version,
        "state": evaluation.state,
        "outcome": evaluation.outcome,
        "facts": {name: _fact(state) for name, state in states.items()},
        "wanted": [_want(want) for want in evaluation.wanted if _wanted(reader, loaded, want)],
        "effects": [] if reader.pending else [effect.action for effect in evaluation.effects],
        "plan": [_planned(one) for one in plan_of(loaded, evaluation)] if reader.audience == "worker" else [],
        "stood_on": seal_of(evaluation),
        "promises": [
            {"name": p.name, "due": p.due.isoformat() if p.due else None, "state": p.state} for p in evaluation.promises
        ],
        "refusals": {name: list(state.refusals) for name, state in states.items() if state.refusals},
    }


def _planned(one: PlannedEffect) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("action", "kind", "call", "system", "can_be_undone")}
    return {**told, "costs": f"{one.costs.amount} {one.costs.currency}" if one.costs else None}


def _fact(state: FactState) -> dict[str, Any]:
    value = values.encode(state.value) if state.status == "value" else None
    return {"value": value, "status": state.status, "source": state.source, "by": state.by}


def _want(want: Wanted) -> dict[str, str]:
    return {"fact": path(want.fact, want.item), "source": kind_of(want.source), "who": want.who or want.call}


def _seen(reader: Reader, loaded: LoadedType, state: FactState) -> bool:
    fact = _outermost(loaded, state.name, state.item)
    return fact is not None and reader.sees(fact, said_by=state.by)


def _wanted(reader: Reader, loaded: LoadedType, want: Wanted) -> bool:
    fact = _outermost(loaded, want.fact, want.item)
    if fact is None or not reader.sees(fact):
        return False
    return reader.audience == "worker" or kind_of(want.source) in FOR_EVERYBODY


def _outermost(loaded: LoadedType, name: str, item: str) -> Fact | None:
    try:
        return outermost(loaded.definition, name, item)
    except NoSuchFact:
        return None
