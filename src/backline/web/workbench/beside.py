"""What stands beside a task: the pages and facts that it shows, else what is known and the newest document."""

from __future__ import annotations

from dataclasses import dataclass

from backline.cases.models import Want
from backline.cases.showing.views import CaseView, FactView, PartyView
from backline.web.workbench import pictures
from backline.web.workbench.pictures import Paper
from backline.web.workbench.unsure import Unsure

MOST = 12


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What is needed to answer."""

    facts: tuple[FactView, ...]
    papers: tuple[Paper, ...]
    parties: tuple[PartyView, ...]


def beside(want: Want, view: CaseView, read: Unsure | None = None) -> Beside:
    """Of this task; where something was ``read`` with doubt, its document first and the place ringed."""
    names = [name.partition(".")[0] for name in want.shows]
    facts = [fact for name in names if (fact := _fact(view, name, want.item)) is not None]
    documents = pictures.shown_documents(view, want.shows)
    if not want.shows:
        facts = [fact for fact in view.facts if fact.status == "value" and fact.source.partition("#")[0] != "else"]
        documents = list(view.documents[:1])
    if read is not None:
        documents.sort(key=lambda document: document.id != read.document)
        if not documents or documents[0].id != read.document:
            documents.insert(0, next(document for document in view.documents if document.id == read.document))
    return Beside(
        facts=tuple(fact for fact in facts if fact.kind != "document")[:MOST],
        papers=tuple(pictures.papers(view, documents, read)),
        parties=tuple(one for one in view.parties if one.role in names),
    )


def _fact(view: CaseView, name: str, item: str) -> FactView | None:
    """The fact of the item itself, of what it lies in, or of the case."""
    while item:
        if (fact := view.fact(f"{item}/{name}")) is not None:
            return fact
        item = "/".join(item.split("/")[:-2])
    return view.fact(name)
