"""What numbers prove of themselves, by IBAN, check digits and a passport's readable zone: how sure a reading is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

HELD = 0.3
"""How much of the doubt is left where a check holds"""
FAILED = 0.5
"""How much of the trust is left where it fails"""
IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
MRZ_WEIGHTS = (7, 3, 1)


def weighed(confidence: float, holds: bool) -> float:
    """A confidence after a check."""
    return 1 - (1 - confidence) * HELD if holds else confidence * FAILED


def holds(check: str, text: str) -> bool:
    """Whether a text passes a check of ``CHECKS``."""
    return CHECKS[check](re.sub(r"[\s.\-/]", "", text).upper())


def _iban(number: str) -> bool:
    return bool(IBAN.fullmatch(number)) and _mod97(number[4:] + number[:4])


def _mod97(number: str) -> bool:
    """Also of a creditor's reference and of what else ends in two check digits by ISO 7064."""
    return number.isalnum() and number.isascii() and int("".join(str(int(sign, 36)) for sign in number)) % 97 == 1


def _luhn(number: str) -> bool:
    """Of cards, and of many customer numbers."""
    if not number.isdecimal() or len(number) < 2:
        return False
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number)))
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def _mrz(line: str) -> bool:
    """The second line of a passport's readable zone: number, birth date and expiry, each with its digit."""
    if len(line) != 44:
        return False
    parts = (line[0:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27])
    return all(digit.isdecimal() and _mrz_digit(part) == int(digit) for part, digit in parts)


def _mrz_digit(part: str) -> int:
    values = (0 if sign == "<" else int(sign, 36) for sign in part)
    return sum(value * MRZ_WEIGHTS[at % 3] for at, value in enumerate(values)) % 10


CHECKS: Mapping[str, Callable[[str], bool]] = {"iban": _iban, "mod97": _mod97, "luhn": _luhn, "mrz": _mrz}
