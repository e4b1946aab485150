"""An answer to a message, written on the mailbox page, goes the way of every e-mail that comes in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from mimetypes import guess_type

from django.core.files.base import File

from backline.channels.mail.taking import take_message
from backline.channels.models import Contact
from backline.demo.mailbox.reading import Mail


def answer(*, mail: Mail, address: str, text: str, files: Iterable[File[bytes]], now: datetime) -> Contact:
    """Write the answer as a mail program would, and hand it in."""
    reply = written(mail=mail, address=address, text=text, now=now)
    for file in files:
        maintype, _, subtype = (guess_type(file.name or "")[0] or "application/octet-stream").partition("/")
        reply.add_attachment(file.read(), maintype=maintype, subtype=subtype, filename=file.name)
    return take_message(reply.as_bytes(), now=now, recipients=(mail.answers_to,))


def written(*, mail: Mail, address: str, text: str, now: datetime) -> EmailMessage:
    """The message, with what it answers quoted below."""
    reply = EmailMessage()
    reply["From"] = address
    reply["To"] = mail.answers_to
    subject = mail.subject
    reply["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    reply["Date"] = format_datetime(now)
    reply["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    if told := mail.message["Message-ID"]:
        reply["In-Reply-To"] = reply["References"] = str(told)
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    reply.set_content(f"{text.strip()}\n\nOn {mail.at:%d %B %Y, %H:%M}, {mail.sender} wrote:\n{quoted}\n")
    return reply
