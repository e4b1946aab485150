"""Literals first: ``5 EUR``, ``30 days`` and ``'gold'`` become names of the same length, so that columns stay true."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal as OneOf

from backline.engine.currencies import CURRENCIES
from backline.engine.definition import Expression, Span
from backline.engine.expressions.problems import ExpressionProblem, problem_at
from backline.engine.expressions.trees import Literal
from backline.engine.values import Money

LONGEST = 4000
MOST_DIGITS = 30
Unit = OneOf["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
UNITS: dict[str, Unit] = {
    "second": "seconds", "minute": "minutes", "hour": "hours", "day": "days", "week": "weeks", "month": "months",
    "year": "years",
}  # fmt: skip
TOKENS = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<text>'[^'\n\\]*'|"[^"\n\\]*")
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<operator>==|!=|<=|>=|//|[-+*/%<>().,\[\]])""",
    re.VERBOSE,
)
UNIT = re.compile(
    r"[ \t]+(?:(?P<business>business)[ \t]+)?(?P<unit>seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b"
)
CURRENCY = re.compile(r"[ \t]+(?P<currency>[A-Z]{3})\b")


def lex(expression: Expression) -> tuple[str, dict[int, Literal]]:
    """The text on one line with ``____`` where its literals stand (same length), and the literals by their position."""
    text = expression.text
    if len(text) > LONGEST:
        raise problem_at(
            expression, 0, f"This expression is longer than {LONGEST} characters.", "Make facts of its parts."
        )
    out: list[str] = []
    literals: dict[int, Literal] = {}
    at = 0
    while at < len(text):
        match = TOKENS.match(text, at)
        if match is None:
            raise unreadable(expression, at)
        end = match.end()
        kind = match.lastgroup
        if kind == "number":
            literals[at], end = number(expression, match)
            out.append("_" * (end - at))
        elif kind == "text":
            literals[at] = Literal(at=at, kind="text", value=match[0][1:-1])
            out.append("_" * (end - at))
        else:
            refuse_names(expression, match)
            out.append(" " * len(match[0]) if kind == "space" else match[0])
        at = end
    return "".join(out), literals


def number(expression: Expression, match: re.Match[str]) -> tuple[Literal, int]:
    """A number, an amount of money or a span of time, and where it ends."""
    text, at, digits = expression.text, match.start(), match[0]
    if len(digits) > MOST_DIGITS:
        raise problem_at(expression, at, f"A number may have {MOST_DIGITS} digits at most.")
    unit = UNIT.match(text, match.end())
    if unit:
        return span(expression, at, digits, unit), unit.end()
    currency = CURRENCY.match(text, match.end())
    if currency:
        code = currency["currency"]
        if code not in CURRENCIES:
            raise problem_at(
                expression, currency.start("currency"), f"{code} is not a currency.", "Write for example 5 EUR."
            )
        return Literal(at=at, kind="money", value=Money(Decimal(digits), code)), currency.end()
    following = text[match.end() : match.end() + 1]
    if following.isalnum() or following == "_":
        raise problem_at(
            expression, match.end(), f"Put a space after {digits}.", "Write for example 30 days, or 5 EUR."
        )
    if "." in digits:
        return Literal(at=at, kind="decimal", value=Decimal(digits)), match.end()
    return Literal(at=at, kind="integer", value=int(digits)), match.end()


def span(expression: Expression, at: int, digits: str, unit: re.Match[str]) -> Literal:
    """``30 days``: a whole number of a unit."""
    if "." in digits or len(digits) > 6:
        raise problem_at(
            expression, at, f"{digits} {unit['unit']} is not a length of time.", "Write a whole number below a million."
        )
    name = UNITS[unit["unit"].removesuffix("s")]
    business = unit["business"] is not None
    if business and name not in ("days", "hours"):
        raise problem_at(expression, at, f"There are no business {name}.", "Write business days or business hours.")
    return Literal(at=at, kind="span", value=Span(amount=int(digits), unit=name, business=business))


def refuse_names(expression: Expression, match: re.Match[str]) -> None:
    """Names beginning with an underscore are nobody's; a letter glued to a quote would be a Python string prefix."""
    name = match[0]
    if match.lastgroup != "name":
        return
    if name.startswith("_") or "__" in name:
        raise problem_at(expression, match.start(), f"'{name}' cannot be a name.", "Names begin with a letter.")
    if expression.text[match.end() : match.end() + 1] in ("'", '"'):
        raise problem_at(expression, match.start(), f"Put a space or an operator between '{name}' and the quoted text.")


def unreadable(expression: Expression, at: int) -> ExpressionProblem:
    """A character that has no place in the language, with the likely mend."""
    sign = expression.text[at]
    mends = {
        "=": "To compare, write ==.",
        "'": "The quotes are not closed.",
        '"': "The quotes are not closed.",
        "&": "Write and.",
        "|": "Write or.",
        "!": "Write not, or != for differs from.",
        "$": "Write for example 5 USD.",
        "€": "Write for example 5 EUR.",
        "{": "Holes in braces belong into texts; here, write the fact's name alone.",
        "’": "Use straight quotes.",
        "‘": "Use straight quotes.",
        "“": "Use straight quotes.",
        "”": "Use straight quotes.",
    }
    return problem_at(expression, at, f"{sign!r} cannot be read here.", mends.get(sign, ""))
