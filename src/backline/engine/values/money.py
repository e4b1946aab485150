"""Exact amounts of money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from backline.engine.currencies import CURRENCIES

Number = int | Decimal


class CurrencyMismatch(ArithmeticError):
    """Two currencies met in one operation. Expressions turn it into a failed value; nobody sees it raised."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount in one currency (ISO 4217). Arithmetic never rounds; ``rounded`` does, once, half to even.

    Nothing in no currency, ``Money(Decimal(0), "")``, is the sum of no amounts and goes with every currency.
    """

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        if type(other) is not Money:
            return NotImplemented
        return Money(self.amount + other.amount, common_currency(self, other))

    def __sub__(self, other: Money) -> Money:
        if type(other) is not Money:
            return NotImplemented
        return Money(self.amount - other.amount, common_currency(self, other))

    def __mul__(self, factor: Number) -> Money:
        if isinstance(factor, bool) or not isinstance(factor, int | Decimal):
            return NotImplemented
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Number | Money) -> Money | Decimal:
        if type(divisor) is Money:
            common_currency(self, divisor)
            return self.amount / divisor.amount
        if isinstance(divisor, bool) or not isinstance(divisor, int | Decimal):
            return NotImplemented
        return Money(self.amount / divisor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __lt__(self, other: Money) -> bool:
        if type(other) is not Money:
            return NotImplemented
        return self.amount < other.amount if self.currency == other.currency else self._compared(other) < 0

    def __le__(self, other: Money) -> bool:
        if type(other) is not Money:
            return NotImplemented
        return self.amount <= other.amount if self.currency == other.currency else self._compared(other) <= 0

    def __gt__(self, other: Money) -> bool:
        if type(other) is not Money:
            return NotImplemented
        return self.amount > other.amount if self.currency == other.currency else self._compared(other) > 0

    def __ge__(self, other: Money) -> bool:
        if type(other) is not Money:
            return NotImplemented
        return self.amount >= other.amount if self.currency == other.currency else self._compared(other) >= 0

    def _compared(self, other: Money) -> Decimal:
        common_currency(self, other)
        return self.amount.compare(other.amount)

    def rounded(self, places: int | None = None) -> Money:
        """Rounded half to even, to the currency's minor unit unless told otherwise."""
        digits = CURRENCIES.get(self.currency, 2) if places is None else places
        return Money(self.amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN), self.currency)


def common_currency(left: Money, right: Money) -> str:
    """The currency of both; a nothing without currency takes the other's."""
    if left.currency == right.currency or (not right.currency and not right.amount):
        return left.currency
    if not left.currency and not left.amount:
        return right.currency
    raise CurrencyMismatch(f"{left.currency} and {right.currency}")
