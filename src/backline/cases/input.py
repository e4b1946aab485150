"""What people type, choose or hand in, as values of a fact; what can't be taken is said at its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backline.cases.fittings import fittings
from backline.cases.storage.row_ids import row_id
from backline.documents.models import Document
from backline.documents.storing import document_row
from backline.engine import values
from backline.engine.definition import Fact
from backline.engine.evaluation import FactState
from backline.engine.values import Row, ValueProblem
from backline.people.models import Party
from backline.people.parties import as_row

KEPT_AS_THEY_ARE = ("person", "organisation", "document", "signature", "record", "case")


def value_of(fact: Fact, raw: object, *, known: Mapping[str, FactState], currency: str = "") -> Any:
    """The value of ``fact`` that ``raw`` stands for. ``known``: the facts as they stand, for choices that come from
    one.

    ``raw`` is a text as somebody typed it, an id of a document, party or row, or a value already. Raises ValueProblem.
    """
    if fact.type.choices_from is not None:
        return _chosen(fact, raw, known)
    if isinstance(raw, Document) or (fact.type.kind in ("document", "signature") and not isinstance(raw, Row)):
        return _document(raw)
    if isinstance(raw, Party) or (fact.type.kind in ("person", "organisation") and row_id(raw)):
        return _party(raw)
    if isinstance(raw, Row) and fact.type.kind in KEPT_AS_THEY_ARE:
        return raw
    house = fittings()
    return values.parse(
        fact.type, raw, currency=currency or house.currency, languages=_languages(house.languages), zone=house.zone
    )


def refusal(problem: ValueProblem) -> str:
    """Why the input can't be taken, in the language of the person who is here."""
    return problem.in_language(get_language() or "en")


def _chosen(fact: Fact, raw: object, known: Mapping[str, FactState]) -> Any:
    """One of the rows or values that another fact offers now."""
    offered = fact.type.choices_from.text if fact.type.choices_from else ""
    state = known.get(offered)
    if state is None or state.status != "value":
        raise ValueProblem(_("We don't know yet what there is to choose from. Please try again in a moment."))
    wanted = raw.id if isinstance(raw, Row) else str(raw)
    for one in state.value:
        if (one.id if isinstance(one, Row) else str(one)) == wanted:
            return one
    raise ValueProblem(_("This is not one of the choices any more. Please choose again."))


def _document(raw: object) -> Row:
    """Its kind is what it was recognised as, empty where it was not: then a person has to look at it."""
    document = raw if isinstance(raw, Document) else Document.objects.filter(pk=row_id(raw)).first()
    if document is None:
        raise ValueProblem(_("We don't have this document. Please send it again."))
    return document_row(document)


def _party(raw: object) -> Row:
    party = raw if isinstance(raw, Party) else Party.objects.filter(pk=row_id(raw)).first()
    if party is None:
        raise ValueProblem(_("We don't know this person."))
    return as_row(party)


def _languages(house: tuple[str, ...]) -> tuple[str, ...]:
    """The reader's language first: it decides what a comma means."""
    reader = get_language()
    return (reader, *house) if reader else house
