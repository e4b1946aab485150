"""A letter or message that comes back opens what it had settled; to the right address it goes again."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from backline.cases.asserting import assert_facts
from backline.cases.effects.settling_effects import Way, settle_effect
from backline.cases.models import Case, Effect, Entry, Want
from backline.cases.storage.verifying import verify
from backline.cases.waking import wake_case
from backline.catalogue import publishing, versions
from backline.channels.models import Contact, Message
from backline.channels.papers import take_paper
from backline.channels.settling_contacts import return_contact
from backline.documents.storing import content
from backline.people.actors import SYSTEM, of_party
from backline.people.models import Identifier
from backline.people.parties import claim_identifier, describe_party
from tests.rooms.channels_house import REFUND, Channels, bill_pdf, channels, mail_server, reply_to
from tests.rooms.test_channels_taking import bounce

__all__ = ["channels", "mail_server"]
pytestmark = pytest.mark.django_db(transaction=True)
BY_LETTER = REFUND.replace("do: [message: refunded, letter: refunded]", "do: [letter: refunded]").replace(
    "facts:\n", "promises:\n  letter: {label: Our letter, of: letter_refunded, within: 5 business days}\nfacts:\n", 1
)


def refunded(channels: Channels, *, by_post: bool) -> Case:
    """A case that ended with a letter; by post where the member has no address for mail."""
    (channels.folder / "types" / "refund" / "type.yaml").write_text(BY_LETTER)
    kinds = channels.folder / "types" / "kinds.yaml"
    kinds.write_text(kinds.read_text() + "  returned: {words: {any: [return to sender, unknown, moved]}}\n")
    versions._LOADED.clear()
    publishing.publish(folder=channels.folder / "types" / "refund", by=SYSTEM, now=channels.now)
    case = channels.open()
    asked = channels.server.taken[0]
    if by_post:
        Identifier.objects.filter(party=channels.member, kind="email").update(kind="old")
        describe_party(party=channels.member, details={"address": "Lane 1\n12345 Town"})
    reply = reply_to(asked, "Here", sender="ann@example.org", bill=bill_pdf())
    channels.take(reply)
    assert_facts(
        case=Case.objects.get(pk=case.pk), by=of_party(channels.partner), channel="portal",
        facts={"partner_agrees": "yes"}, now=channels.now,
    )  # fmt: skip
    channels.pass_time(seconds=30)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("ended", "refunded")
    return case


def scan(message: Message, words: str) -> bytes:
    """The envelope's window as a scanner sees it, with what the postman wrote."""
    pdf = pypdfium2.PdfDocument(content(message.documents.get()))
    page = pdf[0].render(scale=200 / 72).to_pil().convert("RGB")
    if words:
        font = ImageFont.load_default(48)
        ImageDraw.Draw(page).text((140, 1700), words, fill="black", font=font)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def promise(case: Case) -> str:
    return str(Case.objects.get(pk=case.pk).snapshot["promises"]["letter"]["state"])


def test_a_letter_that_comes_back_by_post_opens_its_promise_and_goes_again(channels: Channels) -> None:
    case = refunded(channels, by_post=True)
    letter = Message.objects.get(kind="letter")
    assert (letter.state, promise(case)) == ("to print", "kept")
    channels.pass_time(days=1)

    contact = take_paper(scan(letter, "RETURN TO SENDER"), name="back.png", channel="paper", now=channels.now)

    letter.refresh_from_db()
    case.refresh_from_db()
    assert (contact.result, contact.case) == (Contact.Result.TAKEN, case)
    assert letter.state == "returned"
    assert (case.state, promise(case)) == ("stuck", "running")
    assert Entry.objects.filter(case=case, kind="message").exists()
    [task] = Want.objects.filter(case=case, closed_at=None)
    assert (task.kind, task.fact, task.detail) == ("exception", "letter_refunded", "came back")
    assert not verify().broken

    describe_party(party=channels.member, details={"address": "New road 2\n54321 City"})
    effect = Effect.objects.get(action="letter_refunded")
    settle_effect(effect=effect, by=SYSTEM, way=Way(how="retry"), now=channels.now)
    channels.pass_time(seconds=30)

    case.refresh_from_db()
    again = Message.objects.filter(kind="letter").latest("pk")
    assert again.pk != letter.pk
    assert (again.state, case.state, promise(case)) == ("to print", "ended", "kept")
    text = pypdfium2.PdfDocument(content(again.documents.get()))[0].get_textpage().get_text_range()
    assert "New road 2" in text
    assert not verify().broken


def test_a_letter_without_such_words_is_an_answer(channels: Channels) -> None:
    case = refunded(channels, by_post=True)
    letter = Message.objects.get(kind="letter")

    take_paper(scan(letter, ""), name="back.png", channel="paper", now=channels.now)

    letter.refresh_from_db()
    assert (letter.state, promise(case)) == ("to print", "kept")


def test_a_person_says_that_a_letter_came_back_whose_code_nobody_can_read(channels: Channels) -> None:
    case = refunded(channels, by_post=True)
    out = io.BytesIO()
    Image.new("L", (800, 1100), 255).save(out, "PNG")
    contact = take_paper(out.getvalue(), name="envelope.png", channel="paper", now=channels.now)
    assert contact.result == Contact.Result.ASKED

    return_contact(contact=contact, case=case, party=channels.member, by=SYSTEM, now=channels.now)

    contact.refresh_from_db()
    assert (contact.result, contact.case) == (Contact.Result.TAKEN, case)
    assert Message.objects.get(kind="letter").state == "returned"
    assert promise(case) == "running"


def test_mail_that_bounces_goes_the_same_way(channels: Channels) -> None:
    case = refunded(channels, by_post=False)
    [sent] = [one for one in channels.server.taken if "refund" in one["Subject"]]
    channels.take(bounce(sent))

    case.refresh_from_db()
    assert (case.state, promise(case)) == ("stuck", "running")
    claim_identifier(party=channels.member, kind="email", value="new@example.org", now=channels.now)
    Identifier.objects.filter(value="ann@example.org").delete()
    effect = Effect.objects.get(action="letter_refunded")
    settle_effect(effect=effect, by=SYSTEM, way=Way(how="retry"), now=channels.now)
    channels.pass_time(seconds=30)

    assert len(channels.server.to("new@example.org")) == 1
    assert (Case.objects.get(pk=case.pk).state, promise(case)) == ("ended", "kept")


def test_a_question_that_bounces_leaves_a_task(channels: Channels) -> None:
    case = channels.open()
    channels.take(bounce(channels.server.taken[0]))
    channels.take(bounce(channels.server.taken[0], status="5.1.2"))

    [task] = Want.objects.filter(case=case, kind="free", closed_at=None)
    assert task.title == "Find the right address of Ann Meyer"
    wake_case(str(case.pk), channels.now)
    assert not verify().broken
