"""The rows of a work list: each task with what its page shows, and how its answer may be written in a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from backline.cases.models import Want
from backline.cases.showing.look import Look, look_at
from backline.cases.showing.viewing_facts import fact_views
from backline.cases.showing.views import FactView
from backline.engine.definition import Fact
from backline.engine.values import Money
from backline.insight import worklists
from backline.insight.worklists import WorkLine
from backline.people.actors import Actor
from backline.web.portal import answers, choosing
from backline.web.portal.beside import agreeing
from backline.web.workbench.answers import fact_of, needs_reason

Value = str | int | Decimal | Money | date
TYPED = (
    "text", "integer", "decimal", "money", "date", "datetime", "duration", "yes/no", "consent", "choice", "choices",
    "e-mail", "phone",
)  # fmt: skip
"""Kinds of answers that fit in a cell; an address, a person or a document is answered on the task's page"""
OWN_WORDS = ("free", "colleague")
MOST_FACTS = 12
ANSWER, NOTE, KEY, FACT = "answer", "note", "key", "fact "
"""Columns by name; the name of a fact stands after ``FACT``"""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A fact beside the question."""

    name: str
    label: str
    value: Value


@dataclass(frozen=True, kw_only=True)
class Row:
    """One task, as it stands now."""

    want: Want
    line: WorkLine
    kind: str
    """Of the answer; ``words`` for a free task"""
    currency: str
    options: tuple[tuple[str, str], ...]
    """Value and words of what can be chosen"""
    shown: tuple[Shown, ...]
    why: bool
    """A reason has to be given"""
    look: Look

    @property
    def fact(self) -> Fact | None:
        return None if self.kind == "words" else fact_of(self.look, self.want)


def rows_of(wants: Iterable[Want], *, by: Actor, language: str, now: datetime) -> Iterator[Row]:
    """Those of these tasks that fit in a row; a case with several tasks is looked at once."""
    looks: dict[int, Look] = {}
    found = [want for want in wants if want.kind == "work" or want.kind in OWN_WORDS]
    for want, line in zip(found, worklists.lines(found, by=by, language=language, now=now), strict=True):
        if want.case_id not in looks:
            looks[want.case_id] = look_at(want.case, by, language=language, zone="", now=now)
        row = _row(want, line, looks[want.case_id], by)
        if row is not None:
            yield row


def value_in(row: Row, column: str) -> object:
    """What stands in a cell that is not to be filled; None for nothing."""
    if column.startswith(FACT):
        return next((one.value for one in row.shown if one.name == column.removeprefix(FACT)), None)
    if column == "due":
        return row.line.due.astimezone(ZoneInfo(row.look.words.zone)) if row.line.due else None
    told = {"case": row.line.reference, "customer": row.line.customer, "question": row.line.question}
    return told.get(column)


def _row(want: Want, line: WorkLine, look: Look, by: Actor) -> Row | None:
    shown = tuple(_shown(want, look, by))
    if want.kind in OWN_WORDS:
        return Row(want=want, line=line, kind="words", currency="", options=(), shown=shown, why=False, look=look)
    fact = fact_of(look, want)
    if fact.type.kind not in TYPED and fact.type.choices_from is None:
        return None
    field = answers.field_view(
        look.loaded, fact, source=want.source, options=agreeing(fact) or _rows_to_choose(fact, look)
    )
    return Row(
        want=want, line=line, kind=fact.type.kind, currency=field.currency,
        options=tuple((choice.value, _words(choice.label, choice.help)) for choice in field.choices),
        shown=shown, why=needs_reason(look, want), look=look,
    )  # fmt: skip


def _rows_to_choose(fact: Fact, look: Look) -> tuple[tuple[str, ...], ...]:
    return choosing.options(fact, look.evaluation, look.words.language)


def _words(label: str, more: str) -> str:
    return f"{label}, {more}" if more else label


def _shown(want: Want, look: Look, by: Actor) -> Iterator[Shown]:
    """What the page shows beside the question; without ``shows``, what is known."""
    facts = {fact.path: fact for fact in fact_views(look, by)}
    if want.shows:
        found = [fact for name in want.shows if (fact := _near(facts, name.partition(".")[0], want.item))]
    else:
        found = [one for one in facts.values() if one.status == "value" and one.source.partition("#")[0] != "else"]
    for fact in [one for one in found if one.kind not in ("document", "signature")][:MOST_FACTS]:
        yield Shown(name=fact.name, label=fact.label, value=_value(fact))


def _near(facts: dict[str, FactView], name: str, item: str) -> FactView | None:
    """The fact of the item itself, of what it lies in, or of the case."""
    while item:
        if (fact := facts.get(f"{item}/{name}")) is not None:
            return fact
        item = "/".join(item.split("/")[:-2])
    return facts.get(name)


def _value(fact: FactView) -> Value:
    """Amounts, numbers and days as such, so that they can be sorted and summed; all else as it is read."""
    if fact.status != "value":
        return fact.reason or _("not known")
    value = fact.value
    if isinstance(value, Money | Decimal) or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    return value if isinstance(value, int) and not isinstance(value, bool) else fact.shown
