"""A raw message as what it says. Nothing in it is trusted, and nothing in it can make this fail."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

from backline.channels.mail.charsets import MOST_HEADER, decoded, header_text
from backline.channels.mail.parts import Attachment, Parts

MOST_HEAD = 256 * 1024
MOST_TEXT = 400_000


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
    parts = Parts()
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


def _raw_headers(message: Message) -> Iterator[tuple[str, object]]:
    """Headers as they stand: bytes that are no ASCII are taken as UTF-8, else as Latin-1."""
    for key, value in list(message.raw_items())[:500]:
        text = str(value)
        if any("\udc80" <= c <= "\udcff" for c in text[:MOST_HEADER]):
            text = decoded(text.encode("ascii", errors="surrogateescape"), None)
        yield key, text


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
