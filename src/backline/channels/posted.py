"""What providers post to us: proof of who sent it, and its parts read with care. Shared by all signed shapes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from backline.channels.webhooks.signing import NotSigned, verify
from backline.connectors.declarations import Hook

MOST_TEXT = 20_000


class Unreadable(ValueError):
    """It is signed, but not of the shape that the settings name; the message says what is missing."""


def prove_standard(secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Signed as Standard Webhooks. ``headers`` by their names in small letters. Raises ``NotSigned``."""
    verify(Hook(scheme="standard", secrets=(secret,)), headers, body, now=now)


def prove_twilio(secret: str, headers: Mapping[str, str], body: bytes, *, url: str) -> None:
    """HMAC-SHA1 over the address and the sorted fields, as this provider has it."""
    signed = url + "".join(f"{name}{value}" for name, value in sorted(form(body).items()))
    right = base64.b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    if not hmac.compare_digest(right.encode(), headers.get("x-twilio-signature", "").encode()):
        raise NotSigned("no signature is right")


def json_object(body: bytes) -> dict[str, Any]:
    """The object that a body holds. Raises ``Unreadable``."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("it is not JSON") from wrong
    if not isinstance(told, dict):
        raise Unreadable("it is no JSON object")
    return told


def form(body: bytes) -> dict[str, str]:
    """The fields that a body holds. Raises ``Unreadable``."""
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200))
    except ValueError as wrong:
        raise Unreadable("it is no form") from wrong


def listed(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects, empty where it is missing. Raises ``Unreadable``."""
    found = told.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unreadable(f"'{name}' has to be a list")
    return found


def text(told: Mapping[str, Any], name: str, otherwise: str | None = None, most: int | None = MOST_TEXT) -> str:
    """A text, cut to ``most``. Raises ``Unreadable`` where it is no text, or is missing and has to be there."""
    value = told.get(name, otherwise)
    if not isinstance(value, str) or (otherwise is None and not value):
        raise Unreadable(f"'{name}' is missing")
    return value if most is None else value[:most]
