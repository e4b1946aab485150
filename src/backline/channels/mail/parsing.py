"""A raw message as what it says. Nothing in it is trusted, and nothing in it can make this fail."""

from __future__ import annotations

import email
import email.policy
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

from backline.channels.mail.html_text import html_to_text
from backline.documents.unpacking import Unpacked, unpack_winmail

MOST_PARTS = 400
MOST_HEADER = 8_000
MOST_HEAD = 256 * 1024
MOST_TEXT = 400_000
DECORATION_BYTES = 24 * 1024
"""A picture below this that stands in the text is a logo or a smiley, not what somebody sends in"""
NOT_A_CHARSET = frozenset({"punycode", "idna", "unicode_escape", "unicode-escape", "raw_unicode_escape", "undefined"})
"""Codecs of Python that no letter is written in, and some of which take very long"""
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


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedMail:
    """What a message says of itself."""

    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    message_id: str = ""
    answers: tuple[str, ...] = ()
    """Message-IDs that it says it answers, nearest first"""
    sent_at: datetime | None = None
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    reports: tuple[Message, ...] = field(default=(), repr=False)
    """Parts of a delivery report: its status and the message (or its head) that it is about"""
    content_type: str = "text/plain"
    report_type: str = ""
    faults: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first header of this name, decoded; empty where there is none."""
        return next((value for key, value in self.headers if key == name.lower()), "")


def parse(raw: bytes) -> ParsedMail:
    """Parse a message; what is wrong with it stands in ``faults``."""
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        return _parsed(message)
    except RecursionError:
        head = BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw[:MOST_HEAD])
        return _parsed(head, faults=("its parts are nested too deeply to be opened",))


def addresses(value: str) -> tuple[tuple[str, str], ...]:
    """Names and addresses in a header; those that are none are left out.

    Who writes ``"ann@good.example" <eve@bad.example>`` is eve: what stands in angle brackets counts.
    """
    found = []
    for part in re.findall(r'(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^",<])+', value[:MOST_HEADER]):
        bracketed = re.findall(r"<\s*([^<>\s]+@[^<>\s]+)\s*>", part)
        bare = [] if bracketed else [word for word in re.split(r"[\s<>()\[\]\",;:]+", part) if "@" in word.strip("@")]
        for address in (bracketed or bare)[-1:]:
            name = part.replace(address, "").replace("<>", "").strip(' \t"')
            found.append((name, address.lower()))
    return tuple(found)


def _parsed(message: Message, faults: tuple[str, ...] = ()) -> ParsedMail:
    headers = tuple((key.lower(), header_text(value)) for key, value in _raw_headers(message))
    parts = _Parts()
    if not faults:
        parts.gather(message)
    by_name: dict[str, str] = {}
    for key, value in headers:
        by_name.setdefault(key, value)
    sender = next(iter(addresses(by_name.get("from", "") or by_name.get("sender", ""))), ("", ""))
    return ParsedMail(
        sender=sender[1],
        sender_name=sender[0].strip()[:200],
        reply_to=next((address for _, address in addresses(by_name.get("reply-to", ""))), ""),
        to=tuple(_recipients(headers)),
        subject=" ".join(by_name.get("subject", "").split())[:500],
        message_id=(_ids(by_name.get("message-id", "")) or ("",))[0],
        answers=tuple(
            dict.fromkeys((*_ids(by_name.get("in-reply-to", "")), *reversed(_ids(by_name.get("references", "")))))
        ),
        sent_at=_date(by_name.get("date", "")),
        text=parts.text()[:MOST_TEXT],
        attachments=tuple(parts.attachments),
        headers=headers,
        reports=tuple(parts.reports),
        content_type=message.get_content_type(),
        report_type=str(message.get_param("report-type", "") or "").lower(),
        faults=(*faults, *parts.faults),
    )


def header_text(value: object) -> str:
    """A header as people read it, whatever charset it claims."""
    text = str(value)[:MOST_HEADER]
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError, IndexError):
        return _clean(text)
    return _clean("".join(_decoded(p, c) if isinstance(p, bytes) else p for p, c in pieces))


def _raw_headers(message: Message) -> Iterator[tuple[str, object]]:
    """Headers as they stand: bytes that are no ASCII are taken as UTF-8, else as Latin-1."""
    for key, value in list(message.raw_items())[:500]:
        text = str(value)
        if any("\udc80" <= c <= "\udcff" for c in text[:MOST_HEADER]):
            text = _decoded(text.encode("ascii", errors="surrogateescape"), None)
        yield key, text


class _Parts:
    """The parts of a message sorted: texts to read, things attached, reports."""

    def __init__(self) -> None:
        self.plain: list[str] = []
        self.html: list[str] = []
        self.attachments: list[Attachment] = []
        self.reports: list[Message] = []
        self.faults: list[str] = []

    def text(self) -> str:
        """The plain text where there is one, else that of the HTML."""
        plain = "\n".join(part for part in self.plain if part.strip())
        return _clean(plain or "\n".join(html_to_text(part) for part in self.html[:20]))

    def gather(self, message: Message) -> None:
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
            (self.plain if kind == "text/plain" else self.html).append(_decoded(_payload(part), _charset(part)))
        else:
            self._attach(part, kind)

    def _salvage(self, part: Message) -> None:
        """Of a multipart whose boundary is never met, what stands there is text after all."""
        if not part.is_multipart() and (content := _decoded(_payload(part), None)).strip():
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


def _decoded(data: bytes, charset: str | None) -> str:
    """Bytes as text: by the charset that is claimed, by UTF-8, else by Windows' Latin, which takes anything."""
    for name in (charset if charset not in NOT_A_CHARSET else None, "utf-8"):
        try:
            return data.decode(name or "utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("cp1252", errors="replace")


def _clean(text: str) -> str:
    """Without control characters and halves of characters, which no database keeps."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", "", text)


def _ids(value: str) -> tuple[str, ...]:
    return tuple(re.findall(r"<([^<>\s]{3,250})>", value[:MOST_HEADER])[:50])


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value[:100])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _recipients(headers: tuple[tuple[str, str], ...]) -> Iterator[str]:
    told = [value for name, value in headers if name in ("to", "cc", "delivered-to", "x-original-to", "envelope-to")]
    for value in told[:20]:
        yield from (address for _, address in addresses(value))
