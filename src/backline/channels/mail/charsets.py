"""Bytes and headers as text, whatever charset they claim."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header

MOST_HEADER = 8_000
NOT_A_CHARSET = frozenset({"punycode", "idna", "unicode_escape", "unicode-escape", "raw_unicode_escape", "undefined"})
"""Codecs of Python that no letter is written in, and some of which take very long"""


def decoded(data: bytes, charset: str | None) -> str:
    """Bytes as text: by the charset that is claimed, by UTF-8, else by Windows' Latin, which takes anything."""
    for name in (charset if charset not in NOT_A_CHARSET else None, "utf-8"):
        try:
            return data.decode(name or "utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("cp1252", errors="replace")


def header_text(value: object) -> str:
    """A header as people read it, whatever charset it claims."""
    text = str(value)[:MOST_HEADER]
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError, IndexError):
        return clean(text)
    return clean("".join(decoded(p, c) if isinstance(p, bytes) else p for p, c in pieces))


def clean(text: str) -> str:
    """Without control characters and halves of characters, which no database keeps."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", "", text)
