"""Real input on its way when a visitor comes: people have asked, sent papers, written mail; some wait for an answer."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from backline.demo.papers import medical_bill, tuition_invoice
from backline.demo.person import Person
from backline.demo.setting_up import ZONE

DONE = "demonstration.begun"
ADDRESS = {
    "address.street": "Am Kanal 31", "address.postcode": "12047", "address.city": "Berlin", "address.country": "DE",
}  # fmt: skip


def begin(address: str, folder: Path, *, smtp_port: int) -> None:
    """Once for each folder."""
    mark = folder / DONE
    if mark.exists():
        return
    _mira_joins(address)
    _peter_sends_a_bill(address)
    _anna_has_asked(address)
    _karin_waits_for_lena(address)
    _somebody_writes(smtp_port)
    mark.write_text(datetime.now(UTC).isoformat(), encoding="ascii")


def _mira_joins(address: str) -> None:
    """Done at once; the plastic card follows."""
    mira = Person(address, language="de")
    mira.begin("loyalty-card")
    mira.answer(
        {"name": "Mira Kolb", "email": "mira.kolb@post.example", "programme": "family", "plastic": "yes", **ADDRESS}
    )
    mira.send(button="Absenden")
    mira.leave()


def _peter_sends_a_bill(address: str) -> None:
    """A worker has to judge: the bill is lower than the amount."""
    peter = Person(address, email="peter.lang@post.example").sign_in()
    peter.begin("hardship-withdrawal")
    peter.answer({"reason": "medical"})
    peter.answer({"amount": "1800"})
    bill = medical_bill(to="Peter Lang", items={"Dental treatment": Decimal(1650)}, on=datetime.now(ZONE).date())
    peter.answer({}, files={"evidence": ("dentist.pdf", bill, "application/pdf")})
    peter.send(button="Send")
    peter.leave()


def _anna_has_asked(address: str) -> None:
    """Her bill is awaited: she may answer the e-mail, or upload it."""
    anna = Person(address, email="anna.seidel@post.example").sign_in()
    anna.begin("hardship-withdrawal")
    anna.answer({"reason": "tuition"})
    anna.answer({"amount": "5200"})
    anna.send(button="I'll send it later")
    anna.send(button="Send")
    anna.leave()


def _karin_waits_for_lena(address: str) -> None:
    """Lena is 18 now, and has to agree first."""
    karin = Person(address, email="karin.vogt@post.example").sign_in()
    karin.open("/services/medical-appointment")
    giver = next(one for one in karin.page.form(field="giver").choices["giver"] if one.isdigit())
    karin.begin("medical-appointment", giver=giver)
    karin.send(button="Send")
    karin.leave()


def _somebody_writes(smtp_port: int) -> None:
    """A message that belongs to no request: a person has to read it."""
    message = EmailMessage()
    message["From"] = "Oskar Tiede <oskar.tiede@post.example>"
    message["To"] = "hello@reply.meridian.example"
    message["Subject"] = "My new address"
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain="post.example")
    message.set_content("Hello,\n\nwe moved to Hamburg. Could you send my card to Elbchaussee 70?\n\nOskar Tiede\n")
    invoice = tuition_invoice(to="Oskar Tiede", items={"Language course": Decimal(420)}, on=datetime.now(ZONE).date())
    message.add_attachment(invoice, maintype="application", subtype="pdf", filename="course.pdf")
    with smtplib.SMTP("127.0.0.1", smtp_port) as office:
        office.send_message(message)
