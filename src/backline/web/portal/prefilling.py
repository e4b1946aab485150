"""Never asked twice: what we know of the person who begins stands in the draft, where they see it and can change it."""

from __future__ import annotations

from backline.catalogue.versions import LoadedType
from backline.engine.definition import Fact
from backline.people import parties
from backline.web.portal.models import Draft
from backline.web.portal.offering import is_asked
from backline.web.ui.fields import Raw

KNOWN = {"name": "text", "email": "e-mail", "phone": "phone"}


def known(draft: Draft, loaded: LoadedType) -> dict[str, Raw]:
    """Answers that the person signed in need not give."""
    if draft.party is None or draft.giver is not None:
        return {}
    members = parties.as_row(draft.party).members
    return {
        fact.name: str(members[fact.name])
        for fact in loaded.definition.facts.values()
        if _is_about_them(fact, loaded) and members.get(fact.name)
    }


def _is_about_them(fact: Fact, loaded: LoadedType) -> bool:
    return KNOWN.get(fact.name) == fact.type.kind and is_asked(fact, loaded.definition.for_)
