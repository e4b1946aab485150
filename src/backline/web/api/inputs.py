"""Facts as JSON has them, turned into what the doors take.

What the API gives as a value it also takes: an amount as ``{"amount": "5.00", "currency": "EUR"}``, numbers as numbers.
Such input means the same in every language; any other text is read as somebody typed it, in the caller's language.
A document or a party named by its number has to be one that the caller may have: a number can be guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from backline.cases.facts import NoSuchFact, declared, split
from backline.cases.fittings import fittings
from backline.cases.input import refusal
from backline.cases.models import Case
from backline.cases.refusals import FactsRefused
from backline.cases.storage.row_ids import row_id
from backline.documents.models import Document
from backline.engine import values
from backline.engine.currencies import CURRENCIES
from backline.engine.definition import CaseType, Fact
from backline.engine.values import Money
from backline.engine.values.amounts import places_problem
from backline.engine.values.problems import refuse
from backline.people.actors import Actor
from backline.web.api.reaching import document_ids, may_name_party

MOST = 200
PLAIN_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
PLAIN_MONEY = re.compile(r"(-?\d{1,15}(?:\.\d{1,15})?) ([A-Z]{3})")
SHAPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (str, int, float),
    "decimal": (str, int, float),
    "money": (str, int, float, dict),
    "date": (str,),
    "datetime": (str,),
    "duration": (str, dict),
    "yes/no": (str, bool),
    "consent": (str, bool),
    "choice": (str, int),
    "choices": (str, list),
    "e-mail": (str,),
    "phone": (str,),
    "address": (str, dict),
    "person": (str, int, dict),
    "organisation": (str, int, dict),
    "document": (str, int),
    "signature": (str, int),
    "record": (str, int),
    "case": (str,),
}
"""What JSON may say of a fact of each kind; of none of a list, whose items are added"""


@dataclass(frozen=True, kw_only=True)
class Teller:
    """Who tells facts of which case type, in which case (none yet when it is opened)."""

    by: Actor
    definition: CaseType
    case: Case | None
    now: datetime

    def facts(self, told: Mapping[str, Any], *, item: str = "") -> dict[str, object]:
        """These facts as the door takes them; raises FactsRefused."""
        if len(told) > MOST:
            raise FactsRefused({"facts": _("At most %(most)s facts can be said at once.") % {"most": MOST}})
        taken: dict[str, object] = {}
        refused: dict[str, str] = {}
        for path, raw in told.items():
            try:
                taken[path] = self.value(path, raw, item=item)
            except _Unfit as unfit:
                refused[path] = str(unfit)
        if refused:
            raise FactsRefused(refused)
        return taken

    def value(self, path: str, raw: Any, *, item: str = "") -> object:
        """One of them."""
        name, within = split(path)
        try:
            fact = declared(self.definition, name, within or item)
        except NoSuchFact:
            return raw  # the door says so in its own words
        if fact.type.kind == "list":
            raise _Unfit(_("This is a list: add its items, or close it."))
        shapes = SHAPES.get(fact.type.kind, (str,))
        if not isinstance(raw, shapes) or (isinstance(raw, bool) and bool not in shapes):
            raise _Unfit(_("This can't be read as what it has to be."))
        return self._taken(fact, raw)

    def one(self, path: str, raw: Any) -> object:
        """The value of one answer; raises FactsRefused."""
        return self.facts({path: raw})[path]

    def _taken(self, fact: Fact, raw: Any) -> object:
        kind = fact.type.kind
        if kind in ("document", "signature"):
            return self._document(raw)
        if kind in ("person", "organisation") and row_id(raw):
            return self._party(raw)
        if kind == "choices" and isinstance(raw, list) and not all(isinstance(one, str) for one in raw):
            raise _Unfit(_("This can't be read as what it has to be."))
        if kind in ("integer", "decimal", "money") and not isinstance(raw, dict):
            return _number(kind, raw, self.definition.currency or fittings().currency)
        if kind in ("money", "duration") and isinstance(raw, dict):
            return _decoded(fact, raw)
        return raw

    def _document(self, raw: Any) -> object:
        number = row_id(raw)
        document = Document.objects.filter(pk=number).first()
        own = document is not None and document.stored_by == self.by.id
        if not own and not (self.case and number in document_ids(self.case, self.by, now=self.now)):
            raise _Unfit(_("We don't have this document. Please send it again."))
        return str(number)

    def _party(self, raw: Any) -> object:
        if not may_name_party(self.by, str(raw), now=self.now):
            raise _Unfit(_("We don't know this person."))
        return str(raw)


class _Unfit(Exception):
    """What was sent can't be taken."""


def _number(kind: str, raw: Any, currency: str) -> object:
    """A number as JSON writes it is exact; other text is the door's to read."""
    text = repr(raw) if isinstance(raw, float) else str(raw)
    if kind == "money" and (found := PLAIN_MONEY.fullmatch(text)):
        return _money(found[1], found[2])
    if not PLAIN_NUMBER.fullmatch(text):
        if isinstance(raw, str):
            return raw
        raise _Unfit(_("This can't be read as what it has to be."))
    if kind == "money":
        return _money(text, currency)
    return Decimal(text) if kind == "decimal" or "." in text else int(text)


def _decoded(fact: Fact, raw: dict[str, Any]) -> object:
    try:
        if fact.type.kind == "money":
            if not PLAIN_NUMBER.fullmatch(str(raw["amount"])):
                raise ValueError(raw)
            return _money(str(raw["amount"]), str(raw["currency"]))
        return values.decode(fact.type, raw)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise _Unfit(_("This can't be read as what it has to be."))


def _money(amount: str, currency: str) -> Money:
    """An exact amount, of a currency that there is, with no more places than it has."""
    number = Decimal(amount)
    if currency not in CURRENCIES:
        raise _Unfit(refusal(refuse("currency")))
    if -int(number.normalize().as_tuple().exponent) > CURRENCIES[currency]:
        raise _Unfit(refusal(places_problem(number, currency)))
    return Money(number, currency).rounded()
