"""Mail that came back: another address is confirmed by who it belongs to, and what did not arrive goes out again."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from backline.cases.models import Case, EntryPayload, Want
from backline.cases.refusals import FactsRefused, NotAllowed
from backline.cases.storage.verifying import verify
from backline.channels import readdressing
from backline.channels.models import Message
from backline.people.accounts import account_for
from backline.people.actors import SYSTEM, of_party
from backline.people.models import Account, Identifier
from backline.people.parties import create_party, email_of
from backline.web.portal import visiting
from tests.rooms.channels_house import Channels, channels, mail_server
from tests.rooms.test_channels_returning import promise, refunded
from tests.rooms.test_channels_taking import bounce

__all__ = ["channels", "mail_server"]
pytestmark = pytest.mark.django_db(transaction=True)
NEW = "ann.meyer@example.org"


def bounced(channels: Channels) -> Case:
    case = channels.open()
    channels.take(bounce(channels.server.taken[0]))
    return Case.objects.get(pk=case.pk)


def link_of(channels: Channels) -> str:
    [mail] = channels.server.to(NEW)
    body = mail.get_body(("plain",))
    found = re.search(r"https://meridian\.example(/address/\S+)", body.get_content() if body else "")
    assert found
    return found[1]


def test_a_colleague_notes_an_address_and_the_customer_confirms_it(
    channels: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visiting, "now", lambda: channels.now)
    case = bounced(channels)
    [lost] = readdressing.undelivered(case)
    assert (lost.party, lost.to, len(lost.messages)) == (channels.member, "ann@example.org", 1)
    readdressing.ask_to_confirm(case=case, party=lost.party, address=NEW.upper(), by=SYSTEM, now=channels.now)
    page, customer = link_of(channels), Client()

    shown = customer.get(page).content.decode()
    assert NEW in shown
    assert case.reference not in shown
    assert "Ann" not in shown.replace(NEW, "")
    assert customer.post(page, {"reference": "RE-2222-22"}).status_code == 422
    assert email_of(channels.member) == "ann@example.org"
    done = customer.post(page, {"reference": case.reference.lower()})
    assert "1 message that did not arrive is on its way again" in done.content.decode()

    assert email_of(channels.member) == NEW
    assert len(channels.server.to(NEW)) == 2
    assert channels.server.to(NEW)[1]["Subject"] == channels.server.taken[0]["Subject"]
    assert not readdressing.undelivered(case)
    assert not Want.objects.filter(case=case, kind="free", closed_at=None).exists()
    assert NEW in EntryPayload.objects.filter(case=case, data__has_key="text").latest("sequence").data["text"]
    assert customer.get(page).status_code == 410, "a link is good for one correction"
    assert not verify().broken


def test_a_letter_that_an_effect_sent_goes_again_and_keeps_its_promise(channels: Channels) -> None:
    case = refunded(channels, by_post=False)
    [sent] = [one for one in channels.server.taken if "refund" in one["Subject"]]
    channels.take(bounce(sent))
    case.refresh_from_db()
    member = of_party(channels.member)
    readdressing.ask_to_confirm(case=case, party=channels.member, address=NEW, by=member, now=channels.now)
    proposal = readdressing.proposed(link_of(channels).rpartition("/")[2])
    assert proposal.known
    assert readdressing.confirm(proposal, now=channels.now) == 1
    channels.pass_time(seconds=30)
    assert [mail["Subject"] for mail in channels.server.to(NEW)][1:] == [sent["Subject"]]
    assert (Case.objects.get(pk=case.pk).state, promise(case)) == ("ended", "kept")
    assert not verify().broken


def test_what_is_no_address_or_the_same_one_is_refused_and_others_may_not(channels: Channels) -> None:
    case = bounced(channels)
    for address in ("", "ann@", "Ann@example.org"):
        with pytest.raises(FactsRefused):
            readdressing.ask_to_confirm(case=case, party=channels.member, address=address, by=SYSTEM, now=channels.now)
    with pytest.raises(NotAllowed):
        readdressing.ask_to_confirm(
            case=case, party=channels.member, address=NEW, by=of_party(channels.partner), now=channels.now
        )


def test_an_address_that_somebody_else_proved_is_not_taken_from_them(channels: Channels) -> None:
    case = bounced(channels)
    create_party(name="Other", verified={"email": NEW}, now=channels.now)
    readdressing.ask_to_confirm(
        case=case, party=channels.member, address=NEW, by=of_party(channels.member), now=channels.now
    )
    answer = Client().post(link_of(channels))
    assert answer.status_code == 409
    assert Identifier.objects.get(party=channels.member, kind="email").value == "ann@example.org"
    assert Message.objects.filter(state="bounced").count() == 1


def test_whoever_has_the_old_address_some_day_signs_in_to_nothing(channels: Channels) -> None:
    case = bounced(channels)
    account = Account.objects.create(email="ann@example.org", party=channels.member, created_at=channels.now)
    EmailAddress.objects.create(user=account, email="ann@example.org", verified=True, primary=True)
    Account.objects.create(email=NEW, created_at=channels.now)
    member = of_party(channels.member)
    readdressing.ask_to_confirm(case=case, party=channels.member, address=NEW, by=member, now=channels.now)
    readdressing.confirm(readdressing.proposed(link_of(channels).rpartition("/")[2]), now=channels.now)
    assert list(EmailAddress.objects.filter(user=account).values_list("email", "verified", "primary")) == [
        (NEW, True, True)
    ]
    account.refresh_from_db()
    assert account.email == NEW
    assert account_for(email="ann@example.org", now=channels.now) != account
    assert account_for(email=NEW, now=channels.now) == account
