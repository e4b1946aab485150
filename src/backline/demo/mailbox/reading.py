"""The mail that went out, from the Maildirs in which the demonstration keeps it."""

from __future__ import annotations

import mailbox
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from backline.demo.postoffice import FOR

BOXES = ("post", "out")
"""What the post office delivered, and what is kept where no mail server is named"""


@dataclass(frozen=True)
class Attachment:
    """A file in a message, by its position there."""

    position: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Mail:
    """One message as its reader sees it."""

    key: str
    recipients: tuple[str, ...]
    message: EmailMessage
    at: datetime

    @property
    def subject(self) -> str:
        """What it is about."""
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        """Who wrote it."""
        return str(self.message["From"] or "")

    @property
    def answers_to(self) -> str:
        """The address to which an answer goes."""
        return _addresses(self.message, "Reply-To", "From")[0]

    @property
    def text(self) -> str:
        """What it says, as plain text."""
        part = self.message.get_body(preferencelist=("plain",))
        return str(part.get_content()) if part is not None else ""

    @property
    def attachments(self) -> list[Attachment]:
        """The files that came with it."""
        return [
            Attachment(position, part.get_filename() or "file", part.get_content_type(), len(content_of(part)))
            for position, part in enumerate(self.message.iter_attachments())
        ]


def mails(folder: Path, address: str = "") -> list[Mail]:
    """All messages, or those to one address; the latest first."""
    wanted = address.lower()
    found = [mail for mail in _all(folder) if not wanted or wanted in mail.recipients]
    return sorted(found, key=lambda mail: (mail.at, mail.key), reverse=True)


def one(folder: Path, address: str, key: str) -> Mail | None:
    """A message to an address, by its key."""
    return next((mail for mail in mails(folder, address) if mail.key == key), None)


def boxes(folder: Path) -> Counter[str]:
    """How many messages there are for each address."""
    return Counter(address for mail in _all(folder) for address in mail.recipients)


def attached(mail: Mail, position: int) -> EmailMessage | None:
    """The part of a message that is its attachment at a position."""
    parts = list(mail.message.iter_attachments())
    part = parts[position] if position < len(parts) else None
    return part if isinstance(part, EmailMessage) else None


def content_of(part: EmailMessage) -> bytes:
    """The bytes of an attachment."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _all(folder: Path) -> Iterator[Mail]:
    for name in BOXES:
        path = folder / "mail" / name
        if path.is_dir():
            box = mailbox.Maildir(path, create=False)
            yield from (_mail(key, box.get_bytes(key)) for key in box.keys())  # noqa: SIM118 (no mapping)


def _mail(key: str, raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=policy.default)
    recipients = _addresses(message, FOR, "To")
    return Mail(key, tuple(address.lower() for address in recipients), message, _time(message))


def _addresses(message: EmailMessage, *headers: str) -> list[str]:
    """The addresses in the first of these headers that has any."""
    for header in headers:
        told = [address for _, address in getaddresses([str(one) for one in message.get_all(header, [])]) if address]
        if told:
            return told
    return [""]


def _time(message: EmailMessage) -> datetime:
    try:
        told = parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return datetime.fromtimestamp(0, UTC)
    return told if told.tzinfo else told.replace(tzinfo=UTC)
