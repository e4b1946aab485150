"""The five statuses in operators and over lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import DivisionByZero, InvalidOperation
from operator import ge, gt, le, lt
from typing import Any

from backline.engine.statuses import ABSENT, CONFLICT, UNKNOWN, Missing, failed
from backline.engine.values import CurrencyMismatch

NOT_TRUTH = failed("not yes or no")
EMPTY = failed("empty list")


def strict(*values: object) -> Missing:
    """What missing operands make of a strict operation: failed wins, then unknown, then absent."""
    result = ABSENT
    for value in values:
        if type(value) is Missing:
            if value.status == "failed":
                return value
            if value.status != "absent":
                result = UNKNOWN
    return result


def undecided(value: object) -> Missing:
    """A condition that is neither true nor false: conflict acts as unknown; what is no truth value fails."""
    if type(value) is not Missing:
        return NOT_TRUTH
    return UNKNOWN if value is CONFLICT else value


def failing(error: Exception) -> Missing:
    """What Python raised, as a failed value with a reason for people."""
    if isinstance(error, CurrencyMismatch):
        return failed("two currencies")
    if isinstance(error, ZeroDivisionError | DivisionByZero | InvalidOperation):
        return failed("division by zero")
    if isinstance(error, OverflowError):
        return failed("out of range")
    if isinstance(error, TypeError | AttributeError):
        return failed("no value")
    return failed("not possible")


def both(left: Any, right: Any) -> Any:
    """``and``: false wins, then unknown, then failed, then true; absent is neutral."""
    if left is False or right is False:
        return False
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if left is ABSENT:
        return right if right is True or right is ABSENT else undecided(right)
    if right is ABSENT:
        return left if left is True else undecided(left)
    return weaker(left, right, True)


def either(left: Any, right: Any) -> Any:
    """``or``: true wins, then unknown, then failed, then false; absent is neutral."""
    if left is True or right is True:
        return True
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if left is ABSENT:
        return right if right is False or right is ABSENT else undecided(right)
    if right is ABSENT:
        return left if left is False else undecided(left)
    return weaker(left, right, False)


def weaker(left: object, right: object, neutral: bool) -> Any:
    """Of two that decide nothing: unknown before failed before the neutral truth value."""
    result: object = neutral
    for value in (left, right):
        if value is not neutral:
            missing = undecided(value)
            if missing.status == "unknown":
                return missing
            if result is neutral:
                result = missing
    return result


def any_of(column: Any, closed: object) -> Any:
    """True as soon as one is; false only when the list is closed."""
    return quantified(column, closed, True, either)


def all_of(column: Any, closed: object) -> Any:
    """False as soon as one is; true only when the list is closed."""
    return quantified(column, closed, False, both)


def quantified(column: Any, closed: object, decisive: bool, combine: Callable[[Any, Any], Any]) -> Any:
    if type(column) is Missing:
        return strict(column)
    result: Any = not decisive
    for value in column:
        if value is decisive:
            return decisive
        result = combine(result, value if type(value) in (bool, Missing) else value is not None)
        if result is decisive:
            return decisive
    if closed or (type(result) is Missing and result is UNKNOWN):
        return result
    return UNKNOWN


def settled(column: Any, closed: object) -> Missing | None:
    """What keeps a strict fold from having a value; None when nothing does."""
    if type(column) is Missing:
        return strict(column)
    missing = [value for value in column if type(value) is Missing]
    if missing:
        found = strict(*missing)
        if found is not ABSENT:
            return found
    return None if closed is True else UNKNOWN


def present(column: Sequence[Any]) -> list[Any]:
    """The values; absent ones are left out."""
    return [value for value in column if value is not ABSENT]


def sum_of(column: Any, closed: object, zero: Any) -> Any:
    missing = settled(column, closed)
    if missing is not None:
        return missing
    values = present(column)
    return sum(values[1:], start=values[0]) if values else zero


def min_of(column: Any, closed: object) -> Any:
    missing = settled(column, closed)
    if missing is not None:
        return missing
    values = present(column)
    return min(values) if values else EMPTY


def max_of(column: Any, closed: object) -> Any:
    missing = settled(column, closed)
    if missing is not None:
        return missing
    values = present(column)
    return max(values) if values else EMPTY


def len_of(column: Any, closed: object) -> Any:
    if type(column) is Missing:
        return strict(column)
    return len(present(column)) if closed is True and open_rows(column) == 0 else UNKNOWN


def count_of(column: Any, closed: object) -> Any:
    """How many say yes, or have a value."""
    if type(column) is Missing:
        return strict(column)
    low, high = count_bounds(column, closed)
    return low if low == high else UNKNOWN


def count_bounds(column: Sequence[Any], closed: object) -> tuple[int, int | None]:
    """At least and at most so many; an open end is None. A failed item will never count."""
    low = unknown = 0
    for value in column:
        if type(value) is Missing:
            unknown += value.status in ("unknown", "conflict")
        elif value is not False and value is not None:
            low += 1
    return low, low + unknown if closed is True else None


def len_bounds(column: Sequence[Any], closed: object) -> tuple[int, int | None]:
    unknown = sum(value is UNKNOWN or value is CONFLICT for value in column)
    low = len(present(column)) - unknown
    return low, low + unknown if closed is True else None


def bounded_count(operator: str, column: Any, closed: object, other: Any) -> Any:
    if type(column) is Missing:
        return strict(column)
    return within(operator, *count_bounds(column, closed), other)


def bounded_len(operator: str, column: Any, closed: object, other: Any) -> Any:
    if type(column) is Missing:
        return strict(column)
    return within(operator, *len_bounds(column, closed), other)


ORDER: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def within(operator: str, low: int, high: int | None, other: Any) -> Any:
    """A comparison of a number of which only bounds are known."""
    if operator in ("==", "!="):
        if low == high:
            return (low == other) is (operator == "==")
        outside = other < low or (high is not None and other > high) or other != int(other)
        return operator == "!=" if outside else UNKNOWN
    compare = ORDER[operator]
    at_low = compare(low, other)
    if high is None:
        return at_low if at_low is (operator in (">", ">=")) else UNKNOWN
    return at_low if at_low is compare(high, other) else UNKNOWN


def last_of(column: Any, closed: object, *default: Any) -> Any:
    if type(column) is Missing:
        return strict(column)
    if closed is not True:
        return UNKNOWN
    if not column:
        return default[0] if default else EMPTY
    return UNKNOWN if column[-1] is CONFLICT else column[-1]


def known_all(column: Any, closed: object) -> Any:
    """True when the list is closed and every item that there is has a value."""
    missing = settled(column, closed)
    return True if missing is None else missing


def open_rows(column: Any) -> int:
    """The positions of unknown items, as bits."""
    if type(column) is Missing:
        return 1
    return sum(1 << position for position, value in enumerate(column) if value is UNKNOWN or value is CONFLICT)


def last_row(column: Any) -> int:
    """The position of the last item, if it is unknown."""
    if type(column) is Missing:
        return 1
    return 1 << (len(column) - 1) if column and (column[-1] is UNKNOWN or column[-1] is CONFLICT) else 0
