"""The Maildir into which answers are delivered. It is read, and never changed."""

from __future__ import annotations

import email
import email.errors
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import getaddresses
from pathlib import Path

MOST_BYTES = 1024 * 1024
MOST_MAILS = 5_000
MOST_TEXT = 20_000
PARTS = ("new", "cur")


class NoInbox(OSError):
    """The Maildir is not there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A mail, as far as it is understood."""

    sender: str
    subject: str
    text: str
    """What its sender wrote, without what they quoted"""
    belongs_to: str
    """The mails which it names as those that it answers"""


def mails(inbox: Path, senders: frozenset[str]) -> Iterator[Answer]:
    """The mails of these senders, the latest first. Raises NoInbox."""
    for path in _latest(inbox):
        answer = _read(path)
        if answer is not None and answer.sender in senders:
            yield answer


def _latest(inbox: Path) -> list[Path]:
    if not all((inbox / part).is_dir() for part in PARTS):
        raise NoInbox("the inbox is not there")
    found = []
    for part in PARTS:
        for path in (inbox / part).iterdir():
            try:
                told = path.stat()
            except FileNotFoundError:  # moved from new to cur meanwhile
                continue
            if told.st_size <= MOST_BYTES:
                found.append((told.st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)[:MOST_MAILS]]


def _read(path: Path) -> Answer | None:
    try:
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = mail.get_body(("plain",))
        text = str(body.get_content()) if body is not None else ""
        senders = getaddresses([str(mail.get("From", ""))])
        links = f"{mail.get('In-Reply-To', '')} {mail.get('References', '')}"
        subject = str(mail.get("Subject", ""))
    except (OSError, LookupError, ValueError, TypeError, AttributeError, email.errors.MessageError):
        return None
    sender = senders[0][1].lower() if len(senders) == 1 else ""
    return Answer(sender, subject, _unquoted(text[:MOST_TEXT]), links)


def _unquoted(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))
