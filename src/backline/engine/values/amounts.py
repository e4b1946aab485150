"""Numbers and amounts as people write them: ``1.234,50 €``, ``1,234.50 USD``, ``1 234,5``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from backline.engine.currencies import CURRENCIES, SIGNS
from backline.engine.values.money import Money
from backline.engine.values.problems import ValueProblem, refuse

MOST_DIGITS = 18
COMMA_DECIMALS = frozenset({"de", "fr", "es", "it", "nl", "pt", "pl", "da", "sv", "nb", "fi", "cs"})
FIGURES = re.compile(r"[-+−]?[0-9][0-9.,' ]*")


def read_number(text: str, languages: Sequence[str], code: str = "decimal") -> Decimal:
    """A number, its separators understood; ValueProblem where they leave it open."""
    found = understood(text, languages)
    if found is None:
        raise refuse(code)
    number, doubtful = found
    if doubtful and code == "integer":
        raise refuse("ambiguous amount", text=text)
    return number


def read_money(text: str, languages: Sequence[str], currency: str) -> Money:
    """An amount with the currency written beside it, or the usual one."""
    number_text, written = split_currency(text)
    code = written or currency
    found = understood(number_text, languages)
    if found is None:
        raise refuse("money", currency=code or "EUR")
    if code not in CURRENCIES:
        raise refuse("currency")
    number, doubtful = found
    places = -int(number.as_tuple().exponent)
    if doubtful:
        raise refuse("ambiguous amount", text=text)
    if places > CURRENCIES[code]:
        raise places_problem(number, code)
    return Money(number, code).rounded()


def places_problem(number: Decimal, code: str) -> ValueProblem:
    return refuse("places", currency=code, places=str(CURRENCIES[code]))


def split_currency(text: str) -> tuple[str, str]:
    """The figures, and the currency's code if one is written before or after them."""
    figures = FIGURES.search(text)
    if figures is None:
        return text, ""
    before, after = text[: figures.start()].strip(), text[figures.end() :].strip()
    minus = "-" if before[:1] in ("-", "−") else ""
    before = before.removeprefix(before[:1]).strip() if minus else before
    beside = before or after
    if (before and after) or not beside:
        return text if before else figures[0].strip(), ""
    code = SIGNS.get(beside) or (beside.upper() if beside.upper() in CURRENCIES else "")
    return (minus + figures[0].strip(), code) if code else (text, "")


def understood(text: str, languages: Sequence[str]) -> tuple[Decimal, bool] | None:
    """The number and whether it might as well be another one; None where it is no number."""
    text = text.strip().replace("−", "-")
    if not FIGURES.fullmatch(text) or sum(sign.isdigit() for sign in text) > MOST_DIGITS:
        return None
    text = text.replace(" ", "").replace("'", "")
    marks = [sign for sign in text if sign in ",."]
    if not marks:
        return Decimal(text), False
    if len(marks) > 1:
        number = grouped(text, marks)
        return None if number is None else (number, False)
    return single_mark(text, marks[0], languages)


def grouped(text: str, marks: list[str]) -> Decimal | None:
    """A number with several marks: groups of three, then perhaps the other mark and decimals."""
    thousands = marks[0]
    decimal = "" if len(set(marks)) == 1 else marks[-1]
    if decimal and (marks.count(decimal) > 1 or len(set(marks)) > 2):
        return None
    whole, _, rest = text.partition(decimal) if decimal else (text, "", "")
    groups = whole.lstrip("+-").split(thousands)
    if not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]) or (decimal and not rest):
        return None
    return Decimal(whole.replace(thousands, "") + (f".{rest}" if rest else ""))


def single_mark(text: str, mark: str, languages: Sequence[str]) -> tuple[Decimal, bool] | None:
    """One comma or point: decimals, or thousands where exactly three figures follow and the language writes so."""
    usual = "," if languages[0][:2].lower() in COMMA_DECIMALS else "."
    whole, _, rest = text.partition(mark)
    figures = whole.lstrip("+-")
    if not rest:
        return None
    if len(rest) == 3 and 1 <= len(figures) <= 3 and figures != "0":
        return (Decimal(f"{whole}.{rest}"), True) if mark == usual else (Decimal(whole + rest), False)
    return Decimal(f"{whole}.{rest}"), False
