"""Cases: opened, listed, shown, closed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Header, Router, Status
from pydantic import Field

from backline.cases.closing import close_case, reopen_case
from backline.cases.models import Case
from backline.cases.openings.opening import open_case
from backline.cases.reach import cases_within_reach
from backline.cases.showing.printing import as_json
from backline.cases.showing.viewing import view_case
from backline.cases.storage.indexing import comparable
from backline.cases.storage.references import ReferenceRefused, read_reference
from backline.catalogue import versions
from backline.people.actors import Actor
from backline.people.models import Party
from backline.web.api import problems
from backline.web.api.calling import CHANNEL, Called, language, may, now, purpose
from backline.web.api.case_shapes import CaseLine, CasePage, CaseShape, Input, WholeCase
from backline.web.api.etags import seen, tag
from backline.web.api.inputs import Teller
from backline.web.api.paging import Cursor, Limit, Number, page_of
from backline.web.api.problems import Problem, pointer
from backline.web.api.reaching import case_of

router = Router(tags=["Cases"])
Once = Annotated[str, Header(max_length=200, description="What names this opening: sent twice, it opens one case")]


class Opening(Input):
    """A request to open a case."""

    type: str = Field(max_length=100)
    parties: dict[str, Number] = Field(
        default_factory=dict, description="Role to the number of a party; a customer may leave it out"
    )
    facts: dict[str, Any] = Field(default_factory=dict)
    another: bool = Field(False, description="It is not the same as one that is open")


class Reason(Input):
    reason: str = Field(max_length=300)


@router.post("", response={200: CaseShape, 201: CaseShape}, summary="Open a case", **may("cases:write"))
def open_(
    request: Called,
    body: Opening,
    response: HttpResponse,
    idempotency_key: Once = "",
) -> Status[Any]:
    """Open a case and do at once what can be done. 201 for a new one; 200 where the same request goes on."""
    by, at = request.auth, now()
    loaded = versions.load_current(body.type)
    parties_there(body.parties)
    case = open_case(
        type_key=body.type,
        by=by,
        channel=CHANNEL,
        parties=body.parties,
        facts=Teller(by=by, definition=loaded.definition, case=None, now=at).facts(body.facts),
        now=at,
        present=loaded.definition.for_ if by.kind == "party" else "",
        once=idempotency_key,
        another=body.another,
    )
    response["Location"] = reverse("api:case", args=[case.reference])
    return Status(201 if case.opened_at == at else 200, shape(request, case, response))


@router.get("", response=CasePage, summary="List cases", **may("cases:read"))
def list_(
    request: Called,
    state: Literal["open", "stuck", "ended"] | None = None,
    type: str = "",
    owner: str = "",
    party: Number | None = None,
    q: str = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """The cases within reach, the latest first. `q` finds a reference or, for colleagues and programs, a fact by which
    cases are searched."""
    rows = cases_within_reach(request.auth, now=now())
    wanted = {"state": state, "type_key": type, "owner": owner}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if state in ("open", "stuck"):
        rows = rows.filter(ended_at=None)  # few: they have an index of their own
    if party is not None:
        rows = rows.filter(participations__party=party, participations__until=None).distinct()
    if q:
        rows = rows.filter(_found_by(q, request.auth)).distinct()
    page = page_of(request, rows, by="opened_at", cursor=cursor, limit=limit)
    return {"items": [_line(case) for case in page.rows], "next": page.next}


@router.get("/{reference}", response=WholeCase, summary="Show a case", url_name="case", **may("cases:read"))
def show(request: Called, reference: str, response: HttpResponse) -> Any:
    """The case with its timeline, as far as the caller may see it. The look is noted, with the header Look-Purpose."""
    return shape(request, case_of(request, reference), response, timeline=True)


@router.post("/{reference}/closure", response=CaseShape, summary="Close a case", **may("cases:write", customers=False))
def close(request: Called, reference: str, body: Reason, response: HttpResponse) -> Any:
    """End it without an outcome: sent twice, or by mistake."""
    case = case_of(request, reference)
    seen(request, case)
    case = close_case(case=case, by=request.auth, reason=body.reason, channel=CHANNEL, now=now())
    return shape(request, case, response)


@router.post(
    "/{reference}/reopening", response=CaseShape, summary="Open it again", **may("cases:write", customers=False)
)
def reopen(request: Called, reference: str, body: Reason, response: HttpResponse) -> Any:
    """Undo a closure. A case with an outcome opens again by a correction."""
    case = case_of(request, reference)
    seen(request, case)
    case = reopen_case(case=case, by=request.auth, reason=body.reason, channel=CHANNEL, now=now())
    return shape(request, case, response)


def shape(request: Called, case: Case, response: HttpResponse, *, timeline: bool = False) -> dict[str, Any]:
    """The case for this caller, with its version as the ETag."""
    view = view_case(case=case, by=request.auth, purpose=purpose(request), language=language(), now=now())
    tag(response, case)
    return as_json(view, timeline=timeline)


def parties_there(parties: dict[str, Number]) -> None:
    """Raises where a number is nobody's."""
    known = set(Party.objects.filter(pk__in=parties.values()).values_list("pk", flat=True))
    strangers = [role for role, number in parties.items() if number not in known]
    wrong = {pointer("parties", role): _("We don't know this person.") for role in strangers}
    if wrong:
        raise Problem(problems.REFUSED, errors=wrong)


def _found_by(words: str, by: Actor) -> Q:
    """A customer finds by the reference alone: what is hidden from them must not be guessed by searching for it."""
    try:
        return Q(reference=read_reference(words))
    except ReferenceRefused:
        return Q(pk__in=()) if by.kind == "party" else Q(searchables__value=comparable(words[:200]))


def _line(case: Case) -> CaseLine:
    texts = versions.load(case.type_key, case.type_version).texts
    return CaseLine(
        case=case.reference,
        type=case.type_key,
        version=case.type_version,
        title=texts.title(language()),
        state=case.state,
        outcome=case.outcome or None,
        owner=case.owner,
        channel=case.channel,
        opened_at=case.opened_at.isoformat(),
        ended_at=case.ended_at.isoformat() if case.ended_at else None,
    )
