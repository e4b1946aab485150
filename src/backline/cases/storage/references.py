"""References that a person can read out: ``HW-4F7K-29``.

Two or three letters of the case type, five characters that cannot be mistaken for others, and a check character, so
that a misread one is noticed before somebody else's case is opened.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from functools import cache

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L. 31 characters, a prime: any single slip and any swap changes the check character."""
BODY = 5
LOOKS_LIKE = str.maketrans({"0": "O", "1": "I"})
WRITTEN = re.compile(r"(?=\b([A-Za-z0]{2,3}[\s–-]?[0-9A-Za-z]{4}[\s–-]?[0-9A-Za-z]{2})\b)")
"""Looked for at every place, since a word before it may look like the beginning of one"""


class ReferenceRefused(Exception):
    """This is not a reference, or it was misread."""


def make_reference(type_key: str, *, draw: Callable[[int], int] = secrets.randbelow) -> str:
    """A new reference for a case of this type; ``draw`` picks a number below another."""
    prefix = _prefix(type_key)
    drawn = draw(len(ALPHABET) ** BODY)
    body = "".join(ALPHABET[drawn // len(ALPHABET) ** place % len(ALPHABET)] for place in range(BODY))
    return _written(prefix, body + _check(prefix, body))


def read_reference(text: str) -> str:
    """The reference that somebody wrote or said, in its one spelling; raises ReferenceRefused."""
    plain = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    if not 8 <= len(plain) <= 9:
        raise ReferenceRefused(text)
    prefix, body = plain[: -BODY - 1].translate(LOOKS_LIKE), plain[-BODY - 1 :]
    if not prefix.isalpha() or any(c not in ALPHABET for c in body) or body[-1] != _check(prefix, body[:-1]):
        raise ReferenceRefused(text)
    return _written(prefix, body)


def references_in(text: str) -> list[str]:
    """Every reference in a longer text, such as the subject of an e-mail; each once, in order."""
    found: dict[str, None] = {}
    for match in WRITTEN.finditer(text):
        try:
            found[read_reference(match[1])] = None
        except ReferenceRefused:
            continue
    return list(found)


def prefixes_of(type_keys: Iterable[str]) -> frozenset[str]:
    """What the references of cases of these types begin with."""
    return frozenset(_prefix(key) for key in type_keys)


@cache
def _prefix(type_key: str) -> str:
    words = [w for w in re.split(r"[^A-Za-z]+", type_key) if w]
    initials = "".join(w[0] for w in words[:3]) if len(words) > 1 else "".join(words)[:2]
    return (initials.upper() + "XX")[: max(2, len(initials))]


def _check(prefix: str, body: str) -> str:
    """A character from the weighted sum of all before it, modulo 31."""
    numbers = [(ord(c) - 64) for c in prefix] + [ALPHABET.index(c) for c in body]
    return ALPHABET[sum(weight * number for weight, number in enumerate(numbers, start=2)) % len(ALPHABET)]


def _written(prefix: str, body: str) -> str:
    return f"{prefix}-{body[:4]}-{body[4:]}"
