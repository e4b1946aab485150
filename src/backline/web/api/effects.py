"""Effects: what is done outside a case, and what a person decides where it went wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from backline.cases import input
from backline.cases.effects.not_done import effects_not_done
from backline.cases.effects.settling_effects import Way, confirm, decline, settle_effect
from backline.cases.models import Effect, Want
from backline.cases.reach import within_reach
from backline.cases.refusals import FactsRefused, NotOpen
from backline.cases.showing.viewing import log_looks, view_case
from backline.catalogue import versions
from backline.connectors.models import Call
from backline.engine.definition import Action, CaseType, Fact
from backline.engine.values import ValueProblem
from backline.insight.one_exception import exception_of
from backline.web.api.calling import CHANNEL, Called, language, may, now, purpose
from backline.web.api.case_shapes import CaseShape, Input, members
from backline.web.api.cases import shape
from backline.web.api.etags import seen
from backline.web.api.facts import teller
from backline.web.api.paging import Cursor, Limit, Number, Page, page_of
from backline.web.api.reaching import case_of, document_ids, effect_of
from backline.web.api.tasks import TaskPage, line

router = Router(tags=["Effects"])
State = Literal["planned", "started", "done", "refused", "failed", "unknown", "given up"]


class EffectShape(Schema):
    """Something that is done or was done outside the case."""

    id: int
    key: str
    action: str
    label: str
    kind: str
    state: str
    words: str
    refusal: str
    reason: str
    attempts: int
    planned_at: datetime
    settled_at: datetime | None
    proof: dict[str, Any] = Field(description="What was read back from the system of record")


class EffectLine(Schema):
    id: int
    case: str
    key: str
    action: str
    call: str
    kind: str
    state: str
    refusal: str
    reason: str
    attempts: int
    planned_at: datetime
    settled_at: datetime | None


class EffectPage(Page):
    items: list[EffectLine]


class EffectSettlement(Input):
    how: Literal["retry", "by hand", "give up", "take back"]
    reason: str = Field("", max_length=300)
    evidence: str = Field("", max_length=500, description="By hand: by what it can be seen")
    document: int | None = Field(None, description="By hand: a document of the case that shows it")
    gives: dict[str, Any] = Field(default_factory=dict, description="By hand: what it made known")


class Decision(Input):
    decision: Literal["confirm", "decline"]
    reason: str = Field("", max_length=300)


class EffectDetails(EffectLine):
    """All that is needed to settle it."""

    system: str
    request: dict[str, str] = Field(description="The arguments; what is sensitive is masked")
    facts: dict[str, list[str]] = Field(description="For each argument, the facts from which it came")
    calls: list[dict[str, Any]] = Field(description="Recorded calls with this key, the latest first")
    ways: list[str] = Field(description="How the caller may settle it")
    proposed: str = Field(description="What a colleague proposed, and a second one has to confirm")


@router.get(
    "/cases/{reference}/effects", response=list[EffectShape], summary="List the effects of a case", **may("cases:read")
)
def of_case(request: Called, reference: str) -> Any:
    """To customers without proofs and reasons."""
    case = case_of(request, reference)
    view = view_case(case=case, by=request.auth, purpose=purpose(request), language=language(), now=now())
    return [members(effect) for effect in view.effects]


@router.get("/effects", response=EffectPage, summary="List effects", **may("cases:read", customers=False))
def list_(request: Called, state: State | None = None, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """Of all cases within reach, the latest first; `state=failed` lists what somebody has to settle."""
    rows = Effect.objects if state in (None, "done") else effects_not_done()
    rows = rows.filter(within_reach(request.auth, now=now())).select_related("case")
    if state:
        rows = rows.filter(state=state)
    page = page_of(request, rows, by="planned_at", cursor=cursor, limit=limit)
    return {"items": [_line(effect) for effect in page.rows], "next": page.next}


@router.get("/effects/{number}", response=EffectDetails, summary="Show an effect", **may("cases:read", customers=False))
def show(request: Called, number: Number) -> Any:
    """As it stands now."""
    effect = effect_of(request, number)
    log_looks(effect.case, request.auth, purpose=purpose(request), what=effect.action, now=now())
    told = exception_of(effect, request.auth, language=language(), zone="", now=now())
    return {
        **_line(effect),
        "system": told.system,
        "request": {argument.name: argument.shown for argument in told.arguments},
        "facts": {argument.name: [source.path for source in argument.sources] for argument in told.arguments},
        "calls": [_call(call) for call in told.calls],
        "ways": [way.how for way in told.ways if told.open and not way.why_not],
        "proposed": told.proposed.how if told.proposed else "",
    }


@router.post(
    "/effects/{number}/settlement",
    response=CaseShape,
    summary="Settle an effect",
    **may("cases:write", customers=False),
)
def settle(request: Called, number: Number, body: EffectSettlement, response: HttpResponse) -> Any:
    """Try again, note what was done by hand, or give it up."""
    effect = effect_of(request, number)
    seen(request, effect.case)
    if body.document is not None and body.document not in document_ids(effect.case, request.auth, now=now()):
        raise FactsRefused({"document": _("There is no such document in the case.")})
    way = Way(
        how=body.how,
        reason=body.reason,
        evidence=body.evidence,
        document=body.document,
        gives=_given(request, effect, body.gives),
    )
    case = settle_effect(effect=effect, by=request.auth, way=way, channel=CHANNEL, now=now())
    return shape(request, case, response)


@router.post(
    "/effects/{number}/decision",
    response=CaseShape,
    summary="Confirm or decline what a colleague proposed",
    **may("cases:write", customers=False),
)
def decide(request: Called, number: Number, body: Decision, response: HttpResponse) -> Any:
    """Where the house wants two for it."""
    effect = effect_of(request, number)
    settlement = effect.settlements.filter(state="proposed").select_related("effect__case").first()
    if settlement is None:
        raise NotOpen(_("Nothing is proposed here."))
    if body.decision == "confirm":
        case = confirm(settlement=settlement, by=request.auth, now=now(), channel=CHANNEL)
    else:
        case = decline(settlement=settlement, by=request.auth, reason=body.reason, now=now(), channel=CHANNEL)
    return shape(request, case, response)


@router.get("/exceptions", response=TaskPage, summary="List exceptions", **may("cases:read", customers=False))
def exceptions(request: Called, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """What only a person can settle, within reach, the oldest first."""
    rows = Want.objects.filter(within_reach(request.auth, now=now()), kind="exception", closed_at=None)
    page = page_of(request, rows.select_related("case"), by="since", cursor=cursor, limit=limit, latest_first=False)
    return {"items": [line(want) for want in page.rows], "next": page.next}


def _call(call: Call) -> dict[str, Any]:
    return {name: getattr(call, name) for name in ("at", "purpose", "operation", "arguments", "result", "detail", "ms")}


def _line(effect: Effect) -> dict[str, Any]:
    names = (*EffectLine.model_fields,)
    told = {name: getattr(effect, name) for name in names if name not in ("id", "case")}
    return {"id": effect.pk, "case": effect.case.reference, **told}


def _given(request: Called, effect: Effect, told: dict[str, Any]) -> dict[str, Any]:
    """What the action gives, each as a value of its type; raises FactsRefused."""
    definition = versions.load(effect.case.type_key, effect.case.type_version).definition
    taken = teller(request, effect.case).facts(told, item=effect.item)
    action = _action(definition, effect)
    given: dict[str, Any] = {}
    for name, raw in taken.items():
        if action is None or name not in action.gives:
            raise FactsRefused({name: _("This action does not give that.")})
        try:
            given[name] = input.value_of(
                Fact(name=name, type=action.gives[name]), raw, known={}, currency=definition.currency
            )
        except ValueProblem as wrong:
            raise FactsRefused({name: input.refusal(wrong)})
    return given


def _action(definition: CaseType, effect: Effect) -> Action | None:
    """The action as declared, in the list in which the item lies."""
    facts, actions = definition.facts, definition.actions
    for within in effect.item.split("/")[::2] if effect.item else ():
        facts, actions = facts[within].facts, facts[within].actions
    return actions.get(effect.action)
