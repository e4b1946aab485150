"""What emitted code calls at run time: a clock, and small functions over values and statuses."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from math import ceil, floor
from typing import Any

from backline.engine.definition import Span
from backline.engine.expressions.clock import Clock, birthday, opposite, years_between
from backline.engine.expressions.folding import (
    all_of,
    any_of,
    both,
    bounded_count,
    bounded_len,
    count_of,
    either,
    failing,
    known_all,
    last_of,
    last_row,
    len_of,
    max_of,
    min_of,
    open_rows,
    strict,
    sum_of,
    undecided,
)
from backline.engine.statuses import ABSENT, CONFLICT, UNKNOWN, Missing, failed
from backline.engine.values import Money
from backline.engine.values.money import exact


def span_of(amount: int, unit: Any) -> Span:
    if type(amount) is not int:
        raise ValueError("a length of time is a whole number")
    return Span(amount=amount, unit=unit)


def to_duration(length: Span | timedelta) -> timedelta:
    """An exact length; months, years and business days have none."""
    if isinstance(length, timedelta):
        return length
    if length.business or length.unit in ("months", "years"):
        raise ValueError(f"{length.unit} are not all of one length")
    return timedelta(**{length.unit: length.amount})


def divided(left: Any, right: Any) -> Any:
    """A division that never ends in binary fractions."""
    return Decimal(left) / right if type(left) is int else left / right


def same(left: object, right: object) -> bool:
    """Equality of amounts; two currencies are a failure, not a difference."""
    if type(left) is Money and type(right) is Money and left.currency != right.currency:
        return not (left < right or left > right)
    return left == right


def among(value: object, *others: object) -> bool:
    """Equal to one of them."""
    return any(same(value, other) for other in others)


def rounded(value: Any, places: int | None = None) -> Any:
    """Rounded half to even to the minor unit of its currency, or to so many places."""
    return value.rounded(places) if type(value) is Money else value


def rounded_to(value: Any, places: int) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def to_whole(value: Any) -> int:
    return int(Decimal(value).to_integral_value(ROUND_HALF_EVEN))


def to_decimal(value: Any) -> Any:
    return Decimal(value) if type(value) is int else value


def absolute(value: Any) -> Any:
    return -value if value < value * 0 else value


def given(value: object) -> bool:
    """A signature counts as yes."""
    return value is not None and value is not False


NAMES: dict[str, object] = {
    "M": Missing,
    "U": UNKNOWN,
    "A": ABSENT,
    "C": CONFLICT,
    "ONCE": (0,),
    "NOTHING": Money(Decimal(0), ""),
    "NO_TIME": timedelta(0),
    "make_date": date,
    **{
        function.__name__: function
        for function in (
            all_of,
            among, any_of, both, bounded_count, bounded_len, count_of, either, failed, failing, known_all, last_of,
            last_row, len_of, max_of,
            min_of, open_rows, strict, sum_of, undecided, years_between, birthday, opposite, span_of, to_duration,
            divided, exact, same, rounded,
            rounded_to, to_whole, to_decimal, absolute, given, floor, ceil,
        )
    },
}  # fmt: skip
"""The globals of emitted code."""

__all__ = ["NAMES", "Clock"]
