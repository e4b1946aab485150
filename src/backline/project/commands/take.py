"""Take in files as if they had come by a channel: e-mail, paper, fax, a note."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backline.project.command import DONE, REFUSED
from backline.project.telling_mail import looks_like_mail

if TYPE_CHECKING:
    from backline.channels.models import Contact

CHANNELS = ("email", "paper", "fax", "note")


def add(parser: argparse.ArgumentParser) -> None:
    """Files, how they came, and whether as JSON."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--channel", choices=CHANNELS, help="how they came; told from the content without it")
    parser.add_argument("--json", action="store_true", help="print JSON lines, one a file")


def run(args: argparse.Namespace) -> int:
    """Take each file; refused when one of them was."""
    from backline.project.starting import start

    start()
    status = DONE
    for path in args.files:
        told = _take(path, args.channel or "")
        if told["result"] == "refused":
            print(f"{path}: {told['reason']}", file=sys.stderr)
            status = REFUSED
        print(json.dumps(told, ensure_ascii=False) if args.json else _words(told))
    return status


def _take(path: Path, channel: str) -> dict[str, Any]:
    from django.conf import settings

    from backline.channels.mail.taking import MessageTooLarge, take_message
    from backline.channels.papers import take_paper
    from backline.documents import media

    if not path.is_file():
        return _refused(path, b"", channel, "there is no such file")
    if path.stat().st_size > settings.ORGANISATION.limits.message_bytes:
        return _refused(path, b"", channel, "the file is too large")
    content = path.read_bytes()
    if not content:
        return _refused(path, content, channel, "the file is empty")
    channel = channel or _channel(content)
    try:
        if channel == "email":
            contact = take_message(content, now=datetime.now(UTC))
        else:
            contact = take_paper(content, name=path.name, channel=channel, now=datetime.now(UTC))
    except MessageTooLarge as large:
        return _refused(path, content, channel, str(large))
    media_type = "message/rfc822" if channel == "email" else media.media_type(content)
    return {**_head(path, content, channel, media_type), **_contact(contact)}


def _channel(content: bytes) -> str:
    """An e-mail where the file begins with headers; paper otherwise."""
    return "email" if looks_like_mail(content) else "paper"


def _head(path: Path, content: bytes, channel: str, media_type: str) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    return {"file": str(path), "sha256": digest, "channel": channel, "media_type": media_type}


def _refused(path: Path, content: bytes, channel: str, reason: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"contact": None, "case": None, "from": "", "subject": "", "text": "", "documents": []}
    return {**_head(path, content, channel, ""), "result": "refused", "reason": reason, **nothing}


def _contact(contact: Contact) -> dict[str, Any]:
    from backline.documents.describing import describe_document

    attached = list(contact.attached.select_related("document"))
    return {
        "result": "taken" if contact.repeated else contact.result,
        "reason": "already taken" if contact.repeated else contact.reason,
        "contact": contact.pk,
        "case": contact.case.reference if contact.case else None,
        "from": contact.sender,
        "subject": contact.subject,
        "text": contact.text,
        "documents": [describe_document(row.document) for row in attached if row.document],
        "refused": [{"name": row.name, "reason": row.refusal} for row in attached if row.refusal],
        "sort": contact.sort,
    }


def _words(told: dict[str, Any]) -> str:
    case = f" to {told['case']}" if told["case"] else ""
    return f"{told['file']}: {told['result']}{case}: {told['reason']}"
