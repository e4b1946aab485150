"""What was said in a call or a chat, as facts: those that the case asks for, each with its place in what was written.

What is sure is said for the customer by the colleague who spoke with them; what is not, a person checks in the list of
readings. What is known already, or only the person themselves may say, is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from backline.cases.adding import add_task, reply
from backline.cases.asserting import assert_facts
from backline.cases.authority import ONLY_THEMSELVES
from backline.cases.facts import NoSuchFact, declared
from backline.cases.models import Case, Want
from backline.cases.refusals import FactsRefused, Refusal
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.channels.models import Contact, ContactDocument
from backline.documents.fields import FieldReading
from backline.documents.models import Document
from backline.documents.reading import read
from backline.documents.told import find_told, told_rules
from backline.engine.choosing import SURE
from backline.people.actors import SYSTEM, Actor
from backline.people.models import Staff

SPOKEN = ("call", "phone", "chat")
"""Channels whose words are read for facts"""
OURS = ("agent", "colleague", "mitarbeiter", "mitarbeiterin", "berater", "beraterin")
LONGEST = 5000


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A fact as it was said, and where that stands."""

    fact: str
    reading: FieldReading
    document: Document

    @property
    def place(self) -> dict[str, Any]:
        """As the timeline keeps places."""
        box = list(self.reading.box)
        return {"document": self.document.pk, "page": self.reading.page, "box": box, "text": self.reading.text}


def hear(*, contact: Contact, attached: Sequence[ContactDocument], by: Actor, now: datetime) -> Case | None:
    """Read the words of a contact that is in its case for the facts that are open there. Answers the case as it is."""
    case = contact.case
    if case is None or contact.channel not in SPOKEN:
        return case
    found = _open_ones(case, _heard(case, [row.document for row in attached if row.document]))
    sure = {one.fact: one for one in found.values() if one.reading.confidence >= SURE}
    refused = ""
    if sure and by.kind == "staff":
        try:
            case = assert_facts(
                case=case, by=by, channel=contact.channel, facts={name: _raw(one) for name, one in sure.items()},
                places={name: one.place for name, one in sure.items()}, now=now,
            )  # fmt: skip
            found = {name: one for name, one in found.items() if name not in sure}
        except FactsRefused as why:
            refused = " ".join(why.messages.values())
        except Refusal as why_not:
            refused = str(why_not)
    if found:
        _have_checked(case, found, refused, now)
    return Case.objects.get(pk=case.pk)


def heard_in(case: Case) -> Mapping[str, Heard]:
    """What was said in all calls and chats of a case and is asked still; the newest word counts."""
    rows = ContactDocument.objects.filter(contact__case=case, contact__channel__in=SPOKEN, document__isnull=False)
    return _open_ones(case, _heard(case, [row.document for row in rows.select_related("document").order_by("pk")]))


def heard_in_words(type_key: str, document: Document) -> Mapping[str, Heard]:
    """What a note says of the facts of a case type, for a request that is about to be made."""
    return {one.fact: one for one in _told_in(type_key, document)}


def close_checks(case: Case, by: Actor, *, now: datetime, channel: str) -> None:
    """The tasks that asked to check what was said are done: somebody filled the answers in."""
    for want in Want.objects.filter(case=case, kind="free", source="read", closed_at__isnull=True):
        try:
            reply(want=want, by=by, text=_("The answers were noted."), now=now, channel=channel)
        except Refusal:  # it is another team's, or was closed meanwhile
            continue


def _heard(case: Case, documents: Sequence[Document | None]) -> dict[str, Heard]:
    return {one.fact: one for document in documents if document for one in _told_in(case.type_key, document)}


def _told_in(type_key: str, document: Document) -> Iterator[Heard]:
    rules = told_rules(type_key)
    if not rules:
        return
    for name, reading in find_told(read(document), rules, but=_our_voices()).items():
        yield Heard(fact=name, reading=reading, document=document)


def _open_ones(case: Case, found: Mapping[str, Heard]) -> dict[str, Heard]:
    """Those that are asked now, and that a colleague may note down."""
    asked = set(
        Want.objects.filter(case=case, kind="ask", item="", closed_at__isnull=True).values_list("fact", flat=True)
    )
    loaded = versions.load(case.type_key, case.type_version)
    return {name: one for name, one in found.items() if name in asked and _may_be_noted(loaded, name)}


def _may_be_noted(loaded: LoadedType, name: str) -> bool:
    try:
        return declared(loaded.definition, name, "").type.kind not in ONLY_THEMSELVES
    except NoSuchFact:
        return False


def _have_checked(case: Case, found: Mapping[str, Heard], refused: str, now: datetime) -> None:
    texts = versions.load(case.type_key, case.type_version).texts
    lines = [f"{texts.label(name, settings.LANGUAGE_CODE)} “{one.reading.text}”" for name, one in found.items()]
    if Want.objects.filter(case=case, kind="free", source="read", closed_at__isnull=True).exists():
        return
    detail = "\n".join(filter(None, [*lines, refused]))[:LONGEST]
    add_task(
        case=case, by=SYSTEM, title=_("Check what was said"), detail=detail, now=now, channel="call", source="read"
    )


def _raw(one: Heard) -> object:
    return one.reading.text if isinstance(one.reading.value, str) else one.reading.value


def _our_voices() -> frozenset[str]:
    """How transcripts name our side."""
    names = Staff.objects.filter(left_at__isnull=True).values_list("name", flat=True)
    return frozenset((*OURS, settings.ORGANISATION.name, *names))
