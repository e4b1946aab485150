"""From the first question to the result: drafts, checks at the field, replayed forms, foreign drafts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from backline.cases.models import Case
from backline.connectors import calling
from backline.connectors.contract import ReadResult
from backline.engine.definition import DefinitionProblems
from backline.jobs.models import Job
from backline.web.portal import drafting
from backline.web.portal.models import Draft
from tests.rooms.cases_house import PAID, PAYOUT, House
from tests.rooms.portal_house import JOIN, Visitor, open_club, party, portal, sign_in

__all__ = ["portal"]
pytestmark = pytest.mark.django_db


def test_the_click_that_sends_brings_back_what_the_bank_says(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    first = ann.begin("payout")
    second = ann.follow(ann.answer(first, account="A-1"))
    check = ann.follow(ann.answer(second, amount="80"))
    assert check.endswith("/check")
    page = ann.read(ann.follow(ann.post(check)))
    assert "is on its way, as P-1" in page
    assert portal.bank("select account, minor from payment") == [("A-1", 8000)]


def test_an_answer_that_a_check_refuses_is_refused_at_its_field_and_not_kept(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    amount = ann.follow(ann.answer(ann.begin("payout"), account="A-1"))
    refused = ann.answer(amount, amount="-5")
    assert refused.status_code == 422
    assert "The amount has to be more than zero." in refused.content.decode()
    assert 'aria-invalid="true"' in refused.content.decode()
    assert "amount" not in Draft.objects.get().answers


def test_nothing_typed_is_asked_for_in_words(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    refused = ann.answer(ann.begin("payout"), account="  ")
    assert "Please answer this." in refused.content.decode()


def test_a_form_sent_twice_makes_one_request(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    check = ann.follow(ann.answer(ann.follow(ann.answer(ann.begin("payout"), account="A-1")), amount="80"))
    once, twice = ann.post(check), ann.post(check)
    assert once["Location"] == twice["Location"]
    assert Case.objects.count() == 1


def test_a_draft_is_kept_and_found_again_by_who_began_it_alone(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    ann.follow(ann.answer(ann.begin("payout"), account="A-1"))
    draft = Draft.objects.get()
    elsewhere = sign_in("ann@example.org", portal)
    assert "Begun, not sent yet" in elsewhere.read("/requests")
    assert elsewhere.get(f"/drafts/{draft.key}").status_code == 302
    assert Visitor().get(f"/drafts/{draft.key}").status_code == 404
    assert sign_in("eve@example.org", portal).get(f"/drafts/{draft.key}").status_code == 404


def test_a_link_by_mail_leads_back_to_the_draft(portal: House) -> None:
    open_club(portal)
    visitor = Visitor()
    visitor.answer(visitor.begin("join"), name="Nora", email="nora@example.org")
    visitor.post(f"/drafts/{Draft.objects.get().key}/later", {"email": "nora@example.org"})
    link = re.search(r"http\S+?(/drafts/link/\S+)", str(mail.outbox[0].body))
    assert link is not None
    assert visitor.get(link[1])["Location"] == f"/drafts/{Draft.objects.get().key}"
    other_device = Visitor()
    asked = other_device.read(link[1])
    assert "n…@example.org" in asked
    assert "Nora" not in asked
    assert len(mail.outbox) == 1, "what only looks at the link sends nothing"
    other_device.post(link[1])
    assert mail.outbox[1].to == ["nora@example.org"]
    code = str(mail.outbox[1].body).split()[2]
    assert other_device.post(link[1], {"code": "wrong"}).status_code == 422
    led = other_device.post(link[1], {"code": f" {code.lower()}"})
    assert "Which colour?" in other_device.read(other_device.follow(led))


def test_whoever_gets_a_link_passed_on_sees_nothing_and_may_guess_a_few_times(portal: House) -> None:
    open_club(portal)
    visitor = Visitor()
    visitor.answer(visitor.begin("join"), name="Nora", email="nora@example.org")
    draft = Draft.objects.get()
    visitor.post(f"/drafts/{draft.key}/later", {"email": "nora@example.org"})
    draft.refresh_from_db()
    link, eve = f"/drafts/link/{drafting.link_token(draft)}", Visitor()
    assert eve.post(link, {"code": ""}).status_code == 422
    eve.post(link)
    code = str(mail.outbox[1].body).split()[2]
    for _ in range(5):
        assert eve.post(link, {"code": "AAAAAAAA"}).status_code == 422
    assert "code is over" in eve.post(link, {"code": code}).content.decode()
    for page in ("", "/check", "/questions/colour"):
        assert eve.get(f"/drafts/{draft.key}{page}").status_code == 404
    assert sign_in("eve@example.org", portal).get(link).status_code == 200, "asked for the code, too"
    for _ in range(6):
        refused = eve.post(link)
    assert "Too many tries" in refused.content.decode()


def test_a_link_sent_to_somebody_else_gives_nobody_a_share_in_what_they_go_on_with(portal: House) -> None:
    open_club(portal)
    eve = Visitor()
    eve.answer(eve.begin("join"), name="Nora", email="nora@example.org")
    draft = Draft.objects.get()
    eve.post(f"/drafts/{draft.key}/later", {"email": "ann@example.org"})
    assert eve.get(f"/drafts/{draft.key}").status_code == 302
    draft.refresh_from_db()
    ann = sign_in("ann@example.org", portal)
    ann.follow(ann.get(f"/drafts/link/{drafting.link_token(draft)}"))
    assert Draft.objects.get().party == portal.customer
    for page in ("", "/check", "/what-if", "/questions/colour", "/later"):
        assert eve.get(f"/drafts/{draft.key}{page}").status_code == 404
    assert eve.post(f"/drafts/{draft.key}/check").status_code == 404


def test_a_link_to_the_draft_of_somebody_signed_in_leads_strangers_to_the_sign_in(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    ann.follow(ann.answer(ann.begin("payout"), account="A-1"))
    draft = Draft.objects.get()
    ann.post(f"/drafts/{draft.key}/later", {"email": "ann@example.org"})
    draft.refresh_from_db()
    link = f"/drafts/link/{drafting.link_token(draft)}"
    stranger = Visitor()
    assert stranger.get(link)["Location"] == f"/account/login/?next=/drafts/{draft.key}"
    assert stranger.get(f"/drafts/{draft.key}").status_code == 404
    assert "How much?" in ann.read(ann.follow(ann.get(link)))


def test_a_mailed_link_leads_to_our_own_address_whatever_the_browser_called_us(portal: House) -> None:
    open_club(portal)
    visitor = Visitor()
    visitor.answer(visitor.begin("join"), name="Nora", email="nora@example.org")
    address = f"/drafts/{Draft.objects.get().key}/later"
    visitor.post(address, {"email": "nora@example.org"}, headers={"host": "localhost:6666"})
    assert "localhost:6666" not in str(mail.outbox[0].body)


def test_strangers_cannot_have_us_fill_somebodys_mailbox_with_links(portal: House) -> None:
    open_club(portal)
    for _ in range(12):
        visitor = Visitor()
        visitor.begin("join")
        address = f"/drafts/{Draft.objects.latest('pk').key}/later"
        visitor.post(address, {"email": "ANN@example.org" if len(mail.outbox) % 2 else "ann@example.org"})
    assert len(mail.outbox) == 5
    for number in range(30):
        visitor = Visitor()
        visitor.begin("join")
        refused = visitor.post(f"/drafts/{Draft.objects.latest('pk').key}/later", {"email": f"n{number}@example.org"})
    assert len(mail.outbox) == 20
    assert "Too many tries" in refused.content.decode()


def test_a_forged_link_to_a_draft_opens_nothing_and_says_so_with_a_number(portal: House) -> None:
    page = Visitor().get("/drafts/link/forged:link")
    assert page.status_code == 410
    assert re.search(r"quote this number:\s*<strong[^>]*>[0-9A-Z]{4}-[0-9A-Z]{4}", page.content.decode())


def test_a_service_that_needs_to_know_who_asks_is_not_begun_by_a_visitor(portal: House) -> None:
    assert "Sign in and start" in Visitor().read("/services/payout")
    assert Visitor().post("/drafts", {"service": "payout"}).status_code == 404


def test_what_is_known_of_who_is_signed_in_is_not_asked_again(portal: House) -> None:
    open_club(portal)
    ann = sign_in("ann@example.org", portal)
    assert ann.begin("join").endswith("/questions/colour")
    assert Draft.objects.get().answers == {"name": "Ann", "email": "ann@example.org"}


def test_a_visitor_is_asked_the_same_whether_the_address_is_known_or_not(portal: House) -> None:
    open_club(portal)
    pages = []
    for _ in range(2):
        visitor = Visitor()
        colour = visitor.follow(visitor.answer(visitor.begin("join"), name="Nora", email="nora@example.org"))
        check = visitor.follow(visitor.answer(colour, colour="red"))
        pages.append([re.sub(r"/drafts/[^/]+", "", address) for address in (colour, check)])
        shown = visitor.read(visitor.follow(visitor.post(check)))
    assert pages[0] == pages[1]
    assert "N-1" not in shown
    assert "The rest is on its way to nora@example.org" in shown
    assert portal.bank("select count(*) from member") == [1]


def test_a_draft_holds_nothing_once_it_is_sent(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    check = ann.follow(ann.answer(ann.follow(ann.answer(ann.begin("payout"), account="A-1")), amount="80"))
    ann.post(check)
    draft = Draft.objects.get()
    assert draft.answers == {}
    assert draft.case == Case.objects.get().reference
    assert drafting.drafts_of(portal.customer) == []


def test_a_visitor_may_begin_only_where_the_service_says_so(portal: House) -> None:
    open_club(portal)
    assert "Start now" in Visitor().read("/services/join")
    closed = JOIN.replace("case: join", "case: join-members").replace("opens: [customer, visitor]\n", "")
    portal.publish(closed, already="Subject: You are in\n\nWelcome again, {email}.\n")
    assert "Sign in and start" in Visitor().read("/services/join-members")
    assert Visitor().post("/drafts", {"service": "join-members"}).status_code == 404


def test_a_service_open_to_visitors_has_to_ask_for_an_address(portal: House) -> None:
    open_club(portal)
    with pytest.raises(DefinitionProblems, match="nobody asks for an address"):
        portal.publish(JOIN.replace("type: e-mail", "type: text"))


def test_a_system_is_read_once_for_a_draft_while_what_it_said_is_fresh(
    portal: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = calling.read

    def counted(call: str, arguments: Mapping[str, Any], *, deadline_s: float) -> ReadResult:
        asked.append(call)
        return read(call, arguments, deadline_s=deadline_s)

    monkeypatch.setattr(calling, "read", counted)
    ann = sign_in("ann@example.org", portal)
    second = ann.follow(ann.answer(ann.begin("payout"), account="A-1"))
    check = ann.follow(ann.answer(second, amount="2000"))
    ann.read(check)
    assert asked == ["bank.balance"]
    ann.answer(f"{second}?change=yes", amount="30")
    assert asked == ["bank.balance"]
    portal.now += timedelta(minutes=11)
    ann.read(check)
    assert asked == ["bank.balance"] * 2


def test_what_takes_time_can_be_sent_later_and_is_asked_for_at_once_by_mail(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    second = ann.follow(ann.answer(ann.begin("payout"), account="A-1"))
    check = ann.follow(ann.answer(second, later="yes"))
    assert "How much? Later" in ann.read(check)
    request = ann.follow(ann.post(check))
    assert "What is missing" in ann.read(request)
    assert Job.objects.filter(kind="ask", due_at__lt=portal.now + timedelta(seconds=30)).exists(), (
        "who said later is not waited for"
    )
    ann.answer(f"{request}/questions/amount", amount="80")
    assert "is on its way, as P-1" in ann.read(request)


def test_what_has_to_be_known_at_once_can_not_be_put_off(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    first = ann.begin("payout")
    assert ann.answer(first, later="yes").status_code == 422


def test_what_is_said_again_of_an_open_request_is_a_correction_of_it(portal: House) -> None:
    portal.publish(
        PAYOUT.replace("owner: desk", "owner: desk\nsame: {by: [customer], while: open, then: join}"), paid=PAID
    )
    ann = sign_in("ann@example.org", portal)
    for amount in ("300", "200"):
        check = ann.follow(ann.answer(ann.follow(ann.answer(ann.begin("payout"), account="A-1")), amount=amount))
        request = ann.follow(ann.post(check))
    assert Case.objects.count() == 1
    assert "Corrected: How much?" in ann.read(request)
    assert "Corrected: Which account?" not in ann.read(request)


def test_a_check_speaks_the_language_of_the_reader(portal: House) -> None:
    texts = portal.folder / "types" / "payout" / "texts.de.yaml"
    texts.write_text("facts:\n  amount:\n    check: [Der Betrag muss größer als null sein.]\n", encoding="utf-8")
    portal.publish(PAYOUT, paid=PAID)
    ann = sign_in("ann@example.org", portal)
    ann.post("/ui/language", {"language": "de", "next": "/"})
    amount = ann.follow(ann.answer(ann.begin("payout"), account="A-1"))
    assert "Der Betrag muss größer als null sein." in ann.answer(amount, amount="-5").content.decode()


EMPLOYER = """
case: reference
title: A letter for your employer
for: customer
owner: desk
roles: {customer: {label: You}}
facts:
  employer: {label: Who is your employer?, type: organisation, ask: customer}
  sound: {label: Is it sound?, type: yes/no, work: {team: desk, shows: [employer]}}
outcomes:
  sent: {label: Sent, when: sound}
  otherwise: {label: Not sent}
"""


def test_a_number_that_is_typed_as_a_name_tells_nothing_of_whose_number_it_is(portal: House) -> None:
    portal.publish(EMPLOYER)
    stranger = party("Stella Strange", "stella@example.org", portal)
    ann = sign_in("ann@example.org", portal)
    check = ann.follow(ann.answer(ann.begin("reference"), employer=str(stranger.pk)))
    assert "Stella" not in ann.read(check)
    assert "Stella" not in ann.read(ann.follow(ann.post(check)))
    assert "Stella" not in str(Case.objects.get().snapshot)
