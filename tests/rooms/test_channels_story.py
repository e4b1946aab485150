"""A request that is begun on the portal and finished by e-mail, with a real mail server in between."""

from __future__ import annotations

import pytest

from backline.cases.answering import answer_want
from backline.cases.models import Case, Entry, EntryPayload, Want
from backline.channels import links
from backline.channels.models import Contact, ContactDocument, Link, Message
from backline.documents.models import Document
from backline.documents.storing import content
from backline.people.actors import of_party
from tests.rooms.channels_house import Channels, bill_pdf, channels, mail_server, reply_to, text_of_pdf

__all__ = ["channels", "mail_server"]
pytestmark = pytest.mark.django_db(transaction=True)


def linked(message: Message) -> str:
    """The token of the link in a message."""
    return message.text.split("/link/")[1].split()[0]


def test_evidence_attached_to_a_reply_answers_the_question_and_nothing_is_left_to_a_person(channels: Channels) -> None:
    case = channels.open()
    [asked] = channels.server.to("ann@example.org")
    assert "The bill" in asked.get_body(("plain",)).get_content()

    contact = channels.take(reply_to(asked, "Here it is.", sender="Ann <ann@example.org>", bill=bill_pdf()))

    assert (contact.result, contact.case, contact.text) == ("taken", case, "Here it is.")
    assert ContactDocument.objects.get().answers == "bill"
    assert channels.wants(case) == {"partner_agrees"}
    channels.pass_time(seconds=1)
    [to_partner] = channels.server.to("ben@example.org")
    assert "Do you agree?" in to_partner.get_body(("plain",)).get_content()


def test_the_reply_stands_in_the_timeline_with_what_it_answered(channels: Channels) -> None:
    case = channels.open()
    contact = channels.take(
        reply_to(channels.server.to("ann@example.org")[0], "My bill.", sender="ann@example.org", bill=bill_pdf())
    )

    entry = Entry.objects.get(case=case, kind="message")
    data = EntryPayload.objects.get(case=case, sequence=entry.sequence).data
    assert (entry.actor, entry.channel, data["text"], data["contact"]) == (
        f"party:{channels.member.pk}", "email", "My bill.", contact.pk,
    )  # fmt: skip
    assert data["documents"][0]["answers"] == "bill"


def test_consent_by_link_ends_the_case_and_sends_message_and_letter_once(channels: Channels) -> None:
    case = channels.open()
    channels.take(reply_to(channels.server.taken[0], "Bill.", sender="ann@example.org", bill=bill_pdf()))
    channels.pass_time(seconds=1)
    token = linked(Message.objects.get(party=channels.partner))

    assert links.resolve(token, now=channels.now).want == Want.objects.get(fact="partner_agrees")
    assert channels.wants(case) == {"partner_agrees"}, "looking at the link settles nothing"

    link = links.use(token, now=channels.now)
    assert link.want is not None
    answer_want(want=link.want, by=of_party(link.party), channel="link", value="yes", now=channels.now)

    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.outcome) == ("ended", "refunded")
    message = Message.objects.get(kind="message")
    letter = Message.objects.get(kind="letter")
    assert "1,250.50" in message.text
    pdf = text_of_pdf(content(letter.documents.get()))
    assert "1,250.50" in pdf
    assert "Health" in pdf
    assert case.reference in pdf
    assert len(channels.server.to("ann@example.org")) == 3
    with pytest.raises(links.LinkRefused, match="used"):
        links.use(token, now=channels.now)


def test_yes_by_mail_is_no_consent(channels: Channels) -> None:
    case = channels.open()
    channels.take(reply_to(channels.server.taken[0], "Bill.", sender="ann@example.org", bill=bill_pdf()))
    channels.pass_time(seconds=1)
    asked = channels.server.to("ben@example.org")[0]

    contact = channels.take(reply_to(asked, "yes, I agree", sender="ben@example.org"))

    assert contact.result == "taken"
    assert "partner_agrees" in channels.wants(case)


def test_the_same_message_twice_is_one_contact_and_one_answer(channels: Channels) -> None:
    case = channels.open()
    reply = reply_to(channels.server.taken[0], "Bill.", sender="ann@example.org", bill=bill_pdf())
    first = channels.take(reply)
    again = channels.take(b"Received: from elsewhere\n" + reply.as_bytes())

    assert (again.pk, again.repeated, Contact.objects.count()) == (first.pk, True, 1)
    assert Document.objects.count() == 1
    assert Entry.objects.filter(case=case, kind="message").count() == 1


def test_what_is_still_open_is_reminded_of(channels: Channels) -> None:
    channels.open()
    channels.pass_time(days=7, minutes=1)

    mails = channels.server.to("ann@example.org")
    assert ["Reminder" in mail["Subject"] for mail in mails] == [False, True]


def test_nobody_is_written_to_about_what_they_answered_on_the_spot(channels: Channels) -> None:
    channels.open(bill=Document.objects.create(
        sha256="0" * 64, size=1, media_type="application/pdf", name="b.pdf", kind="medical_bill", pages=1,
        stored_by="party:1", stored_at=channels.now,
    ))  # fmt: skip

    assert channels.server.to("ann@example.org") == []


def test_a_link_ends_with_its_time_its_question_and_its_signature(channels: Channels) -> None:
    case = channels.open()
    want = Want.objects.get(case=case, fact="bill")
    token = links.make_link(case=case, party=channels.member, want=want, now=channels.now).rpartition("/")[2]

    with pytest.raises(links.LinkRefused, match="forged"):
        links.resolve(token[:-1] + ("A" if token[-1] != "A" else "B"), now=channels.now)
    with pytest.raises(links.LinkRefused, match="expired"):
        links.resolve(token, now=Link.objects.get(want=want, key=token.partition(".")[0]).expires_at)
    Want.objects.filter(pk=want.pk).update(closed_at=channels.now)
    with pytest.raises(links.LinkRefused, match="closed"):
        links.resolve(token, now=channels.now)
