"""A delivery report: which of our messages did not arrive, where, and whether for good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from backline.channels.mail.charsets import header_text
from backline.channels.mail.parsing import ParsedMail

OUR_ID = re.compile(r"message-id:\s*<([^<>\s]{3,250})>", re.I)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounce:
    """What a report says."""

    message_ids: tuple[str, ...]
    """Of the message that it is about: the likeliest first"""
    recipient: str = ""
    status: str = ""
    """Like ``5.1.1``"""
    reason: str = ""

    @property
    def for_good(self) -> bool:
        """False for a mere delay."""
        return not self.status.startswith("4")


def read_bounce(mail: ParsedMail) -> Bounce:
    """Read a delivery report, in the standard form or as free text."""
    fields = {key: value for part in mail.reports for key, value in _status_fields(part)}
    ids = dict.fromkeys((*_enclosed_ids(mail), *mail.answers, *OUR_ID.findall(mail.text)))
    recipient = fields.get("final-recipient", "") or fields.get("original-recipient", "")
    return Bounce(
        message_ids=tuple(ids),
        recipient=recipient.rpartition(";")[2].strip().lower() or mail.header("x-failed-recipients").lower(),
        status=fields.get("status", "").strip().split(" ")[0] or _status_in(mail.text),
        reason=(fields.get("diagnostic-code", "").partition(";")[2].strip() or mail.subject)[:300],
    )


def _status_fields(part: Message) -> Iterator[tuple[str, str]]:
    if part.get_content_type() != "message/delivery-status":
        return
    payload = part.get_payload()
    for block in payload if isinstance(payload, list) else []:
        if isinstance(block, Message):
            yield from ((key.lower(), header_text(value)) for key, value in block.items())


def _enclosed_ids(mail: ParsedMail) -> Iterator[str]:
    for part in mail.reports:
        payload = part.get_payload()
        if isinstance(payload, list):
            heads = [str(one.get("message-id", "")) for one in payload if isinstance(one, Message)]
        else:
            heads = [found[0] for found in OUR_ID.finditer(str(payload)[:100_000])]
        for head in heads:
            yield from re.findall(r"<([^<>\s]{3,250})>", head)


def _status_in(text: str) -> str:
    found = re.search(r"\b([45]\.\d{1,2}\.\d{1,2})\b", text[:20_000])
    return found[1] if found else ""
