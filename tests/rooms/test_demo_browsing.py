"""The stories' browser sends what a person's browser would send, and the post office takes mail for good."""

from __future__ import annotations

import asyncio
import mailbox
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope

from backline.demo.browsing import NotOnThePage, Page, read_page
from backline.demo.mailbox.reading import boxes
from backline.demo.postoffice import PostOffice

HTML = """
<h1>Your request</h1><script>ignored()</script>
<form action="/go" method="POST">
  <input type="hidden" name="csrf" value="abc"><input name="name" value="Anna &amp; Co">
  <input type="radio" name="why" value="a"><input type="radio" name="why" value="b" checked>
  <input type="checkbox" name="also" value="x"><input type="file" name="bill">
  <select name="slot"><option value="1">One</option><option value="2" selected>Two</option></select>
  <textarea name="text">
Hello</textarea>
  <button name="do" value="send">Send it</button><button type="button">No</button>
</form>
<a href="/requests/HW-1">Your <b>request</b></a>
"""


def page() -> Page:
    return read_page("http://here/x", 200, HTML)


def test_a_form_sends_what_stands_in_it_and_what_is_answered() -> None:
    form = page().form(field="bill")
    assert form.filled({"why": "a"}) == {
        "csrf": ["abc"], "name": ["Anna & Co"], "slot": ["2"], "text": ["Hello"], "why": ["a"],
    }  # fmt: skip
    assert (form.choices["why"], form.buttons) == (["a", "b"], [("do", "send", "Send it")])


def test_what_is_not_on_the_page_can_not_be_used() -> None:
    with pytest.raises(NotOnThePage, match="no field 'amount'"):
        page().form(button="send").filled({"amount": "1"})
    with pytest.raises(NotOnThePage, match="no form"):
        page().form(field="amount")
    with pytest.raises(NotOnThePage, match="no link"):
        page().link("Elsewhere")


def test_words_and_links_are_read_without_scripts() -> None:
    assert page().link("Your request") == "http://here/requests/HW-1"
    assert page().find(r"Your \w+") == "Your request"
    assert "ignored" not in page().text


def envelope(*recipients: str) -> Envelope:
    told = Envelope()
    told.mail_from, told.rcpt_tos = "service@meridian.example", list(recipients)
    told.content = b"Subject: Hello\r\nDate: Sun, 22 Nov 2026 12:00:00 +0000\r\n\r\nText\r\n"
    return told


def test_the_post_office_keeps_mail_by_recipient(tmp_path: Path) -> None:
    office = PostOffice(maildir=tmp_path / "mail" / "post", lmtp_port=9, reply_domain="reply.example")
    said = asyncio.run(office.handle_DATA(None, None, envelope("a@x.example", "b@x.example")))  # type: ignore[arg-type]
    assert said.startswith("250")
    assert boxes(tmp_path) == {"a@x.example": 1, "b@x.example": 1}


def test_the_post_office_does_not_take_what_backline_did_not_take(tmp_path: Path) -> None:
    office = PostOffice(maildir=tmp_path / "mail" / "post", lmtp_port=9, reply_domain="reply.example")
    said = asyncio.run(office.handle_DATA(None, None, envelope("reply+x@Reply.Example")))  # type: ignore[arg-type]
    assert said.startswith("451")
    assert len(mailbox.Maildir(tmp_path / "mail" / "post")) == 0
