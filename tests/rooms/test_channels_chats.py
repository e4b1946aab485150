"""Chats: a visitor or a customer writes, a team answers in one place, and nobody is promised what can't be kept."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as backline
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backline.cases.models import Case, EntryPayload, Want
from backline.channels.chats.expecting import expected
from backline.channels.chats.mailing import ask_address, mail_answers
from backline.channels.chats.talking import seen
from backline.channels.models import Chat, ChatLine
from backline.project.organisation import Chat as ChatSettings
from backline.web.portal import visiting
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import sign_in, workbench  # noqa: F401

pytestmark = pytest.mark.django_db
TOLD = """
kinds: {}
told:
  payout: {amount: {type: money, near: [need], currency: EUR}}
"""


@pytest.fixture
def desk(workbench: House, settings: Any, monkeypatch: pytest.MonkeyPatch) -> House:  # noqa: F811
    """The desk answers visitors, too."""
    settings.ORGANISATION = replace(settings.ORGANISATION, chat=ChatSettings(team="desk"))
    monkeypatch.setattr(visiting, "now", lambda: workbench.now)
    (backline.FOLDER / "types" / "kinds.yaml").write_text(TOLD)
    cache.clear()
    return workbench


def visitor(**more: Any) -> Client:
    """Somebody without a request begins a chat."""
    browser = Client()
    told = {"name": "Vera Visitor", "text": "Do you open on Sunday?", **more}
    assert browser.post("/chat", told)["Location"] == "/chat/now"
    return browser


def customer(house: House) -> Client:
    """Ann with a browser that came by a link of ours."""
    browser = Client()
    session = browser.session
    case = Case.objects.get()
    session[visiting.VISITS] = {case.reference: {"party": house.customer.pk, "proven": True}}
    session.save()
    return browser


def test_a_visitor_is_answered_on_the_page_by_a_colleague_of_the_team(desk: House) -> None:
    browser, worker = visitor(), sign_in("worker", desk)
    assert "Vera Visitor" in worker.read("/work/chats")
    chat = Chat.objects.get()
    assert worker.post(f"/work/chats/{chat.pk}", {"how": "answer", "text": "No, on Monday."}).status_code == 302
    page = browser.get("/chat/lines").content.decode()
    assert "No, on Monday." in page
    assert "Worker answers you." in page
    assert ChatLine.objects.get(mine=False).seen_at is not None
    assert sign_in("outsider", desk).get(f"/work/chats/{chat.pk}").status_code == 404


def test_nobody_else_reads_the_chat(desk: House) -> None:
    visitor()
    stranger = Client()
    assert stranger.get("/chat/lines").status_code == 404
    assert stranger.get("/chat/now")["Location"] == "/chat"


@pytest.mark.parametrize(
    "told",
    [{"name": ""}, {"text": " "}, {"text": "x" * 5001}, {"email": "nobody"}, {"name": "x" * 121}],
)
def test_what_can_not_begin_a_chat_says_why(desk: House, told: dict[str, str]) -> None:
    answer = Client().post("/chat", {"name": "Vera", "text": "Hello", **told})
    assert answer.status_code == 422
    assert not Chat.objects.exists()


def test_a_place_may_begin_so_many_chats_and_no_more(desk: House) -> None:
    codes = [Client().post("/chat", {"name": "V", "text": "Hello"}).status_code for _one in range(7)]
    assert codes == [302] * 6 + [429]


def test_there_is_no_chat_for_visitors_without_a_team(desk: House, settings: Any) -> None:
    settings.ORGANISATION = replace(settings.ORGANISATION, chat=ChatSettings())
    assert Client().get("/chat").status_code == 404


def test_an_answer_is_mailed_only_to_a_proven_address_that_did_not_see_it(desk: House) -> None:
    visitor(email="Vera@Post.Example")
    chat, worker = Chat.objects.get(), sign_in("worker", desk)
    worker.post(f"/work/chats/{chat.pk}", {"how": "answer", "text": "No, on Monday."})
    mail_answers(str(chat.pk), desk.now)
    assert not mail.outbox
    ask_address(str(chat.pk), desk.now)
    asked = mail.outbox.pop()
    assert "Sunday" not in asked.body
    link = re.search(r"/chat/address/\S+", asked.body)
    assert link is not None
    assert Client().get(link[0]).status_code == 200
    assert not mail.outbox
    Client().post(link[0])
    assert "No, on Monday." in mail.outbox.pop().body
    mail_answers(str(chat.pk), desk.now)
    assert not mail.outbox


def test_a_stranger_fills_nobodys_mailbox_with_questions_whether_it_is_theirs(desk: House) -> None:
    cache.clear()
    for _n in range(5):
        visitor(email="vera@post.example")
    for chat in Chat.objects.all():
        ask_address(str(chat.pk), desk.now)
    assert len(mail.outbox) == 3
    ask_address(str(Chat.objects.latest("pk").pk), desk.now + timedelta(days=1, seconds=1))
    assert len(mail.outbox) == 4


def test_a_page_that_asks_again_and_again_writes_nothing(desk: House, django_assert_num_queries: Any) -> None:
    visitor()
    chat = Chat.objects.get()
    later = chat.seen_at + timedelta(seconds=16)
    seen(chat, later)
    chat.refresh_from_db()
    assert chat.seen_at == later
    with django_assert_num_queries(1) as asked:
        seen(chat, later + timedelta(seconds=5))
    assert asked.captured_queries[0]["sql"].startswith("SELECT")


def test_a_changed_link_proves_nothing(desk: House) -> None:
    visitor(email="vera@post.example")
    Client().post("/chat/address/abc:def:ghi")
    assert Chat.objects.get().proven_at is None


def test_a_chat_is_taken_by_one_and_handed_over_with_a_word(desk: House) -> None:
    visitor()
    chat, worker, colleague = Chat.objects.get(), sign_in("worker", desk), sign_in("colleague", desk)
    worker.post(f"/work/chats/{chat.pk}", {"how": "take"})
    assert colleague.post(f"/work/chats/{chat.pk}", {"how": "take"}).status_code == 422
    worker.post(f"/work/chats/{chat.pk}", {"how": "over", "team": "desk", "note": "She speaks French"})
    assert "Worker: She speaks French" in colleague.read(f"/work/chats/{chat.pk}")
    assert colleague.post(f"/work/chats/{chat.pk}", {"how": "take"}).status_code == 302
    assert worker.post(f"/work/chats/{chat.pk}", {"how": "over", "team": "nowhere"}).status_code == 422


def test_what_a_customer_writes_on_the_request_is_answered_there_and_the_task_is_done(desk: House) -> None:
    case = desk.open(account="A-1", amount="200")
    browser, worker = customer(desk), sign_in("worker", desk)
    place = f"/requests/{case.reference}/messages"
    page = browser.post(place, {"text": "When will it come?", "token": "t1"}, headers={"HX-Request": "true"})
    assert "When will it come?" in page.content.decode()
    browser.post(place, {"text": "When will it come?", "token": "t1"}, headers={"HX-Request": "true"})
    chat = Chat.objects.get()
    assert chat.lines.count() == 1
    task = Want.objects.get(case=case, kind="free", closed_at=None)
    worker.post(f"/work/chats/{chat.pk}", {"how": "answer", "text": "Tomorrow."}, headers={"HX-Request": "true"})
    task.refresh_from_db()
    assert task.closed_at is not None
    assert "Tomorrow." in browser.get(place, headers={"HX-Request": "true"}).content.decode()
    assert EntryPayload.objects.filter(case=case, data__text="Tomorrow.", data__direction="out").exists()
    assert "Tomorrow." in worker.read(f"/work/cases/{case.reference}")


def test_a_customer_who_has_left_gets_the_answer_by_e_mail_about_the_request(desk: House) -> None:
    case = desk.open(account="A-1", amount="200")
    customer(desk).post(f"/requests/{case.reference}/messages", {"text": "Hello?", "token": "t"})
    chat, worker = Chat.objects.get(), sign_in("worker", desk)
    worker.post(f"/work/chats/{chat.pk}", {"how": "answer", "text": "We are here."})
    mail_answers(str(chat.pk), desk.now)
    sent = mail.outbox.pop()
    assert (sent.to, "We are here." in sent.body, case.reference in sent.subject) == (["ann@example.org"], True, True)


def test_a_file_in_the_chat_goes_the_way_of_an_upload(desk: House) -> None:
    case = desk.open(account="A-1", amount="200")
    browser = customer(desk)
    place = f"/requests/{case.reference}/messages"
    browser.post(place, {"text": "My letter", "file": SimpleUploadedFile("letter.txt", b"A letter"), "token": "t"})
    assert ChatLine.objects.get().document is not None
    empty = {"text": "Nothing", "file": SimpleUploadedFile("none.txt", b""), "token": "u"}
    browser.post(place, empty, headers={"HX-Request": "true"})
    assert ChatLine.objects.count() == 1


def test_a_chat_becomes_a_request_with_what_was_said(desk: House) -> None:
    browser = visitor(text="I need 250 euros, please")
    chat, worker = Chat.objects.get(), sign_in("worker", desk)
    worker.post(f"/work/chats/{chat.pk}", {"how": "answer", "text": "You need 900 euros?"})
    went = worker.post(f"/work/chats/{chat.pk}", {"how": "become", "service": "payout"})
    case = Case.objects.get()
    assert went["Location"] == f"/work/cases/{case.reference}/call"
    amount = next(one for one in case.snapshot["assertions"] if one["fact"] == "amount")
    assert "250" in str(amount["value"])
    browser.post("/chat/now", {"text": "Thank you", "token": "x"})
    assert EntryPayload.objects.filter(case=case, data__text="Thank you").exists()
    assert worker.post(f"/work/chats/{chat.pk}", {"how": "become", "service": "payout"}).status_code == 422


def test_a_chat_that_is_over_takes_no_more(desk: House) -> None:
    browser = visitor()
    chat, worker = Chat.objects.get(), sign_in("worker", desk)
    worker.post(f"/work/chats/{chat.pk}", {"how": "end"})
    assert browser.post("/chat/now", {"text": "More", "token": "x"}).status_code == 422
    assert worker.post(f"/work/chats/{chat.pk}", {"how": "answer", "text": "x"}).status_code == 422
    assert "Begin another chat" in browser.get("/chat/now").content.decode()


def test_what_is_told_of_the_answer_is_what_the_team_keeps(desk: House) -> None:
    assert expected("desk", now=desk.now).minutes == 0
    for number in range(10):
        began = desk.now - timedelta(hours=1, minutes=number)
        chat = Chat.objects.create(
            key=str(number), team="desk", name="V", began_at=began, said_at=began, seen_at=began, ended_at=began
        )
        ChatLine.objects.create(chat=chat, mine=False, text="x", at=began + timedelta(minutes=number))
    assert expected("desk", now=desk.now).minutes == 10
    night = expected("desk", now=datetime(2026, 11, 21, 2, 0, tzinfo=UTC))
    assert not night.here
    assert night.again is not None
    assert (night.again.day, night.minutes) == (23, 0)
