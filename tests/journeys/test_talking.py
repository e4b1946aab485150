"""Talking with customers in a real browser: a chat that is answered live, and a call from its ringing to its note."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from backline.channels.webhooks.signing import sign
from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import DESK, PHONE, Opens

pytestmark = pytest.mark.browser
FRONT_DESK, ON_THE_PHONE = "selma@meridian.example", "tom@meridian.example"
EXTENSION, NUMBER = "12", "+493012345678"


def test_a_chat_begun_on_a_phone_is_answered_in_the_workbench_while_both_look_on(opens: Opens) -> None:
    customer, desk = opens(), opens(who=FRONT_DESK, size=DESK)
    desk.goto("/work/chats")
    customer.goto("/chat")
    customer.get_by_label("Your name").fill("Mira Sand")
    customer.get_by_label("What is it about?").fill("Is the clinic open on Saturday?")
    customer.get_by_role("button", name="Begin the chat").click()
    expect(customer.get_by_text("Is the clinic open on Saturday?")).to_be_visible()
    desk.get_by_role("link", name="Mira Sand").click()
    desk.get_by_role("button", name="I take it").click()
    desk.get_by_label("Your answer").fill("Yes, until noon.")
    desk.get_by_role("button", name="Send").click()
    expect(customer.get_by_text("Yes, until noon.")).to_be_visible()
    _says(customer, "Thank you, that helps.")
    expect(desk.get_by_text("Thank you, that helps.")).to_be_visible()
    expect(desk.locator("#said")).to_contain_text("seen")
    _fits(customer)
    _fits(desk)
    desk.get_by_role("button", name="End the chat").click()
    expect(customer.get_by_role("link", name="Begin another chat")).to_be_visible()


def test_a_call_is_announced_taken_for_whom_it_is_and_noted_in_its_request(
    opens: Opens, meridian: str, folder: Path
) -> None:
    page = opens(who=ON_THE_PHONE, size=DESK)
    page.goto("/work/")
    _rings(meridian, folder)
    page.get_by_role("link", name=f"{NUMBER} calls").click()
    expect(page.get_by_text("A number is a hint, no proof")).to_be_visible()
    _fits(page)
    page.get_by_label("Name, e-mail address or number").fill("Peter Lang")
    page.get_by_role("button", name="Find").click()
    caller = page.get_by_role("form", name="Peter Lang")
    caller.get_by_label("Date of birth").fill("1 January 1901")
    caller.get_by_role("button", name="It is them").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not what we know: Date of birth.")
    page.get_by_role("form", name="Peter Lang").get_by_role("button", name="It is them").click()
    expect(page.get_by_text("Nothing was asked: tell nothing that only they may know.")).to_be_visible()
    _fits(page)
    page.get_by_label("What was said").fill("He asks when he hears from us.")
    page.get_by_role("radio", name=re.compile("HW-")).first.check()
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("It is noted in")).to_be_visible()
    happened = page.get_by_role("region", name="What happened")
    expect(happened.get_by_text("He asks when he hears from us.")).to_be_visible()


def _says(customer: Page, words: str) -> None:
    customer.get_by_role("textbox").last.fill(words)
    customer.get_by_role("button", name="Send").click()


def _rings(meridian: str, folder: Path) -> None:
    """As the telephone system tells it."""
    secret = base64.b64decode((folder / "systems" / "telephony.secret").read_text(encoding="ascii"))
    at = datetime.now(UTC)
    call = {"id": "journey-1", "event": "ringing", "from": NUMBER, "to": EXTENSION, "at": at.isoformat()}
    body = json.dumps({"calls": [call]}).encode()
    headers = {
        "webhook-id": "journey-1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": sign(secret, id="journey-1", at=at, body=body),
        "content-type": "application/json",
    }
    assert httpx.post(f"{meridian}/calls/desk", content=body, headers=headers).status_code == 202


def _fits(page: Page) -> None:
    """Accessible in light and dark, and no wider than a phone."""
    assert_accessible(page)
    size = page.viewport_size or {"width": DESK[0], "height": DESK[1]}
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], page.url
    page.set_viewport_size(size)
