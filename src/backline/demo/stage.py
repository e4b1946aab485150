"""Where the stories are played: people with devices, their mail, and a look into the systems of record."""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

import httpx
from django.db import connection

from backline.cases.answering import answer_want
from backline.cases.models import Case, Effect, Entry, Want
from backline.cases.waking import wake_case
from backline.channels.models import Message
from backline.demo import setting_up
from backline.demo.mailbox import reading
from backline.demo.mailbox.answering import written
from backline.demo.mailbox.reading import Mail
from backline.demo.person import Person
from backline.documents.models import Document
from backline.people import actors
from backline.people.models import Account

PATIENCE_S = 30.0
TASKS = ("work", "settle", "exception", "free")
LINK = re.compile(r"https?://[^\s<>\"]+")
HANDS_ON = ("asserted", "settled", "taken", "handed over", "added", "noted", "corrected")
Found = TypeVar("Found")


class WentWrong(AssertionError):
    """The story did not go as it must."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the table: what was asked for, how, and how it ended."""

    story: str
    case: str
    channel: str
    touches: int
    """Times that somebody who works there had to do something"""
    seconds: float
    """From the click or message that completed it to the result"""
    outcome: str
    ended_well: bool = True
    wrong: str = ""


@dataclass
class Stage:
    """One run of the stories."""

    address: str
    folder: Path
    smtp_port: int
    people: list[Person] = field(default_factory=list)

    def person(self, email: str = "", *, language: str = "en") -> Person:
        """Somebody with a device of their own; signed in where an address is given."""
        person = Person(self.address, email=email, language=language)
        self.people.append(person)
        return person.sign_in() if email else person

    @property
    def today(self) -> date:
        """The day at Meridian."""
        return datetime.now(setting_up.ZONE).date()

    def close(self) -> None:
        """All devices are put away."""
        for person in self.people:
            person.leave()

    def store(self, name: str) -> Path:
        """The database of a system of record."""
        return self.folder / "systems" / f"{name}.sqlite3"

    def mail(self, to: str, about: str, *, after: Iterable[Mail] = ()) -> Mail:
        """The latest message to an address with these words in its subject, other than those known before."""
        known = {mail.key for mail in after}

        def look() -> Mail | None:
            found = reading.mails(self.folder, to)
            return next((m for m in found if m.key not in known and re.search(about, m.subject, re.I)), None)

        return self.wait(look, f"a message to {to} about {about!r}")

    def mails(self, to: str) -> list[Mail]:
        """All messages to an address so far."""
        return reading.mails(self.folder, to)

    def link(self, mail: Mail) -> str:
        """The first address in a message that leads to us."""
        found: str | None = next((one for one in LINK.findall(mail.text) if one.startswith(self.address)), None)
        if found is None:
            raise WentWrong(f"the message {mail.subject!r} has no link: {mail.text[:500]}")
        return found.rstrip(".,)")

    def reply(self, mail: Mail, *, sender: str, text: str, files: Iterable[tuple[str, bytes]] = ()) -> None:
        """Answer a message as a mail program does, by SMTP."""
        self.post(self._reply(mail, sender, text, files))

    def post(self, message: EmailMessage) -> None:
        """Hand a message to the post office."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as office:
            office.send_message(message)

    def case(self, reference: str) -> Case:
        """The case as it is stored now."""
        self.refresh()
        return Case.objects.get(reference=reference)

    def outcome(self, reference: str, wanted: str) -> str:
        """Wait until the case has ended in this way."""

        def look() -> str:
            case = self.case(reference)
            return wanted if case.state == "ended" and case.outcome == wanted else ""

        return self.wait(look, f"{reference} ends as {wanted!r}", say=lambda: self._stands(reference))

    def touches(self, reference: str) -> int:
        """How often somebody who works there had to do something in a case."""
        rows = Entry.objects.filter(case__reference=reference, actor__startswith="staff:", kind__in=HANDS_ON)
        return rows.values("version").distinct().count()

    def tasks(self, reference: str) -> list[Want]:
        """What colleagues are asked in a case, as soon as there is anything."""

        def look() -> list[Want]:
            self.refresh()
            return list(Want.objects.filter(case__reference=reference, kind__in=TASKS, closed_at__isnull=True))

        return self.wait(look, f"a task in {reference}", say=lambda: self._stands(reference))

    def work(self, email: str, task: Want, answer: str) -> float:
        """A colleague opens a task, reads what it is about, and answers it; says when."""
        colleague = self.person(email)
        page = colleague.open(f"/work/tasks/{task.pk}")
        clicked = time.monotonic()
        if page.status != httpx.codes.OK:
            self._work_by_the_door(email, task, answer)
            return clicked
        field = next(name for form in page.forms for name in form.names if name in (task.fact, "value", "answer"))
        colleague.send(field=field, answers={field: answer})
        return clicked

    def scan(self, link: str) -> None:
        """A mail scanner follows a link before the person does, twice."""
        for method in ("HEAD", "GET", "GET"):
            httpx.request(method, link, follow_redirects=True, headers={"User-Agent": "MailGuard/3"}, timeout=30)

    def waits_for(self, reference: str, fact: str) -> bool:
        """Whether somebody is still asked for a fact."""
        self.refresh()
        return Want.objects.filter(case__reference=reference, fact=fact, closed_at__isnull=True).exists()

    def letters(self, reference: str) -> list[Document]:
        """The letters that are filed in a case."""
        self.refresh()
        sent = Message.objects.filter(case__reference=reference, kind=Message.Kind.LETTER)
        return [document for message in sent for document in message.documents.all()]

    def effects(self, reference: str, action: str) -> list[tuple[str, str]]:
        """What became of an action of a case: kind and state of each step, in order."""
        self.refresh()
        rows = Effect.objects.filter(case__reference=reference, action=action).order_by("generation")
        return [(row.kind, row.state) for row in rows]

    def look_again(self, reference: str) -> None:
        """Have the case evaluated anew, as time or anything else may do at any moment."""
        wake_case(str(self.case(reference).pk), datetime.now(UTC))

    def refresh(self) -> None:
        """See what others have written meanwhile."""
        connection.close()

    def wait(self, look: Callable[[], Found | None], what: str, *, say: Callable[[], str] = str) -> Found:
        """Look again and again until there is something; give up after a while."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            if found := look():
                return found
            time.sleep(0.1)
        raise WentWrong(f"waited in vain: {what}. {say()}")

    def _work_by_the_door(self, email: str, task: Want, answer: str) -> None:
        by = actors.of_account(Account.objects.get(email=email))
        answer_want(want=task, by=by, channel="workbench", value=answer, now=datetime.now(UTC))

    def _stands(self, reference: str) -> str:
        case = self.case(reference)
        return f"It is {case.state}, outcome {case.outcome!r}."

    def _reply(self, mail: Mail, sender: str, text: str, files: Iterable[tuple[str, bytes]]) -> EmailMessage:
        message = written(mail=mail, address=sender, text=text, now=datetime.now(UTC))
        for name, content in files:
            message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
        return message


def must(holds: object, words: str) -> None:
    """The story goes on only if this holds."""
    if not holds:
        raise WentWrong(words)
