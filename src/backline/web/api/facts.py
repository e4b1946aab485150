"""Facts of a case: said, corrected, volunteered, explained, supposed, settled; and the items of its lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from backline.cases.asserting import assert_facts
from backline.cases.authority import roles_held
from backline.cases.facts import NoSuchFact, declared, path, split
from backline.cases.items import add_item, close_list, remove_item
from backline.cases.models import Case
from backline.cases.settling import settle_conflict
from backline.cases.showing.reasons import why
from backline.cases.showing.viewing import view_case
from backline.cases.showing.views import FactView
from backline.catalogue import versions
from backline.engine import values
from backline.engine.explaining import Explanation as Reasons
from backline.web.api.calling import CHANNEL, Called, language, may, now, purpose
from backline.web.api.case_shapes import CaseShape, Input, members
from backline.web.api.case_shapes import Status as FactStatus
from backline.web.api.cases import shape
from backline.web.api.etags import seen, tag
from backline.web.api.inputs import Teller
from backline.web.api.reaching import case_of

router = Router(tags=["Facts"])


class Telling(Input):
    """Facts that somebody says."""

    facts: dict[str, Any] = Field(description="By name; of a list's item by path")
    correct: bool = Field(False, description="It never was otherwise; without it, it is so from now on")
    reason: str = Field("", max_length=300)


class NewItem(Input):
    list: str = Field(max_length=100, description="The fact that is a list")
    within: str = Field("", max_length=200, description="The path of the item in which the list lies")
    facts: dict[str, Any] = Field(default_factory=dict)


class Closing(Input):
    list: str = Field(max_length=100)
    within: str = Field("", max_length=200)
    whole: bool = Field(True, description="Nothing more comes; false: something does")


class Settlement(Input):
    fact: str = Field(max_length=300, description="The path of the fact in conflict")
    choose: str = Field("", max_length=40, description="One of its candidates")
    value: Any = Field(None, description="Or another value")
    reason: str = Field("", max_length=300)


class Candidate(Schema):
    assertion: str
    shown: str
    who: str
    source_words: str
    said_at: datetime
    reason: str


class FactShape(Schema):
    """A fact with its words."""

    path: str
    name: str
    item: str
    label: str
    help: str
    kind: str
    status: FactStatus
    value: Any
    shown: str
    source: str
    source_words: str
    by: str
    who: str
    said_at: datetime | None
    reason: str
    refusals: list[str]
    candidates: list[Candidate]
    place: dict[str, Any] | None
    own: bool = Field(description="The caller may say something else of it")


class Offer(Schema):
    """What the caller may say without being asked: withdraw, appeal. It is said as a fact."""

    path: str
    label: str
    help: str
    kind: str


class Explanation(Schema):
    """Why it is so."""

    fact: str
    item: str
    status: FactStatus
    value: Any
    source: str
    by: str
    said_at: datetime | None
    rule: str
    reason: str
    refusals: list[str]
    withheld: bool
    because: list[Explanation]


@router.get("/{reference}/facts", response=list[FactShape], summary="List facts", **may("cases:read"))
def list_(request: Called, reference: str, response: HttpResponse) -> Any:
    """Every fact that the caller may see, with its words, its source, and whether they may change it."""
    case = case_of(request, reference)
    tag(response, case)
    view = view_case(case=case, by=request.auth, purpose=purpose(request), language=language(), now=now())
    return [fact_shape(fact) for fact in view.facts]


@router.post("/{reference}/facts", response=CaseShape, summary="Say or correct facts", **may("cases:write"))
def say(request: Called, reference: str, body: Telling, response: HttpResponse) -> Any:
    """All of them, or none. With If-Match, only where the case is as the caller saw it; what comes between even so
    replaces nothing but stands beside it, as a conflict that a person settles."""
    case, at = case_of(request, reference), now()
    version = seen(request, case)
    case = assert_facts(
        case=case,
        by=request.auth,
        channel=CHANNEL,
        facts=teller(request, case).facts(body.facts),
        correct=body.correct,
        reason=body.reason,
        version=version,
        present=present(request, case),
        now=at,
    )
    return shape(request, case, response)


@router.get("/{reference}/offers", response=list[Offer], summary="List what may be volunteered", **may("cases:read"))
def offers(request: Called, reference: str) -> Any:
    """What the caller may say without being asked, such as to withdraw: it is said as a fact."""
    case = case_of(request, reference)
    view = view_case(case=case, by=request.auth, purpose=purpose(request), language=language(), now=now())
    return [members(offer) for offer in view.offers]


@router.get("/{reference}/why/{path:fact}", response=Explanation, summary="Explain a fact", **may("cases:read"))
def explain(request: Called, reference: str, fact: str) -> Any:
    """The tree of reasons of a fact, or of `outcome`; what the caller may not see is withheld."""
    case = case_of(request, reference)
    name, item = split(fact)
    definition = versions.load(case.type_key, case.type_version).definition
    if name != "outcome":
        try:
            declared(definition, name, item)
        except NoSuchFact:
            raise Http404
    told = why(case=case, by=request.auth, fact=name, item=item, purpose=purpose(request), now=now())
    return _plain(told)


@router.post("/{reference}/items", response={201: CaseShape}, summary="Add an item to a list", **may("cases:write"))
def add(request: Called, reference: str, body: NewItem, response: HttpResponse) -> Status[Any]:
    """With its facts by name. The header Location is the item's address."""
    case = case_of(request, reference)
    seen(request, case)
    inner = f"{body.within}/{body.list}/new" if body.within else f"{body.list}/new"
    case, item = add_item(
        case=case,
        by=request.auth,
        channel=CHANNEL,
        fact=body.list,
        item=body.within,
        facts=teller(request, case).facts(body.facts, item=inner),
        present=present(request, case),
        now=now(),
    )
    response["Location"] = f"{request.path}/{item}"
    return Status(201, shape(request, case, response))


@router.delete("/{reference}/items/{path:item}", response=CaseShape, summary="Remove an item", **may("cases:write"))
def remove(request: Called, reference: str, item: str, response: HttpResponse) -> Any:
    """It is no longer part of the list; what was said of it stays in the timeline."""
    case = case_of(request, reference)
    seen(request, case)
    case = remove_item(
        case=case, by=request.auth, channel=CHANNEL, item=item, present=present(request, case), now=now()
    )
    return shape(request, case, response)


@router.post("/{reference}/lists", response=CaseShape, summary="Say that a list is whole", **may("cases:write"))
def close(request: Called, reference: str, body: Closing, response: HttpResponse) -> Any:
    """Until then, what is said of all of its items is unknown."""
    case = case_of(request, reference)
    seen(request, case)
    case = close_list(
        case=case,
        by=request.auth,
        channel=CHANNEL,
        fact=body.list,
        item=body.within,
        whole=body.whole,
        present=present(request, case),
        now=now(),
    )
    return shape(request, case, response)


@router.post(
    "/{reference}/settlements", response=CaseShape, summary="Settle a conflict", **may("cases:write", customers=False)
)
def settle(request: Called, reference: str, body: Settlement, response: HttpResponse) -> Any:
    """Between answers that differ, one is chosen or another given; all of them are replaced."""
    case = case_of(request, reference)
    seen(request, case)
    name, item = split(body.fact)
    case = settle_conflict(
        case=case,
        by=request.auth,
        fact=name,
        item=item,
        choose=body.choose,
        value=None if body.choose else teller(request, case).one(body.fact, body.value),
        reason=body.reason,
        channel=CHANNEL,
        now=now(),
    )
    return shape(request, case, response)


def teller(request: Called, case: Case) -> Teller:
    """Who says facts of this case."""
    definition = versions.load(case.type_key, case.type_version).definition
    return Teller(by=request.auth, definition=definition, case=case, now=now())


def present(request: Called, case: Case) -> str:
    """The role in which the caller is here now, so that nobody writes to them about what they are asked."""
    definition = versions.load(case.type_key, case.type_version).definition
    held = roles_held(request.auth, case, definition, now=now())
    return next(iter(held), "")


def fact_shape(fact: FactView) -> dict[str, Any]:
    """One fact as JSON."""
    value = values.encode(fact.value) if fact.status == "value" else None
    candidates = [members(candidate) for candidate in fact.candidates]
    return {**members(fact), "value": value, "path": path(fact.name, fact.item), "candidates": candidates}


def _plain(told: Reasons) -> dict[str, Any]:
    """A tree of reasons as JSON."""
    value = values.encode(told.value) if told.status == "value" else None
    return {**members(told), "value": value, "because": [_plain(reason) for reason in told.because]}
