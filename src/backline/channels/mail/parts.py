"""The parts of a message sorted: texts to read, things attached, reports."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from backline.channels.mail.charsets import clean, decoded, header_text
from backline.channels.mail.html_text import html_to_text
from backline.documents.unpacking import Unpacked, unpack_winmail

MOST_PARTS = 400
DECORATION_BYTES = 24 * 1024
"""A picture below this that stands in the text is a logo or a smiley, not what somebody sends in"""
NAMED_AS_SUCH = {
    "application/pkcs7-signature": "signature",
    "application/x-pkcs7-signature": "signature",
    "application/pgp-signature": "signature",
    "application/pkcs7-mime": "encrypted",
    "application/x-pkcs7-mime": "encrypted",
    "application/pgp-encrypted": "encrypted",
    "application/ms-tnef": "winmail",
    "application/vnd.ms-tnef": "winmail",
    "text/calendar": "calendar",
}
WINMAIL = frozenset(kind for kind, name in NAMED_AS_SUCH.items() if name == "winmail")
MOST_UNPACKED = 60 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A part that is not the text: its own name for itself, and its bytes."""

    name: str
    media_type: str
    content: bytes
    part: str = "attachment"
    """attachment, signature, encrypted, winmail, calendar, message"""


class Parts:
    """What is gathered from a message, part by part."""

    def __init__(self) -> None:
        self.plain: list[str] = []
        self.html: list[str] = []
        self.attachments: list[Attachment] = []
        self.reports: list[Message] = []
        self.faults: list[str] = []

    def text(self) -> str:
        """The plain text where there is one, else that of the HTML."""
        plain = "\n".join(part for part in self.plain if part.strip())
        return clean(plain or "\n".join(html_to_text(part) for part in self.html[:20]))

    def gather(self, message: Message) -> None:
        """Take in every part, up to the most that are looked at."""
        for count, part in enumerate(_walk(message)):
            if count >= MOST_PARTS:
                self.faults.append(f"it has more than {MOST_PARTS} parts; the rest was left")
                return
            self._sort(part)
        self.attachments = [one for one in self.attachments if not self._is_decoration(one)]

    def _sort(self, part: Message) -> None:
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "text/rfc822-headers", "message/rfc822"):
            self.reports.append(part)
            if kind == "message/rfc822":
                self.attachments.append(
                    Attachment(name=_forwarded_name(part), media_type=kind, content=_inner(part), part="message")
                )
        elif part.get_content_maintype() == "multipart":
            self._salvage(part)
        elif kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment" and not _name(part):
            (self.plain if kind == "text/plain" else self.html).append(decoded(_payload(part), _charset(part)))
        else:
            self._attach(part, kind)

    def _salvage(self, part: Message) -> None:
        """Of a multipart whose boundary is never met, what stands there is text after all."""
        if not part.is_multipart() and (content := decoded(_payload(part), None)).strip():
            self.faults.append("its parts are not separated as it says")
            (self.html if re.search(r"<(?:html|body|div|table)\b", content, re.I) else self.plain).append(content)

    def _attach(self, part: Message, kind: str) -> None:
        content = _payload(part)
        if kind in WINMAIL and (unpacked := unpack_winmail(content, most_bytes=MOST_UNPACKED)):
            self._take_out(unpacked)
        elif content:
            name = _name(part) or f"attachment.{kind.partition('/')[2][:10]}"
            self.attachments.append(
                Attachment(name=name, media_type=kind, content=content, part=NAMED_AS_SUCH.get(kind, "attachment"))
            )

    def _take_out(self, unpacked: Unpacked) -> None:
        """What was in a ``winmail.dat`` is taken as if it had come in the usual way."""
        for name, content in unpacked.files:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self.attachments.append(Attachment(name=name, media_type=kind, content=content))
        if not any(part.strip() for part in (*self.plain, *self.html)):
            (self.plain if unpacked.text.strip() else self.html).append(unpacked.text or unpacked.html)

    def _is_decoration(self, one: Attachment) -> bool:
        """A small picture in a message with HTML, named by it."""
        return (
            one.media_type.startswith("image/")
            and len(one.content) < DECORATION_BYTES
            and any("cid:" in part for part in self.html)
        )


def _walk(message: Message) -> Iterator[Message]:
    """All parts in order, without going into messages that are enclosed."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        yield part
        inner = part.get_payload()
        if isinstance(inner, list) and not part.get_content_type().startswith("message/"):
            waiting.extend(reversed([one for one in inner if isinstance(one, Message)]))


def _inner(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        try:
            return payload[0].as_bytes()
        except (ValueError, LookupError, TypeError, RecursionError, UnicodeError):
            return b""
    return _payload(part)


def _forwarded_name(part: Message) -> str:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    subject = header_text(inner.get("subject", "")) if isinstance(inner, Message) else ""
    return f"{subject or 'message'}.eml"


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError, UnicodeError):
        payload = None
    return payload if isinstance(payload, bytes) else b""


def _name(part: Message) -> str:
    try:
        return header_text(part.get_filename() or "")
    except (ValueError, LookupError, TypeError, UnicodeError):
        return "attachment"


def _charset(part: Message) -> str | None:
    try:
        return str(part.get_content_charset() or "") or None
    except (ValueError, LookupError, UnicodeError):
        return None
