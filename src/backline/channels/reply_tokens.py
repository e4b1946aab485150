"""The token in the address to which an answer goes: which case, which party, until when, signed.

It stands in the local part of an address, so it is short, in small letters (mail servers change the case), and has no
state: ``HW-4F7K-29`` and party 12 make ``reply+hw-4f7k-29.c.kxy.MAC@domain``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
LASTS = timedelta(days=400)
MAC_BYTES = 10
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
ADDRESS = re.compile(r"^reply\+([a-z0-9.-]{5,60})@([^@\s]+)$", re.I)


class TokenRefused(Exception):
    """The token does not open anything; ``reason`` is ``forged`` or ``expired``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyTo:
    """What a good token says."""

    reference: str
    party_id: int


def make_token(*, reference: str, party_id: int, now: datetime) -> str:
    """A token for answers of this party in this case."""
    until = (now + LASTS - EPOCH).days
    body = f"{reference.lower()}.{_short(party_id)}.{_short(until)}"
    return f"{body}.{_mac(body)}"


def read_token(token: str, *, now: datetime) -> ReplyTo:
    """What a token says, once its signature holds and its time is not over. Raises ``TokenRefused``."""
    body, _, mac = token.lower().rpartition(".")
    parts = body.split(".")
    if len(parts) != 3 or not hmac.compare_digest(mac.encode(), _mac(body).encode()):
        raise TokenRefused("forged")
    reference, party, until = parts
    if (now - EPOCH).days > int(until, 36):
        raise TokenRefused("expired")
    return ReplyTo(reference=reference.upper(), party_id=int(party, 36))


def reply_address(token: str, domain: str) -> str:
    """The address to which an answer goes."""
    return f"reply+{token}@{domain}"


def token_in(addresses: tuple[str, ...], domain: str) -> str:
    """The token in the first of these addresses that is a reply address of ours; empty where none is."""
    for address in addresses:
        match = ADDRESS.match(address)
        if match and match[2].lower() == domain.lower():
            return match[1].lower()
    return ""


def _mac(body: str) -> str:
    digest = hmac.new(settings.SECRET_KEY.encode(), f"reply:{body}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:MAC_BYTES]).decode().lower()


def _short(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text or "0"
