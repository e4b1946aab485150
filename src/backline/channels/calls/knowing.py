"""Who calls? A number is a hint: it can be borrowed or forged. What the caller knows is compared, never shown first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from backline.channels.calls.models import Call
from backline.documents.found_values import find_date
from backline.people import identifiers, parties
from backline.people.actors import Actor
from backline.people.looking import log_look
from backline.people.models import Identifier, Party
from backline.people.refusals import NotAnIdentifier


@dataclass(frozen=True, kw_only=True)
class Maybe:
    """Somebody whose number it is."""

    party: Party
    proven: bool
    """It was shown to be theirs; it still proves nothing of who holds the telephone"""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A question that the caller answers."""

    name: str
    label: str


def maybe_calling(number: str) -> list[Maybe]:
    """Everybody who has this number, those who have proved it first."""
    try:
        value = identifiers.normal(identifiers.PHONE, number)
    except NotAnIdentifier:
        return []
    rows = Identifier.objects.filter(kind=identifiers.PHONE, value=value).select_related("party").order_by("created_at")
    found = {row.party_id: Maybe(party=row.party, proven=row.verified_at is not None) for row in rows}
    return sorted(found.values(), key=lambda one: not one.proven)


def checks_of(party: Party) -> list[Check]:
    """The declared questions to which we know this person's answer."""
    known = _answers(party)
    return [Check(name=name, label=_label(name)) for name in settings.ORGANISATION.caller_checks if known.get(name)]


def take_for(*, call: Call, party: Party, by: Actor, said: Mapping[str, str], now: datetime) -> tuple[str, ...]:
    """The colleague takes the caller for this person, who answered ``said`` by name of check.

    Answers the labels of what was answered wrongly; then the call stays without a person.
    """
    known, asked = _answers(party), {name: text for name, text in said.items() if text.strip()}
    wrong = tuple(_label(name) for name, text in asked.items() if not _agrees(text, known.get(name, "")))
    what = _("a call: could not tell %(what)s") % {"what": ", ".join(wrong)} if wrong else _("a call of this person")
    log_look(by=by, party=party, purpose=_("On the phone"), what=what, now=now)
    if wrong:
        return wrong
    call.party, call.checked = party, sorted(asked)
    call.save(update_fields=["party", "checked"])
    return ()


def labels_of(names: list[str]) -> list[str]:
    """What check questions are called."""
    return [_label(name) for name in names]


def _answers(party: Party) -> dict[str, str]:
    row = parties.as_row(party)
    address = party.details.get("address", "")
    postcode = str(address.get("postcode", "")) if isinstance(address, dict) else _digits_of(str(address))
    known = {str(name): str(row.get(name) or "") for name in settings.ORGANISATION.caller_checks}
    born = party.birth_date.isoformat() if party.birth_date else ""
    return known | {"birth_date": born, "postcode": postcode}


def _agrees(said: str, known: str) -> bool:
    """Whether it is the same, however it is written; a date in any way in which people write them."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", known):
        found = find_date(said, order="dmy")
        return bool(found and isinstance(found.value, date) and found.value.isoformat() == known)
    return bool(known) and _plain(said) == _plain(known)


def _plain(told: str) -> str:
    return re.sub(r"[\W_]+", "", told.casefold())


def _digits_of(address: str) -> str:
    found = re.findall(r"\b\d{4,6}\b", address)
    return found[-1] if found else ""


def _label(name: str) -> str:
    known = {
        "birth_date": _("Date of birth"),
        "postcode": _("Postcode"),
        "email": _("E-mail address"),
    }
    return known.get(name) or _("Number in %(system)s") % {"system": name}
