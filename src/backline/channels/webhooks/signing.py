"""Signatures of webhooks: Standard Webhooks, GitHub's, Stripe's, and a plain HMAC. Only the standard library."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backline.connectors.declarations import Hook


class NotSigned(Exception):
    """It is not from whom it says, or too old; the message is for the log, not for the sender."""


@dataclass(frozen=True, kw_only=True)
class Proven:
    """A message that is from the system. ``id`` is what it is known by; a second one with it is the same."""

    id: str


def verify(hook: Hook, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Proven:
    """Check it against every secret. ``headers`` by their names in small letters. Raises NotSigned."""
    return SCHEMES[hook.scheme](hook, headers, body, now)


def sign(secret: bytes, *, id: str, at: datetime, body: bytes) -> str:
    """The signature of Standard Webhooks: ``v1,BASE64``."""
    signed = f"{id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def _standard(hook: Hook, headers: Mapping[str, str], body: bytes, now: datetime) -> Proven:
    id, at, signatures = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (id and at and signatures):
        raise NotSigned("a header of Standard Webhooks is missing")
    _refuse_old(at, hook, now)
    given = [one.partition(",")[2] for one in signatures.split()[:10] if one.startswith("v1,")]
    signed = f"{id}.{at}.".encode() + body
    expected = [base64.b64encode(_mac(_standard_key(secret), signed)).decode() for secret in hook.secrets]
    _refuse_unequal(given, expected)
    return Proven(id=id[:200])


def _github(hook: Hook, headers: Mapping[str, str], body: bytes, now: datetime) -> Proven:
    """GitHub signs the body alone, so the body itself names it: another id on the same body is a replay."""
    given = headers.get("x-hub-signature-256", "").removeprefix("sha256=")
    _refuse_unequal([given], [_mac(secret.encode(), body).hex() for secret in hook.secrets])
    return Proven(id=hashlib.sha256(body).hexdigest())


def _plain(hook: Hook, headers: Mapping[str, str], body: bytes, now: datetime) -> Proven:
    """A header with the HMAC of the body, as hexadecimal digits or base64."""
    given = headers.get(hook.header.lower(), "").removeprefix("sha256=")
    macs = [_mac(secret.encode(), body) for secret in hook.secrets]
    _refuse_unequal([given], [form for mac in macs for form in (mac.hex(), base64.b64encode(mac).decode())])
    return Proven(id=hashlib.sha256(body).hexdigest())


def _stripe(hook: Hook, headers: Mapping[str, str], body: bytes, now: datetime) -> Proven:
    """``Stripe-Signature: t=TIME,v1=HEX,v1=HEX``."""
    name = "stripe-signature" if hook.header == "X-Signature" else hook.header.lower()
    parts = [part.strip().partition("=") for part in headers.get(name, "").split(",")[:20]]
    at = next((value for key, _, value in parts if key == "t"), "")
    given = [value for key, _, value in parts if key == "v1"]
    if not at or not given:
        raise NotSigned("the signature has no time or no value")
    _refuse_old(at, hook, now)
    signed = f"{at}.".encode() + body
    _refuse_unequal(given, [_mac(secret.encode(), signed).hex() for secret in hook.secrets])
    return Proven(id=hashlib.sha256(signed).hexdigest())


def _refuse_old(at: str, hook: Hook, now: datetime) -> None:
    if not (at.isascii() and at.isdigit() and len(at) < 12):
        raise NotSigned("the time is no number")
    if abs(now.timestamp() - int(at)) > hook.within_s:
        raise NotSigned("the time is too long ago, or ahead of us")


def _refuse_unequal(given: Sequence[str], expected: Sequence[str]) -> None:
    """In constant time, whatever is wrong."""
    equal = [hmac.compare_digest(one.encode(), other.encode()) for one in given for other in expected]
    if not any(equal):
        raise NotSigned("no signature is right")


def _standard_key(secret: str) -> bytes:
    text = secret.removeprefix("whsec_")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return secret.encode()


def _mac(key: bytes, signed: bytes) -> bytes:
    return hmac.new(key, signed, hashlib.sha256).digest()


SCHEMES: Mapping[str, Callable[[Hook, Mapping[str, str], bytes, datetime], Proven]] = {
    "standard": _standard,
    "github": _github,
    "stripe": _stripe,
    "hmac": _plain,
}
