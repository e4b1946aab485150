"""Documents that a party sends answer those that the case asks of them; what fits nothing is left to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backline.cases.asserting import assert_facts
from backline.cases.facts import NoSuchFact, declared, path
from backline.cases.models import Case, CaseParty, Want
from backline.cases.refusals import FactsRefused
from backline.catalogue import versions
from backline.channels.models import ContactDocument
from backline.documents.models import Document
from backline.people.actors import of_party
from backline.people.models import Party


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A document that the case waits for."""

    path: str
    kinds: tuple[str, ...]


def open_document_asks(case: Case, party: Party) -> list[Ask]:
    """What documents the case asks of this party now, the oldest question first."""
    roles = set(CaseParty.objects.filter(case=case, party=party, until__isnull=True).values_list("role", flat=True))
    definition = versions.load(case.type_key, case.type_version).definition
    asks = []
    wants = Want.objects.filter(case=case, kind="ask", closed_at__isnull=True, who__in=roles)
    for want in wants.order_by("since", "pk"):
        try:
            fact = declared(definition, want.fact, want.item)
        except NoSuchFact:
            continue
        if fact.type.kind == "document":
            asks.append(Ask(path=path(want.fact, want.item), kinds=fact.type.kinds))
    return asks


def answer_asks(
    *, case: Case, party: Party, attached: Sequence[ContactDocument], channel: str, now: datetime
) -> tuple[Case, str]:
    """Say each document to the question that it answers. Answers the case as it then is, and what was refused."""
    fitting = {row.pk: row for row in attached if row.document and row.part == "attachment" and not row.answers}
    documents = {pk: row.document for pk, row in fitting.items() if row.document}
    chosen = assign(documents, open_document_asks(case, party))
    if not chosen:
        return case, ""
    facts = {ask.path: documents[pk] for pk, ask in chosen.items()}
    try:
        case = assert_facts(case=case, by=of_party(party), channel=channel, facts=facts, now=now)
    except FactsRefused as refused:
        return case, " ".join(refused.messages.values())
    for pk, ask in chosen.items():
        fitting[pk].answers = ask.path
        fitting[pk].save(update_fields=["answers"])
    return case, ""


def assign(documents: Mapping[int, Document], asks: Sequence[Ask]) -> dict[int, Ask]:
    """Which document answers which question: by its kind first; what no rule recognised goes to the questions left."""
    chosen: dict[int, Ask] = {}
    for pk, document in documents.items():
        if found := _first(asks, chosen, lambda ask, kind=document.kind: bool(kind) and kind in ask.kinds):
            chosen[pk] = found
    for pk, document in documents.items():
        if pk not in chosen and (
            found := _first(asks, chosen, lambda ask, kind=document.kind: not kind or not ask.kinds)
        ):
            chosen[pk] = found
    return chosen


def _first(asks: Sequence[Ask], taken: Mapping[int, Ask], fits: object) -> Ask | None:
    free = (ask for ask in asks if ask not in taken.values())
    return next((ask for ask in free if callable(fits) and fits(ask)), None)
