"""A system behind a mailbox: a mail is sent once for a key; until it is answered nobody says that it is done."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any

from backline.connectors.arguments import flat
from backline.connectors.contract import (
    Again,
    Done,
    Found,
    Missing,
    NotDone,
    ReadResult,
    Refused,
    Rehearsed,
    RehearseResult,
    Unknown,
    VerifyResult,
    WriteResult,
)
from backline.connectors.converting import BrokenAnswer, Converter
from backline.connectors.declarations import Operation, System
from backline.connectors.holes import JOINT, filled
from backline.connectors.mail.inbox import Answer, NoInbox, mails
from backline.connectors.mail.reading import Letter, Told
from backline.connectors.mail.sent import Sending, Sent
from backline.connectors.mail.settings import MailSettings
from backline.engine.definition import ValueType
from backline.engine.values import encode

PAUSE_S = 30.0
BEING_SENT = Unknown(reason="the mail is being sent", answered=True)
WAITS = Unknown(reason="the mail is not answered yet", answered=True)


class Lost(Exception):
    """The mail may have been taken or not."""


class MailConnector:
    """One system, by its address."""

    def __init__(self, system: System, *, folder: Path) -> None:
        self._own: MailSettings = system.settings.own
        self._password, self._connect_s = system.settings.secret, system.settings.connect_s
        self._sent = Sent(folder, system.name)
        self._converter = Converter(system.records, system.settings.currency, system.settings.zone)

    def read(self, operation: Operation, arguments: Mapping[str, Any], *, deadline_s: float) -> ReadResult:
        """What the latest mail with the declared subject says."""
        told: Told = operation.read
        subject = filled(told.subject, flat(operation.parameters, arguments, JOINT)).casefold()
        kind = operation.returns or ValueType(kind="text")
        try:
            found = next(
                (m for m in mails(self._own.inbox, self._own.answers_from) if m.subject.casefold() == subject), None
            )
            if found is None:
                return Missing(reason="none")
            taken = _taken(told.take, found)
            value = self._converter.value(kind, taken if kind.kind == "record" else next(iter(taken.values())))
        except NoInbox as wrong:
            return Missing(reason="down", detail=str(wrong), for_now=True)
        except BrokenAnswer as wrong:
            return Missing(reason="broken", detail=str(wrong))
        return Missing(reason="none") if value is None else Found(value=encode(value), type=kind)

    def write(self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float) -> WriteResult:
        """Send the mail, unless it was sent; say what the answer says, where there is one already."""
        sending = self._sent.of_key(key)
        if sending is None:
            sending = self._sent.begin(key)
        else:
            told = self.verify(operation, arguments, key=key, deadline_s=deadline_s)
            if not isinstance(told, NotDone) and (told != WAITS or sending.is_sent):
                return told
            sending = sending if sending.is_left else None
        if sending is None:
            return BEING_SENT
        mail = self._mail(operation, arguments, sending)
        try:
            self._send(mail, deadline_s)
        except Lost as wrong:
            sending.note_lost()
            return Unknown(reason=str(wrong))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPResponseException) as wrong:
            sending.forget()
            return _turned_away(wrong)
        except (OSError, smtplib.SMTPException) as wrong:
            sending.forget()
            return Again(after_s=PAUSE_S, reason=type(wrong).__name__)
        sending.note_sent()
        return WAITS

    def verify(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> VerifyResult:
        """Whether an answer says that it is done, or why not."""
        try:
            answers = mails(self._own.inbox, self._own.answers_from)
            sending = self._sent.of_key(key)
            if sending is None:
                next(answers, None)
                return NotDone()
            for answer in answers:
                if self._answers(answer, sending) and (told := self._told(operation, answer, key)) is not None:
                    return told
        except NoInbox as wrong:
            return Unknown(reason=str(wrong))
        return WAITS

    def rehearse(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> RehearseResult:
        """Look for an answer; tell to whom the mail would go."""
        before = self.verify(operation, arguments, key=key, deadline_s=deadline_s)
        return before if not isinstance(before, NotDone) else Rehearsed(steps=(f"mail to {operation.write.to}",))

    def check(self, *, deadline_s: float) -> str:
        """Greet the mail server, and look whether the inbox is there."""
        try:
            next(mails(self._own.inbox, self._own.answers_from), None)
            with self._server(deadline_s) as server:
                server.noop()
        except (OSError, smtplib.SMTPException) as wrong:
            return f"no answer: {str(wrong) or type(wrong).__name__}"[:200]
        return ""

    def close(self) -> None:
        """Nothing is kept open."""

    def _mail(self, operation: Operation, arguments: Mapping[str, Any], sending: Sending) -> EmailMessage:
        letter: Letter = operation.write
        names = flat(operation.parameters, arguments, JOINT)
        mail = EmailMessage()
        mail["From"], mail["To"] = self._own.sender, letter.to
        subject = " ".join(filled(letter.subject, names).split())
        mail["Subject"] = f"{subject} [{sending.reference}]"
        mail["Message-ID"] = self._number(sending)
        mail["Date"] = formatdate(time.time())
        mail.set_content(f"{filled(letter.body, names)}\n\n{sending.reference}\n")
        return mail

    def _number(self, sending: Sending) -> str:
        """The same mail again has the same number, so that whoever gets it twice sees that it is one."""
        return f"<{sending.reference.lower()}@{self._own.sender.rpartition('@')[2].rstrip('>')}>"

    def _send(self, mail: EmailMessage, deadline_s: float) -> None:
        """Raises Lost once the text was sent; everything before is as if nothing had been."""
        with self._server(deadline_s) as server:
            if self._own.user:
                server.login(self._own.user, self._password)
            server.ehlo_or_helo_if_needed()
            for code, said in (server.mail(self._own.sender), server.rcpt(mail["To"])):
                if code // 100 != 2:
                    raise smtplib.SMTPResponseException(code, said)
            try:
                code, said = server.data(mail.as_bytes())
            except smtplib.SMTPDataError:
                raise
            except (OSError, smtplib.SMTPException) as wrong:
                raise Lost(f"sent, and the mail server did not say that it has it: {type(wrong).__name__}") from wrong
            if code // 100 != 2:
                raise smtplib.SMTPResponseException(code, said)

    def _server(self, deadline_s: float) -> smtplib.SMTP:
        own, limit = self._own, max(0.1, deadline_s)
        if own.tls == "yes":
            return smtplib.SMTP_SSL(own.host, own.port, timeout=limit, context=ssl.create_default_context())
        server = smtplib.SMTP(own.host, own.port, timeout=limit)
        if own.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server

    def _answers(self, answer: Answer, sending: Sending) -> bool:
        return sending.reference in answer.subject or self._number(sending) in answer.belongs_to

    def _told(self, operation: Operation, answer: Answer, key: str) -> VerifyResult | None:
        """What an answer says; None where it says neither yes nor any declared no, such as that somebody is away."""
        letter: Letter = operation.write
        for refusal in operation.refusals:
            if refusal.condition.search(answer.text):
                return Refused(code=refusal.code, message=refusal.say)
        if not letter.done.search(answer.text):
            return None
        try:
            gives = self._converter.members(operation.gives, _taken(letter.take, answer))
        except BrokenAnswer as wrong:
            return Unknown(reason=f"the answer {wrong}", answered=True)
        if lacking := [name for name, value in gives.items() if value is None]:
            return Unknown(reason=f"the answer does not say '{lacking[0]}'", answered=True)
        encoded = {name: encode(value) for name, value in gives.items()}
        return Done(gives=encoded, types=operation.gives, proof={"key": key, **encoded})


def _taken(take: Mapping[str, Any], answer: Answer) -> dict[str, str | None]:
    found = {name: pattern.search(answer.text) for name, pattern in take.items()}
    return {name: one[1].strip() if one else None for name, one in found.items()}


def _turned_away(wrong: smtplib.SMTPException) -> WriteResult:
    """A number of the 400s asks to come again, one of the 500s is a no."""
    code = getattr(wrong, "smtp_code", 0)
    if 400 <= code < 500:
        return Again(after_s=PAUSE_S, reason=f"the mail server says {code}")
    return Refused(code="rejected", message=f"the mail server says {code}" if code else type(wrong).__name__)
