"""What no message and no description may hold: declarations of types and entities, by which XML grows without end."""

from __future__ import annotations

SIGNS = ("<!DOCTYPE", "<!ENTITY")
ENCODINGS = ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
HIDDEN = tuple(sign.encode(encoding) for sign in SIGNS for encoding in ENCODINGS)


class Hostile(ValueError):
    """The XML holds what is never parsed here."""


def must_be_plain(content: bytes) -> None:
    """Raises Hostile before anything is parsed."""
    if any(sign in content for sign in HIDDEN):
        raise Hostile("it declares a document type, which is never read")
    if b"utf-7" in content[:200].lower() or b"ebcdic" in content[:200].lower():
        raise Hostile("it is in an encoding that is never read")
