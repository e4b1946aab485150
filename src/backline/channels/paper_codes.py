"""The code on a letter by which its reply on paper finds the case: signed, so that nobody can print one for another's.

It says the same as the address to which an answer by e-mail goes, in capitals, which make a smaller code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from backline.channels.reply_tokens import make_token

PREFIX = "BL:"
SEPARATOR = "BL:NEXT"
"""On a sheet between two documents of one scan; the sheet itself is left out"""
CODE = re.compile(r"BL:([A-Z0-9]{2,3}-[A-Z0-9-]{4,12}\.[A-Z0-9]+\.[A-Z0-9]+\.[A-Z2-7]{16})", re.I)


def paper_code(*, reference: str, party_id: int, now: datetime) -> str:
    """What the code on a letter to this party says."""
    return PREFIX + make_token(reference=reference, party_id=party_id, now=now).upper()


def tokens_in(codes: Iterable[str]) -> list[str]:
    """The tokens among what codes say, each once, as they were printed first."""
    found = (CODE.fullmatch(code.strip()) for code in codes)
    return list(dict.fromkeys(match[1].lower() for match in found if match))
