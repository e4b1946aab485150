"""The mail connector against a mail server, and somebody who reads the mails and answers them."""

from __future__ import annotations

import email
import email.policy
import logging
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from backline.connectors import calling, recording, systems
from backline.connectors.configuring import read_system
from backline.connectors.contract import Again, Done, NotDone, Refused, Unknown, WriteResult
from backline.connectors.contract_suite import ContractSuite, Example, Peer
from backline.engine.definition import DefinitionProblems
from backline.engine.values import Money

pytestmark = pytest.mark.django_db
FILE = """
system: bindery
title: The bindery
kind: mail
settings:
  host: 127.0.0.1
  port: "{port}"
  tls: no
  sender: orders@house.example
  inbox: inbox
  answers_from: [desk@bindery.example]
  connect: 1 second
  breaker: {{failures: 1000, pause: 1 second}}
operations:
  price:
    with: {{what: text}}
    read: {{subject: "Price of {{what}}", take: {{price: "^Price: *([0-9.]+)"}}}}
    returns: money
  bind:
    with: {{what: text, name: text}}
    sensitive: [name]
    write:
      mail: desk@bindery.example
      subject: "Please bind: {{what}}"
      body: |
        Bind this for {{name}}.
        Answer with "Done" and the number of the job.
      done: "^done"
      take: {{job: "^job: *(\\\\S+)"}}
    refuse:
      too_thick: {{answer: "^too thick", say: This has too many pages to be bound.}}
    gives: {{job: text}}
"""
MEMO = "Nora Namenlos"


class Desk:
    """A mail server, whose mails somebody answers once each, by their number."""

    def __init__(self, folder: Path) -> None:
        self.inbox = folder / "inbox"
        for part in ("tmp", "new", "cur"):
            (self.inbox / part).mkdir(parents=True, exist_ok=True)
        self.jobs: dict[str, str] = {}
        self.received: list[Any] = []
        self.mode, self._answered = "", 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # the server's own, of what it is told
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.mode == "busy":
            return "451 Later"
        if self.mode == "unknown":
            return "550 Nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if self.mode == "lose":
            server.transport.close()
        return "250 OK"

    def settle(self) -> None:
        """Answer what was not answered yet. A mail that came twice is one."""
        for mail in self.received:
            if mail["Message-ID"] in self.jobs:
                continue
            thick = "atlas" in mail["Subject"]
            self.jobs[mail["Message-ID"]] = "" if thick else f"J-{len(self.jobs) + 1}"
            words = "Too thick, sorry." if thick else f"Done.\nJob: {self.jobs[mail['Message-ID']]}"
            quoted = "\n".join(f"> {line}" for line in str(mail.get_content()).splitlines())
            self.answer(f"Re: {mail['Subject']}", f"{words}\n\n{quoted}", to=mail["Message-ID"])

    def answer(self, subject: str, text: str, *, to: str = "", sender: str = "The desk <desk@bindery.example>") -> None:
        answer = EmailMessage()
        answer["From"], answer["To"], answer["Subject"] = sender, "orders@house.example", subject
        if to:
            answer["In-Reply-To"] = to
        answer.set_content(text)
        self._answered += 1
        path = self.inbox / "new" / f"{self._answered}.mail"
        path.write_bytes(answer.as_bytes())
        os.utime(path, ns=(time.time_ns(), time.time_ns() + self._answered))


class Bindery(Peer):
    """The desk as a system."""

    system = "bindery"
    finds = Example(operation="price", arguments={"what": "linen"})
    value = Money(Decimal("12.50"), "EUR")
    misses = Example(operation="price", arguments={"what": "gold"})
    writes = Example(operation="bind", arguments={"what": "a thesis", "name": MEMO})
    refused = Example(operation="bind", arguments={"what": "an atlas", "name": MEMO})
    refusal = "too_thick"
    secrets = (MEMO,)

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.answer("Price of linen", "Hello,\nPrice: 12.50\n")

    def declaration(self, folder: Path) -> str:
        (folder / "inbox").unlink(missing_ok=True)
        (folder / "inbox").symlink_to(self.desk.inbox)
        return FILE.format(port=self.desk.port)

    def count(self) -> int:
        return len({mail["Message-ID"] for mail in self.desk.received if "atlas" not in mail["Subject"]})

    def settle(self) -> None:
        self.desk.settle()

    @contextmanager
    def losing_answers(self) -> Iterator[None]:
        with mode(self.desk, "lose"):
            yield

    @contextmanager
    def busy(self) -> Iterator[float]:
        with mode(self.desk, "busy"):
            yield 1.0

    @contextmanager
    def away(self) -> Iterator[None]:
        gone = self.desk.inbox.rename(self.desk.inbox.with_name("gone"))
        self.desk.controller.stop()
        try:
            yield
        finally:
            gone.rename(self.desk.inbox)
            self.desk.start()


@contextmanager
def mode(desk: Desk, name: str) -> Iterator[None]:
    desk.mode = name
    try:
        yield
    finally:
        desk.mode = ""


class TestContract(ContractSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def peer(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bindery]:
        desk = Desk(tmp_path_factory.mktemp("bindery"))
        yield Bindery(desk)
        desk.controller.stop()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    from django.conf import settings

    monkeypatch.setattr(settings, "FOLDER", tmp_path, raising=False)
    desk = Desk(tmp_path)
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "bindery.yaml").write_text(FILE.format(port=desk.port))
    systems.forget()
    yield desk
    desk.controller.stop()
    systems.forget()
    recording.forget()


THESIS = {"what": "a thesis", "name": MEMO}


def write(key: str = "K-1", **arguments: str) -> WriteResult:
    return calling.write("bindery.bind", arguments or THESIS, key=key)


def verify(key: str = "K-1") -> object:
    return calling.verify("bindery.bind", THESIS, key=key)


def test_a_mail_is_sent_once_and_waits_for_its_answer(desk: Desk) -> None:
    waits = write()
    assert isinstance(waits, Unknown)
    assert waits.answered
    assert write() == waits == verify()
    (mail,) = desk.received
    assert mail["To"] == "desk@bindery.example"
    assert re.fullmatch(r"Please bind: a thesis \[BL-[A-Z2-7]{16}\]", mail["Subject"])
    assert f"Bind this for {MEMO}." in mail.get_content()
    desk.settle()
    done = write()
    assert isinstance(done, Done)
    assert done.gives == {"job": "J-1"}
    assert len(desk.received) == 1


def test_an_answer_of_somebody_else_or_without_the_reference_settles_nothing(desk: Desk) -> None:
    write()
    subject = desk.received[0]["Subject"]
    desk.answer(f"Re: {subject}", "Done.\nJob: J-666", sender="mallory@evil.example")
    desk.answer(f"Re: {subject}", "Done.\nJob: J-666", sender="desk@bindery.example, x@evil.example")
    desk.answer("Re: Please bind: a thesis", "Done.\nJob: J-667")
    assert isinstance(verify(), Unknown)


def test_somebody_who_is_away_has_not_answered(desk: Desk) -> None:
    write()
    subject = desk.received[0]["Subject"]
    desk.answer(f"Away: {subject}", "I am back on Monday.")
    desk.answer(f"Away: {subject}", "> Done.\n> Job: J-1\nI am away.")
    told = verify()
    assert isinstance(told, Unknown)
    assert told.answered


def test_an_answer_that_lacks_what_it_gives_is_for_a_person(desk: Desk) -> None:
    write()
    desk.answer(f"Re: {desk.received[0]['Subject']}", "Done!")
    told = verify()
    assert told == Unknown(reason="the answer does not say 'job'", answered=True)


def test_a_mail_server_that_says_no_refuses_and_one_that_says_later_is_asked_again(desk: Desk) -> None:
    with mode(desk, "unknown"):
        assert write() == Refused(code="rejected", message="the mail server says 550")
    with mode(desk, "busy"):
        again = write()
    assert isinstance(again, Again)
    assert isinstance(verify(), NotDone)
    assert desk.received == []


def test_no_argument_becomes_a_header_or_another_recipient(desk: Desk) -> None:
    write("K-2", what="a thesis\r\nBcc: mallory@evil.example", name="x")
    (mail,) = desk.received
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Please bind: a thesis Bcc: mallory@evil.example [BL-")


@pytest.mark.parametrize(
    ("change", "to", "says"),
    [
        ("  inbox: inbox\n", "", "has to say 'inbox'"),
        ("mail: desk@bindery.example", 'mail: "{name}"', "goes to the address of the file"),
        ('done: "^done"', 'done: "(done"', "is no pattern"),
        ('take: {job: "^job: *(\\\\S+)"}', 'take: {job: "^job"}', "has to have one group"),
        ('take: {job: "^job: *(\\\\S+)"}', "take: {}", "how 'job' is found"),
        ("{answer: ", "{answers: ", "has no key 'answers'"),
        ("tls: no", "tls: maybe", "'tls' is one of"),
    ],
)
def test_a_declaration_that_is_wrong_says_so(tmp_path: Path, change: str, to: str, says: str) -> None:
    text = FILE.format(port=25)
    assert change in text
    (tmp_path / "bindery.yaml").write_text(text.replace(change, to, 1))
    with pytest.raises(DefinitionProblems) as wrong:
        read_system(tmp_path / "bindery.yaml", folder=tmp_path)
    assert says in str(wrong.value)
