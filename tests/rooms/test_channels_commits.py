"""What a straight-through case costs when its message really goes to a mail server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backline.cases.fittings import fit, fittings
from backline.cases.models import Effect
from backline.channels import links, sending
from backline.channels.models import Link, Message
from tests.rooms.cases_house import PAYOUT, House
from tests.rooms.channels_house import MailServer, mail_server
from tests.rooms.test_cases_effects import counted_commits

__all__ = ["mail_server"]
pytestmark = pytest.mark.django_db(transaction=True)
STRAIGHT = PAYOUT.replace("case: payout", "case: straight")
LINKED = "Subject: Your money\n\n{amount} is on its way. See {link}.\n"


def test_one_system_written_and_one_message_sent_cost_four_commits(mail_server: MailServer, house: House) -> None:
    fit(replace(fittings(), performers={"message": sending.send_message}))
    house.publish(STRAIGHT, paid=LINKED)
    house.open("payout", account="A-1", amount="1 EUR")  # what is made once for a process is made
    before = len(mail_server.taken)
    with counted_commits() as commits:
        case = house.open("straight", account="A-1", amount="80 EUR")
    assert (case.state, case.outcome) == ("ended", "paid")
    assert len(mail_server.taken) == before + 1
    assert len(commits) <= 4, commits


def test_a_message_that_has_to_be_sent_again_carries_the_same_link(mail_server: MailServer, house: House) -> None:
    fit(replace(fittings(), performers={"message": sending.send_message}))
    house.publish(STRAIGHT, paid=LINKED)
    house.open("straight", account="A-1", amount="80 EUR")
    first = Message.objects.get()
    assert links.resolve(first.text.split("/link/")[1].split()[0].rstrip("."), now=house.now)
    Message.objects.all().delete()
    Link.objects.all().delete()  # as after a crash between the mail server and our own rows
    sending.send_message(Effect.objects.select_related("case").get(call="message:paid"))
    again = Message.objects.get()
    assert (again.message_id, again.text) == (first.message_id, first.text)
