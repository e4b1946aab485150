"""What a fact can hold: exact, immutable, comparable values. Reading, showing and storing them: see ``parse``, ``show``, ``encode``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from functools import total_ordering
from typing import Any

from backline.engine.currencies import CURRENCIES

Number = int | Decimal


class CurrencyMismatch(ArithmeticError):
    """Two currencies met in one operation. Expressions turn it into a failed value; nobody sees it raised."""


@total_ordering
@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount in one currency (ISO 4217). Arithmetic never rounds; ``rounded`` does, once."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        if type(other) is not Money:
            return NotImplemented
        return Money(self.amount + same_currency(self, other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        if type(other) is not Money:
            return NotImplemented
        return Money(self.amount - same_currency(self, other).amount, self.currency)

    def __mul__(self, factor: Number) -> Money:
        if isinstance(factor, bool) or not isinstance(factor, int | Decimal):
            return NotImplemented
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Number | Money) -> Money | Decimal:
        if type(divisor) is Money:
            return self.amount / same_currency(self, divisor).amount
        if isinstance(divisor, bool) or not isinstance(divisor, int | Decimal):
            return NotImplemented
        return Money(self.amount / divisor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        if type(other) is not Money:
            return NotImplemented
        return self.amount < same_currency(self, other).amount

    def rounded(self, places: int | None = None) -> Money:
        """Rounded half to even, to the currency's minor unit unless told otherwise."""
        digits = CURRENCIES.get(self.currency, 2) if places is None else places
        return Money(self.amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN), self.currency)


def same_currency(left: Money, right: Money) -> Money:
    """The right operand, if both are of one currency."""
    if left.currency != right.currency:
        raise CurrencyMismatch(f"{left.currency} and {right.currency}")
    return right


@dataclass(frozen=True, slots=True)
class Row:
    """A person, organisation, document, address or row of a system: its type, its id there, and its members."""

    type: str
    id: str
    members: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def get(self, member: str) -> Any:
        """A member's value, or None where the row does not have it."""
        return self.members.get(member)
