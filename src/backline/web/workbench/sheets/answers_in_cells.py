"""What stands in an answer's cell, as a value, or refused in the words that the form would use."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from backline.cases import input
from backline.documents.spreadsheets import Given
from backline.engine.values import ValueProblem
from backline.web.workbench.sheets.rows import Row

NUMBERS = ("integer", "decimal", "money")


class CellRefused(Exception):
    """The cell can't be taken; the message says why."""


def value_of(row: Row, given: Given) -> object:
    """The answer. Raises CellRefused."""
    words = text_of(given)
    if row.fact is None:
        return words
    if row.kind == "choices":
        return [_chosen(row, one) for one in words.replace("\n", ";").split(";") if one.strip()]
    raw: object = _chosen(row, words) if row.options else words
    if given.kind == "number" and row.kind in ("date", "datetime"):
        raise CellRefused(_("This is a number and no day: give the cell a date, such as 2026-03-31."))
    try:
        # a number in a cell has no separators to be understood: it is read as programs write it
        with translation.override("en" if given.kind == "number" else translation.get_language()):
            return input.value_of(
                row.fact, raw, known=row.look.evaluation.facts, currency=row.look.loaded.definition.currency
            )
    except ValueProblem as wrong:
        raise CellRefused(input.refusal(wrong))


def text_of(given: Given) -> str:
    """The text of a cell to fill. Raises CellRefused for a formula."""
    if given.kind == "formula":
        raise CellRefused(_("A formula is no answer: write the value itself."))
    if given.kind == "error":
        raise CellRefused(_("This cell holds an error of the spreadsheet: write the value itself."))
    return given.text.strip()


def _chosen(row: Row, words: str) -> str:
    """The value behind the words of a choice, in any case of letters; or the value itself."""
    said = words.strip().casefold()
    for value, label in row.options:
        if said in (value.casefold(), label.casefold()):
            return value
    told = ", ".join(label for _value, label in row.options[:8])
    raise CellRefused(_("“%(said)s” is none of the choices: %(choices)s.") % {"said": words.strip(), "choices": told})
