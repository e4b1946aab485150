"""Walter has no e-mail. He asks by fax; the letter to him comes back by post and is sent again; he calls about it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from backline.cases.effects.settling_effects import RETRY, Way, settle_effect
from backline.cases.models import Effect, Entry
from backline.cases.openings.opening import open_case
from backline.channels.models import Contact, Message
from backline.channels.papers import take_paper
from backline.channels.settling_contacts import attach_contact
from backline.demo.papers import as_fax, came_back, medical_bill
from backline.demo.stage import Line, Stage, must
from backline.demo.systems import recordkeeper
from backline.documents.storing import content
from backline.people import actors
from backline.people.actors import Actor
from backline.people.models import Account, Party
from backline.people.parties import create_party, describe_party

SERVICE, WALTER, WORKER = "hardship-withdrawal", "P-1003", "ines@meridian.example"
OLD, NEW = "Alte Gasse 1\n10999 Berlin", "Neuer Weg 8\n14193 Berlin"


def tell(stage: Stage) -> Iterator[Line]:
    """A fax, a letter that comes back, a call."""
    walter = create_party(
        name="Walter Kuhn", birth_date=date(1958, 5, 4), language="en", details={"address": OLD}, now=_now(),
        verified={"recordkeeper": WALTER},
    )  # fmt: skip
    paid = _asks_by_fax(stage, walter)
    yield paid
    yield _letter_comes_back(stage, walter, paid.case)
    yield _calls(stage, walter, paid.case)


def _asks_by_fax(stage: Stage, walter: Party) -> Line:
    bill = medical_bill(to="Walter Kuhn", items={"Operation": Decimal(900)}, on=stage.today)
    began = time.monotonic()
    contact = _dropped(stage, "fax", "fax-0001.tif", as_fax(bill))
    must(contact.result == Contact.Result.ASKED, f"nobody can tell whose fax it is, so a person is asked: {contact}")
    ines = _worker()
    facts = {"reason": "medical", "amount": "800"}
    case = open_case(
        type_key=SERVICE, by=ines, channel="fax", parties={"participant": walter.pk}, facts=facts, now=_now(),
    )  # fmt: skip
    attach_contact(contact=contact, case=case, party=walter, by=ines, now=_now())
    outcome = stage.outcome(case.reference, "paid")
    (payment,) = recordkeeper.payments(stage.store("recordkeeper"), WALTER)
    must(payment.gross_minor == 80_000, "800 EUR were paid, once")
    return Line(
        story="Walter asks by fax", case=case.reference, channel="fax", touches=_touches(stage, case.reference),
        seconds=time.monotonic() - began, outcome=outcome,
    )  # fmt: skip


def _letter_comes_back(stage: Stage, walter: Party, reference: str) -> Line:
    began, before = time.monotonic(), _touches(stage, reference)
    letter = stage.wait(lambda: _to_print(stage, reference), "the letter waits for the printer")
    scanned = came_back(content(letter.documents.get()))
    contact = _dropped(stage, "scans", "returned.png", scanned)
    must(contact.result == Contact.Result.TAKEN, f"its code and the postman's words say what it is: {contact.reason}")
    letter.refresh_from_db()
    must(letter.state == "returned", "the letter is known to have come back")
    (task,) = stage.tasks(reference)
    must(task.kind == "exception", "somebody is asked for the right address")
    describe_party(party=walter, details={"address": NEW})
    effect = Effect.objects.select_related("case").get(case__reference=reference, action="letter_paid")
    settle_effect(effect=effect, by=_worker(), way=Way(how=RETRY), now=_now())
    outcome = stage.outcome(reference, "paid")
    again = stage.wait(lambda: _to_print(stage, reference), "the letter waits for the printer again")
    must(again.pk != letter.pk, "it is another letter")
    must(len(recordkeeper.payments(stage.store("recordkeeper"), WALTER)) == 1, "nothing was paid twice")
    return Line(
        story="… his letter comes back", case=reference, channel="post",
        touches=_touches(stage, reference) - before, seconds=time.monotonic() - began,
        outcome=f"{outcome}, sent again",
    )  # fmt: skip


def _calls(stage: Stage, walter: Party, reference: str) -> Line:
    began, before = time.monotonic(), _touches(stage, reference)
    note = f"Walter Kuhn called about {reference}: he moved, the new address is right.\n".encode()
    contact = take_paper(note, name="call.txt", channel="note", now=_now())
    must(reference in contact.reason, "the note names the request, and a person confirms it")
    attach_contact(contact=contact, case=stage.case(reference), party=walter, by=_worker(), now=_now())
    must(stage.case(reference).contacts.filter(pk=contact.pk).exists(), "the note is in the case")
    outcome = stage.outcome(reference, "paid")
    return Line(
        story="… and calls about it", case=reference, channel="call note", touches=_touches(stage, reference) - before,
        seconds=time.monotonic() - began, outcome=f"{outcome}, noted",
    )  # fmt: skip


def _dropped(stage: Stage, folder: str, name: str, paper: bytes) -> Contact:
    """Put a file where the scanner or the gateway puts them, whole; what was made of it."""
    place = stage.folder / folder
    place.mkdir(exist_ok=True)
    hidden = place / f".{name}"
    hidden.write_bytes(paper)
    finished = (_now() - timedelta(minutes=1)).timestamp()
    os.utime(hidden, (finished, finished))
    hidden.rename(place / name)

    def look() -> Contact | None:
        stage.refresh()
        settled = Contact.objects.filter(subject=name).exclude(result=Contact.Result.TAKING)
        return settled.select_related("case", "party").first()

    return stage.wait(look, f"{name} is taken from {folder}/")


def _touches(stage: Stage, reference: str) -> int:
    """What a colleague said in the case, what they said of papers that came in, and what they had tried again."""
    told = stage.touches(reference)
    papers = Contact.objects.filter(case__reference=reference, settled_by__startswith="staff:").count()
    again = Entry.objects.filter(case__reference=reference, actor__startswith="staff:", kind="again").count()
    return told + papers + again


def _to_print(stage: Stage, reference: str) -> Message | None:
    stage.refresh()
    return Message.objects.filter(case__reference=reference, kind="letter", state="to print").first()


def _worker() -> Actor:
    return actors.of_account(Account.objects.get(email=WORKER))


def _now() -> datetime:
    return datetime.now(UTC)
