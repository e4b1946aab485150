"""Services: what can be asked for, with its questions, its promises, and what would follow."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from backline.cases.supposing import suppose_opening
from backline.catalogue.versions import LoadedType
from backline.people.accounts import colleague_of
from backline.people.actors import Actor
from backline.web.api import problems
from backline.web.api.calling import Called, language, may, now
from backline.web.api.case_shapes import Input
from backline.web.api.cases import parties_there
from backline.web.api.fact_schema import schema_of
from backline.web.api.inputs import Teller
from backline.web.api.paging import Number
from backline.web.api.problems import Problem
from backline.web.api.supposing import Supposition, supposed
from backline.web.portal import offering
from backline.web.portal.wording import within

router = Router(tags=["Services"])


class ServiceLine(Schema):
    key: str
    title: str
    about: str
    promise: str


class Promised(Schema):
    name: str
    label: str
    within: str


class RoleShape(Schema):
    name: str
    label: str
    served: bool = Field(description="The one whom the case is for")
    mandate: str = Field(description="Who takes this role acts for another by a permission for this")


class Service(Schema):
    """A service, whole."""

    key: str
    version: int
    title: str
    about: str
    owner: str
    roles: list[RoleShape]
    promises: list[Promised]
    outcomes: dict[str, str] = Field(description="How a case can end, in words")
    facts: dict[str, Any] = Field(description="A JSON Schema of the facts that can be said")


class Supposing(Input):
    parties: dict[str, Number] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)


@router.get("", response=list[ServiceLine], summary="List services", **may("types:read"))
def list_(request: Called, q: str = "") -> Any:
    """All that the caller can ask for, or what the words of `q` find."""
    found = offering.services(language(), q[:100], colleague=_works_here(request.auth))
    return [{"key": one.key, "title": one.title, "about": one.about, "promise": one.promise} for one in found]


@router.get("/{key}", response=Service, summary="Show a service", **may("types:read"))
def show(request: Called, key: str) -> Any:
    """With its questions as a JSON Schema, its roles, promises, and how it can end."""
    loaded, words = _loaded(key, request.auth), language()
    definition, texts = loaded.definition, loaded.texts
    return {
        "key": loaded.key,
        "version": loaded.version,
        "title": texts.title(words),
        "about": texts.summary(words),
        "owner": definition.owner,
        "roles": [
            {"name": name, "label": texts.role(name, words), "served": name == definition.for_, "mandate": role.mandate}
            for name, role in definition.roles.items()
        ],
        "promises": [
            {"name": name, "label": texts.promise(name, words), "within": within(promise.within)}
            for name, promise in definition.promises.items()
        ],
        "outcomes": {outcome.name: texts.outcome(outcome.name, words) for outcome in definition.outcomes},
        "facts": schema_of(loaded, words),
    }


@router.get("/{key}/schema", summary="The JSON Schema of a service's facts", **may("types:read"))
def schema(request: Called, key: str) -> dict[str, Any]:
    """What `facts` takes when a case is opened."""
    return schema_of(_loaded(key, request.auth), language())


@router.post("/{key}/suppositions", response=Supposition, summary="What if a case were opened?", **may("cases:read"))
def suppose(request: Called, key: str, body: Supposing) -> Any:
    """What would follow. Systems are read; nothing is written. A customer supposes for themselves alone."""
    loaded, by, at = _loaded(key, request.auth), request.auth, now()
    own = {loaded.definition.for_: by.party_id} if by.party_id else {}
    if by.kind == "party" and body.parties and body.parties != own:
        raise Problem(problems.NOT_ALLOWED, _("You can't make this request for somebody else."))
    parties_there(body.parties)
    holders = body.parties or (own if by.kind == "party" else {})
    told = suppose_opening(
        type_key=loaded.key,
        by=by,
        parties={role: number for role, number in holders.items() if number},
        facts=Teller(by=by, definition=loaded.definition, case=None, now=at).facts(body.facts),
        now=at,
        present=loaded.definition.for_ if by.kind == "party" else "",
    )
    return supposed(told.evaluation, loaded=loaded, by=by, case=None, holders=holders, version=told.version)


def _loaded(key: str, by: Actor) -> LoadedType:
    loaded = offering.loaded_type(key, colleague=_works_here(by))
    if loaded is None:
        raise Http404
    return loaded


def _works_here(by: Actor) -> bool:
    """Whether they see what colleagues ask for: a program, a colleague, and the customer whom a colleague also is."""
    return by.kind != "party" or colleague_of(by.party_id) is not None
