"""Calculations with money in one currency, written as one calculation with plain numbers.

No amount of money is made for each step.
"""

from __future__ import annotations

from collections.abc import Callable

from backline.engine.expressions.typed import Constant, Strict, Typed

NUMBERS = frozenset({"integer", "decimal"})


def in_one_currency(typed: Strict, text_of: Callable[[Typed], str]) -> str:
    """``(v2 * 2 + k0).rounded()`` as ``exact(v2.amount * 2 + k0.amount, v2.currency)`` where the currencies are one;
    empty where the calculation has other parts."""
    amounts: dict[str, Typed] = {}
    (whole,) = typed.arguments
    text = _number(whole, text_of, amounts) if isinstance(whole, Strict) else ""
    if not text or not amounts:
        return ""
    first, *others = amounts
    exact = f"exact({text}, {first}.currency)"
    if not others:
        return exact
    same = " and ".join(f"{first}.currency == {other}.currency" for other in others)
    return f"({exact} if {same} else {text_of(whole)}.rounded())"


def _number(typed: Typed, text_of: Callable[[Typed], str], amounts: dict[str, Typed]) -> str:
    """The number of an amount; the texts of the amounts that it starts from are collected."""
    if isinstance(typed, Strict):
        return _calculated(typed, text_of, amounts)
    if typed.type.kind != "money" or (isinstance(typed, Constant) and typed.value is None):
        return ""
    local = text_of(typed)
    amounts[local] = typed
    return f"{local}.amount"


def _calculated(typed: Strict, text_of: Callable[[Typed], str], amounts: dict[str, Typed]) -> str:
    if typed.type.kind != "money" or typed.function not in ("+", "-", "*") or len(typed.arguments) != 2:
        return ""
    parts = []
    for part in typed.arguments:
        number = typed.function == "*" and part.type.kind in NUMBERS
        parts.append(text_of(part) if number else _number(part, text_of, amounts))
    return f"({parts[0]} {typed.function} {parts[1]})" if all(parts) else ""
