"""Ids of rows as they come from outside, in a form, an address or a body."""

from __future__ import annotations

LONGEST = 15
"""Digits; every database here holds such a number, and no row will ever have a longer one."""


def row_id(raw: object) -> int:
    """The id that ``raw`` names; 0, which is nobody's, where it is not a plain number."""
    text = str(raw)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else 0
