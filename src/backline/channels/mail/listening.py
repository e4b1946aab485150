"""Mail that is handed over by LMTP or SMTP: taken for good before it is said to be, and only for our own addresses."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from django.conf import settings
from django.db import close_old_connections

from backline.channels.delivering import deliver_waiting
from backline.channels.mail import imap, maildir
from backline.channels.mail.taking import MessageTooLarge, resume_left, take_message
from backline.channels.models import Contact
from backline.channels.watching import take_folders

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
MOST_RECIPIENTS = 50
LOOK_EVERY_S = 2.0
BETWEEN_MAILBOXES = timedelta(seconds=15)
LONGEST_LINE = 1024 * 1024
"""Mail programs break the limit of 1,000 letters a line, and their mail is wanted all the same"""


class Either(SMTP):
    """Speaks SMTP, and LMTP to whoever greets with LHLO: then each recipient gets a reply of its own."""

    speaks_lmtp = False
    line_length_limit = LONGEST_LINE

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:
        """The greeting of LMTP."""
        self.speaks_lmtp = True
        await super().smtp_EHLO(hostname)


class Taking:
    """What happens with a message that is handed over."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only for our own domains: nobody can send through here to others."""
        if address.rpartition("@")[2].lower() not in _own_domains():
            return "550 5.7.1 No mail is passed on to others"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the message; what could not be taken now is to be sent again."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        status = await asyncio.to_thread(self._take, content, tuple(envelope.rcpt_tos))
        lines = len(envelope.rcpt_tos) if getattr(server, "speaks_lmtp", False) else 1
        return "\r\n".join([status] * lines)

    def _take(self, content: bytes, recipients: tuple[str, ...]) -> str:
        close_old_connections()
        try:
            contact = take_message(content, now=self._clock(), recipients=recipients)
        except MessageTooLarge:
            return "552 5.3.4 The message is too large"
        except Exception:
            log.exception("a message could not be taken now")
            return "451 4.3.0 It can't be taken now; send it again"
        finally:
            close_old_connections()
        if contact.result == Contact.Result.TAKING:
            return "451 4.3.0 It is being taken; send it again"
        return "250 2.0.0 Taken"


def listen(*, port: int, clock: Clock, host: str = "127.0.0.1") -> Controller:
    """Start to listen; ``stop()`` what comes back. Loopback alone: a mail server stands before it."""
    limit = settings.ORGANISATION.limits.message_bytes

    class Here(Controller):
        def factory(self) -> SMTP:
            return Either(self.handler, data_size_limit=limit, enable_SMTPUTF8=True, ident="Backline", timeout=120)

    controller: Controller = Here(Taking(clock), hostname=host, port=port)
    controller.start()
    return controller


class Inbox:
    """All ways in that the organisation's settings name, and what waits to go out, while a process serves."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look, name="backline-mail", daemon=True)
        self._listener: Controller | None = None
        self._mailboxes_next: datetime | None = None

    def start(self) -> None:
        """Begin to listen and to look."""
        port = settings.ORGANISATION.mail.lmtp_port
        if port:
            self._listener = self._listen(port)
        self._thread.start()

    def stop(self) -> None:
        """Finish the message in hand, then end."""
        self._stopping.set()
        if self._listener:
            self._listener.stop()
        self._thread.join(20)

    def look_once(self) -> int:
        """Take what lies in the Maildir and the watched folders, go on with what was left, send what waits.

        Answers how many there were.
        """
        now = self._clock()
        folder = settings.ORGANISATION.mail.maildir
        taken = len(maildir.take_all(Path(settings.FOLDER) / folder, now=now)) if folder else 0
        taken += len(take_folders(now=now)) + self._from_mailboxes(now)
        return taken + resume_left(now=now) + deliver_waiting(now=now)

    def _from_mailboxes(self, now: datetime) -> int:
        """Other servers are asked less often than our own disk is looked at; one that does not answer stops nothing."""
        if self._mailboxes_next and now < self._mailboxes_next:
            return 0
        self._mailboxes_next, taken = now + BETWEEN_MAILBOXES, 0
        for mailbox in settings.ORGANISATION.mail.imap:
            try:
                taken += len(imap.take_all(mailbox, now=now, limit=settings.ORGANISATION.limits.message_bytes))
            except imap.MailboxClosed as closed:
                log.warning("a mailbox is closed: %s", closed)
        return taken

    def _listen(self, port: int) -> Controller | None:
        """Another process of this machine may listen already: then mail comes in there."""
        try:
            return listen(port=port, clock=self._clock)
        except OSError as wrong:
            log.warning("no mail is taken at port %s by this process: %s", port, wrong)
            return None

    def _look(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            close_old_connections()
            try:
                self.look_once()
            except Exception:
                log.exception("the inbox stumbled and goes on")
            finally:
                close_old_connections()


def _own_domains() -> frozenset[str]:
    mail = settings.ORGANISATION.mail
    return frozenset({mail.reply_domain.lower(), mail.sender.rpartition("@")[2].lower()})
