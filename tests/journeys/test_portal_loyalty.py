"""Joining on a phone: the click that sends shows the number; by keyboard; without script; strangers learn nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import Opens
from tests.journeys.pictures import take_picture

pytestmark = pytest.mark.browser
NUMBER = re.compile(r"MRD \d{4} \d{4} \d")


def test_the_click_that_sends_shows_the_card_number(opens: Opens) -> None:
    page = opens()
    _join(page, "nora@post.example")
    expect(page.locator(".pass-value")).to_have_text(NUMBER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to the programme")
    expect(page.get_by_text("Your plastic card is ordered").first).to_be_visible()
    assert_accessible(page)


def test_the_number_is_kept_as_a_card_with_a_code_and_pictured_for_the_readme(opens: Opens) -> None:
    page = opens(scale=2)
    _join(page, "paula@post.example")
    expect(page.locator(".pass-value")).to_have_text(NUMBER)
    expect(page.locator(".pass-code")).to_be_visible()
    assert page.evaluate("document.querySelector('.pass-code').naturalWidth") > 0
    take_picture(page, "portal")
    page.get_by_role("link", name="Keep it at hand").click()
    expect(page.get_by_text("Show this code or say the number.")).to_be_visible()
    assert_accessible(page)


def test_without_script_it_is_the_same(opens: Opens) -> None:
    page = opens(script=False)
    _join(page, "ohne@post.example")
    expect(page.locator(".pass-value")).to_have_text(NUMBER)


def test_the_keyboard_is_enough(opens: Opens) -> None:
    page = opens()
    page.goto("/services/loyalty-card")
    _press_until(page, "Start now")
    for text in ("Kim Tastatur", "kim@post.example"):
        page.locator("input.input").nth(0 if text.startswith("Kim") else 1).focus()
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("questions/(?!name)"))
    assert "/questions/" in page.url


def test_joining_again_with_the_same_address_tells_a_stranger_nothing(opens: Opens) -> None:
    _join(opens(), "zweimal@post.example")
    stranger = opens()
    _join(stranger, "zweimal@post.example")
    expect(stranger.get_by_text("is on its way to zweimal@post.example")).to_be_visible()
    assert not NUMBER.search(stranger.content())
    assert "already" not in stranger.locator("main").inner_text().lower()


def _join(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Join the traveller programme").click()
    page.get_by_role("button", name="Start now").click()
    told = {
        "name": "Nora Neumann",
        "email": email,
        "address.street": "Ringstraße 5",
        "address.postcode": "10115",
        "address.city": "Berlin",
        "address.country": "DE",
    }
    while "/questions/" in page.url:
        before = page.url
        for name, value in told.items():
            field = page.locator(f'[name="{name}"]')
            if field.count():
                field.fill(value)
        for name, value in {"programme": "traveller", "plastic": "yes"}.items():
            choice = page.locator(f'[name="{name}"][value="{value}"]')
            if choice.count():
                choice.check()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(lambda address, before=before: address != before)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile("/requests/"))


def _press_until(page: Page, name: str) -> None:
    """Tab to the button with this name and press it."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if name in str(page.evaluate("document.activeElement.textContent")):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} is not reached by the keyboard")
