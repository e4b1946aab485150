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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import ngettext

from backline.channels.attaching import Given
from backline.channels.posted import (
    MOST_TEXT,
    Unreadable,
    form,
    json_object,
    listed,
    prove_standard,
    prove_twilio,
    text,
)
from backline.channels.short_messages.sources import Source
from backline.channels.webhooks.signing import verify
from backline.connectors.declarations import Hook

MOST_AT_ONCE, MOST_FILES = 100, 10


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
    prove_standard(source.secret, headers, body, now=now)


def _prove_whatsapp(source: Source, headers: Mapping[str, str], body: bytes, url: str, now: datetime) -> None:
    verify(Hook(scheme="github", secrets=(source.secret,)), headers, body, now=now)


def _prove_twilio(source: Source, headers: Mapping[str, str], body: bytes, url: str, now: datetime) -> None:
    prove_twilio(source.secret, headers, body, url=url)


def _read_backline(body: bytes) -> Iterator[ShortMessage]:
    for told in listed(json_object(body), "messages"):
        files = tuple(_file(one) for one in listed(told, "files")[:MOST_FILES])
        yield ShortMessage(
            id=text(told, "id"), sender=text(told, "from"), text=text(told, "text", ""),
            name=text(told, "name", ""), files=files,
        )  # fmt: skip


def _read_twilio(body: bytes) -> Iterator[ShortMessage]:
    told = form(body)
    left = int(count) if (count := told.get("NumMedia", "0")).isdecimal() and len(count) < 4 else 0
    said = "\n".join(part for part in (told.get("Body", ""), _not_fetched(left)) if part)
    sender = text(told, "From").removeprefix("whatsapp:")
    yield ShortMessage(id=text(told, "MessageSid"), sender=sender, text=said[:MOST_TEXT])


def _read_whatsapp(body: bytes) -> Iterator[ShortMessage]:
    for entry in listed(json_object(body), "entry"):
        for change in listed(entry, "changes"):
            value = change.get("value")
            if not isinstance(value, dict):
                continue
            names = {one.get("wa_id"): one.get("profile") for one in listed(value, "contacts")}
            for told in listed(value, "messages"):
                yield _of_whatsapp(told, names)


def _of_whatsapp(told: dict[str, Any], names: Mapping[Any, Any]) -> ShortMessage:
    inner = told.get("text") if isinstance(told.get("text"), dict) else told.get(str(told.get("type")))
    inner = inner if isinstance(inner, dict) else {}
    said = str(inner.get("body") or inner.get("caption") or "")
    media = 0 if "body" in inner else 1
    profile = names.get(told.get("from"))
    return ShortMessage(
        id=text(told, "id"),
        sender="+" + text(told, "from").lstrip("+"),
        text="\n".join(part for part in (said, _not_fetched(media)) if part)[:MOST_TEXT],
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
        return Given(name=text(told, "name"), content=base64.b64decode(text(told, "content", most=None), validate=True))
    except binascii.Error as wrong:
        raise Unreadable("a file in it is not base64") from wrong


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
