"""Exact amounts of money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from backline.engine.currencies import CURRENCIES

Number = int | Decimal
STEPS = {digits: Decimal(1).scaleb(-digits) for digits in range(-3, 9)}
"""The smallest step with so many digits after the point"""


class CurrencyMismatch(ArithmeticError):
    """Two currencies met in one operation. Expressions turn it into a failed value; nobody sees it raised."""


@dataclass(frozen=True, slots=True, init=False)
class Money:
    """An exact amount in one currency (ISO 4217). Arithmetic never rounds; ``rounded`` does, once, half to even.

    Nothing in no currency, ``Money(Decimal(0), "")``, is the sum of no amounts and goes with every currency.
    """

    amount: Decimal
    currency: str

    def __init__(self, amount: Decimal, currency: str) -> None:
        # Amounts are made by the million in evaluations; a frozen dataclass's own way costs half as much again.
        set_amount(self, amount)
        set_currency(self, currency)

    def __add__(self, other: Money) -> Money:
        if type(other) is not Money:
            return NotImplemented
        currency = self.currency if self.currency == other.currency else common_currency(self, other)
        return Money(self.amount + other.amount, currency)

    def __sub__(self, other: Money) -> Money:
        if type(other) is not Money:
            return NotImplemented
        currency = self.currency if self.currency == other.currency else common_currency(self, other)
        return Money(self.amount - other.amount, currency)

    def __mul__(self, factor: Number) -> Money:
        if type(factor) is not int and type(factor) is not Decimal:
            return NotImplemented
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Number | Money) -> Money | Decimal:
        if type(divisor) is Money:
            common_currency(self, divisor)
            return self.amount / divisor.amount
        if type(divisor) is not int and type(divisor) is not Decimal:
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
        quantum = QUANTA.get(self.currency, CENT) if places is None else Decimal(1).scaleb(-places)
        if self.amount.same_quantum(quantum):
            return self
        return Money(self.amount.quantize(quantum, ROUND_HALF_EVEN), self.currency)


set_amount = Money.__dict__["amount"].__set__
set_currency = Money.__dict__["currency"].__set__
CENT = Decimal("0.01")
QUANTA = {currency: Decimal(1).scaleb(-places) for currency, places in CURRENCIES.items()}


def exact(amount: Decimal, currency: str) -> Money:
    """An amount rounded half to even to the currency's minor unit."""
    quantum = QUANTA.get(currency, CENT)
    return Money(amount if amount.same_quantum(quantum) else amount.quantize(quantum, ROUND_HALF_EVEN), currency)


def common_currency(left: Money, right: Money) -> str:
    """The currency of both; a nothing without currency takes the other's."""
    if left.currency == right.currency or (not right.currency and not right.amount):
        return left.currency
    if not left.currency and not left.amount:
        return right.currency
    raise CurrencyMismatch(f"{left.currency} and {right.currency}")
