"""What providers post, as one kind of message. Each shape proves who sent it, then says what it holds.

``backline``, the documented one, is JSON signed as Standard Webhooks::

    {"messages": [{"id": "a-1", "from": "+4930123456", "name": "Ann", "text": "Where is my card?",
                   "files": [{"name": "photo.jpg", "content": "BASE64"}]}]}

``twilio`` is the form that Twilio posts for an SMS, ``whatsapp`` the JSON of Meta's Cloud API. Pictures in these two
lie with the provider; they are named in the text, not fetched.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import ngettext

from backline.channels.attaching import Given
from backline.channels.short_messages.sources import Source
from backline.channels.webhooks.signing import NotSigned, verify
from backline.connectors.declarations import Hook

MOST_AT_ONCE, MOST_FILES, MOST_TEXT = 100, 10, 20_000


class Unreadable(ValueError):
    """It is signed, but not of the shape that the settings name; the message says what is missing."""


@dataclass(frozen=True, kw_only=True)
class ShortMessage:
    """One message. ``id`` is the provider's own: the same again is the same message."""

    id: str
    sender: str
    text: str
    name: str = ""
    files: tuple[Given, ...] = ()


def read(source: Source, body: bytes) -> list[ShortMessage]:
    """The messages in a body that is known to be the provider's. Raises ``Unreadable``."""
    found = list(SHAPES[source.shape].read(body))
    if len(found) > MOST_AT_ONCE:
        raise Unreadable(f"there are more than {MOST_AT_ONCE} messages in it")
    return found


def prove(source: Source, headers: Mapping[str, str], body: bytes, *, url: str, now: datetime) -> None:
    """Refuse what is not from the provider. ``headers`` by their names in small letters. Raises ``NotSigned``."""
    SHAPES[source.shape].prove(source, headers, body, url, now)


def _prove_backline(source: Source, headers: Mapping[str, str], body: bytes, url: str, now: datetime) -> None:
    verify(Hook(scheme="standard", secrets=(source.secret,)), headers, body, now=now)


def _prove_whatsapp(source: Source, headers: Mapping[str, str], body: bytes, url: str, now: datetime) -> None:
    verify(Hook(scheme="github", secrets=(source.secret,)), headers, body, now=now)


def _prove_twilio(source: Source, headers: Mapping[str, str], body: bytes, url: str, now: datetime) -> None:
    """HMAC-SHA1 over the address and the sorted fields, as this provider has it."""
    signed = url + "".join(f"{name}{value}" for name, value in sorted(_form(body).items()))
    right = base64.b64encode(hmac.new(source.secret.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    if not hmac.compare_digest(right.encode(), headers.get("x-twilio-signature", "").encode()):
        raise NotSigned("no signature is right")


def _read_backline(body: bytes) -> Iterator[ShortMessage]:
    for told in _listed(_json(body), "messages"):
        files = tuple(_file(one) for one in _listed(told, "files")[:MOST_FILES])
        yield ShortMessage(
            id=_text(told, "id"), sender=_text(told, "from"), text=_text(told, "text", ""),
            name=_text(told, "name", ""), files=files,
        )  # fmt: skip


def _read_twilio(body: bytes) -> Iterator[ShortMessage]:
    told = _form(body)
    left = int(count) if (count := told.get("NumMedia", "0")).isdecimal() and len(count) < 4 else 0
    text = "\n".join(part for part in (told.get("Body", ""), _not_fetched(left)) if part)
    sender = _text(told, "From").removeprefix("whatsapp:")
    yield ShortMessage(id=_text(told, "MessageSid"), sender=sender, text=text[:MOST_TEXT])


def _read_whatsapp(body: bytes) -> Iterator[ShortMessage]:
    for entry in _listed(_json(body), "entry"):
        for change in _listed(entry, "changes"):
            value = change.get("value")
            if not isinstance(value, dict):
                continue
            names = {one.get("wa_id"): one.get("profile") for one in _listed(value, "contacts")}
            for told in _listed(value, "messages"):
                yield _of_whatsapp(told, names)


def _of_whatsapp(told: dict[str, Any], names: Mapping[Any, Any]) -> ShortMessage:
    inner = told.get("text") if isinstance(told.get("text"), dict) else told.get(str(told.get("type")))
    inner = inner if isinstance(inner, dict) else {}
    text = str(inner.get("body") or inner.get("caption") or "")
    media = 0 if "body" in inner else 1
    profile = names.get(told.get("from"))
    return ShortMessage(
        id=_text(told, "id"),
        sender="+" + _text(told, "from").lstrip("+"),
        text="\n".join(part for part in (text, _not_fetched(media)) if part)[:MOST_TEXT],
        name=str(profile.get("name", ""))[:200] if isinstance(profile, dict) else "",
    )


def _not_fetched(count: int) -> str:
    if not count:
        return ""
    words = ngettext(
        "[One picture or file lies with the provider.]", "[%(n)s pictures or files lie with the provider.]", count
    )
    return words % {"n": count}


def _file(told: dict[str, Any]) -> Given:
    try:
        return Given(
            name=_text(told, "name"), content=base64.b64decode(_text(told, "content", most=None), validate=True)
        )
    except binascii.Error as wrong:
        raise Unreadable("a file in it is not base64") from wrong


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("it is not JSON") from wrong
    if not isinstance(told, dict):
        raise Unreadable("it is no JSON object")
    return told


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200))
    except ValueError as wrong:
        raise Unreadable("it is no form") from wrong


def _listed(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = told.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unreadable(f"'{name}' has to be a list")
    return found


def _text(told: Mapping[str, Any], name: str, otherwise: str | None = None, most: int | None = MOST_TEXT) -> str:
    value = told.get(name, otherwise)
    if not isinstance(value, str) or (otherwise is None and not value):
        raise Unreadable(f"'{name}' is missing")
    return value if most is None else value[:most]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a provider proves itself, and how it writes."""

    prove: Callable[[Source, Mapping[str, str], bytes, str, datetime], None]
    read: Callable[[bytes], Iterator[ShortMessage]]


SHAPES: Mapping[str, Shape] = {
    "backline": Shape(prove=_prove_backline, read=_read_backline),
    "twilio": Shape(prove=_prove_twilio, read=_read_twilio),
    "whatsapp": Shape(prove=_prove_whatsapp, read=_read_whatsapp),
}
