"""How far a colleague's authority reaches in a team: a step (2), or an amount (5000 EUR)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from backline.engine.definition import ValueType
from backline.engine.values import Money, ValueProblem, parse, show
from backline.people.refusals import Refusal

UNKNOWN = "unknown"
"""The level of a task that can't be worked out: only whoever leads the team may do it"""


class LevelRefused(Refusal):
    """This is neither a step nor an amount."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """A step where ``currency`` is empty, else an amount."""

    number: Decimal
    currency: str = ""

    def __str__(self) -> str:
        return f"{self.number:f} {self.currency}".strip()

    def reaches(self, needed: Level) -> bool:
        """Whether whoever has this level may do what needs that one; steps and currencies do not compare."""
        return self.currency == needed.currency and self.number >= needed.number


def level_of(value: object) -> Level | None:
    """The level that an expression of a case type came to; None where it is no number and no amount."""
    if isinstance(value, Money):
        return Level(number=value.amount, currency=value.currency)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Level(number=Decimal(value))
    return None


def read_level(text: str) -> Level:
    """``2`` or ``5000 EUR``, as people type it; raises LevelRefused."""
    kind = ValueType(kind="money" if any(letter.isalpha() for letter in text) else "decimal")
    try:
        found = level_of(parse(kind, text.strip()))
    except ValueProblem:
        found = None
    if found is None:
        raise LevelRefused(_("“%(level)s” is no level: write a number (2) or an amount (5000 EUR).") % {"level": text})
    return found


def words(stored: str, language: str) -> str:
    """A stored level as people read it."""
    if not stored or stored == UNKNOWN:
        return stored
    level = read_level(stored)
    if not level.currency:
        return f"{level.number.normalize():f}"
    return show(Money(level.number, level.currency), language=language)


def suffices(held: str, needed: str) -> bool:
    """Whether a stored level is enough for a task's; nobody needs one for a task without."""
    if not needed:
        return True
    return bool(held) and needed != UNKNOWN and read_level(held).reaches(read_level(needed))
