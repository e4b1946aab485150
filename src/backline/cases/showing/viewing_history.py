"""What happened in a case, its documents, and what belongs to it, as a reader sees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from backline.cases.facts import outermost
from backline.cases.models import CaseLink
from backline.cases.reach import cases_within_reach
from backline.cases.records.filing_documents import carried
from backline.cases.showing import telling
from backline.cases.showing.entries_together import others_of
from backline.cases.showing.look import Look
from backline.cases.showing.views import DocumentView, EntryView
from backline.documents.models import Document
from backline.engine.values import Row
from backline.people.actors import Actor

Found = tuple[int, str, str, datetime]
"""Document, fact, actor, when"""


def timeline(look: Look) -> tuple[EntryView, ...]:
    """What happened, as far as the reader may know."""
    return telling.tell(
        look.entries, reader=look.reader, words=look.words, names=look.names, others=others_of(look.case)
    )


def document_views(look: Look) -> tuple[DocumentView, ...]:
    """The documents of the case: said as facts, filed, come in or gone out with messages. Each once, the first place
    first."""
    found: dict[int, Found] = {}
    for one in (*_of_facts(look), *_of_timeline(look)):
        found.setdefault(one[0], one)
    rows = {document.pk: document for document in Document.objects.filter(pk__in=found)}
    return tuple(_view(look, rows[pk], one) for pk, one in found.items() if pk in rows)


def related(look: Look, by: Actor) -> tuple[str, ...]:
    """Cases that belong to this one and lie within the reader's reach."""
    links = CaseLink.objects.filter(Q(case=look.case) | Q(other=look.case)).values_list("case_id", "other_id")
    others = {pk for pair in links for pk in pair if pk != look.case.pk}
    if look.reader.audience == "worker":
        same_people = {party for parties in look.case.snapshot["parties"].values() for party in parties}
        reached = cases_within_reach(by, now=look.now).filter(participations__party__in=same_people)
        others |= set(reached.exclude(pk=look.case.pk).order_by("-opened_at").values_list("pk", flat=True)[:20])
    found = cases_within_reach(by, now=look.now).filter(pk__in=others, merged_into=None).order_by("-opened_at")
    return tuple(found.values_list("reference", flat=True))


def _of_facts(look: Look) -> Iterator[Found]:
    for state in look.evaluation.facts.values():
        fact = outermost(look.loaded.definition, state.name, state.item)
        if fact is None or not isinstance(state.value, Row) or state.value.type != "document":
            continue
        said = look.assertions.get(state.assertion)
        if state.value.id.isdigit() and look.reader.sees(fact, said_by=state.by):
            yield int(state.value.id), state.name, state.by, said.said_at if said else look.case.opened_at


def _of_timeline(look: Look) -> Iterator[Found]:
    for entry, data in look.entries:
        if not data or look.reader.pending:
            continue
        if entry.kind == "document" and (look.reader.audience == "worker" or data.get("shown", True)):
            yield int(data["document"]), "", entry.actor, entry.at
        if look.reader.audience == "customer" and entry.actor != look.reader.actor.id:
            continue  # what came from another, or went to one, is between them and us
        for document in carried(entry.kind, data):
            yield document, "", entry.actor, entry.at


def _view(look: Look, document: Document, found: Found) -> DocumentView:
    _pk, fact, actor, at = found
    return DocumentView(
        id=document.pk,
        name=document.name,
        kind=document.kind,
        media_type=document.media_type,
        pages=document.pages,
        label=look.words.label(fact) if fact else document.name,
        fact=fact,
        who=look.names.get(actor, ""),
        at=at,
    )
