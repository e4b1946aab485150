"""An analyst changes a case type in a real browser: a draft, a mistake that is named, a trial, a new version."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import DESK, PHONE, Opens

pytestmark = pytest.mark.browser
TYPE = "/studio/types/equipment/"
WAS, WRONG, RIGHT = "when: not allowed", "when: not alowed", "when: not allowed and not dropped"


def test_an_analyst_drafts_a_change_mends_a_mistake_tries_it_on_cases_and_publishes_it(opens: Opens) -> None:
    page = opens(who="nils@meridian.example", size=DESK)
    page.goto("/studio/types/")
    assert_fits(page)
    page.get_by_role("link", name="Something to work with").click()
    assert_fits(page)
    page.get_by_role("button", name="Draft a change").click()
    expect(page.get_by_text("No mistakes.")).to_be_visible()
    _make_a_mistake(page)
    _mend_it(page)
    assert_fits(page)
    page.get_by_role("link", name="Try on cases").click()
    expect(page.get_by_text(re.compile(r"\d+ cases were tried\. All would go on exactly as they do\."))).to_be_visible()
    assert_fits(page)
    page.get_by_role("link", name="Draft").first.click()
    page.get_by_role("link", name="Publish").click()
    assert_fits(page)
    page.get_by_label("What changed").fill("Who drops it is not told that it was refused")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published as version 2.")).to_be_visible()
    expect(page.get_by_role("cell", name="Who drops it is not told that it was refused")).to_be_visible()


def assert_fits(page: Page) -> None:
    """Accessible in light and dark, and no wider than a phone."""
    assert_accessible(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], page.url
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def _make_a_mistake(page: Page) -> None:
    """It is named while it is typed, and leads to its line."""
    editor = page.get_by_role("textbox", name="type.yaml")
    page.evaluate(
        "words => { const text = document.querySelector('#text'); const at = text.value.indexOf(words) + 10;"
        " text.focus(); text.setSelectionRange(at, at + words.length - 10); }",
        WAS,
    )
    page.keyboard.type(WRONG[10:])
    problems = page.locator("#problems")
    expect(problems).to_contain_text("1 thing is wrong in what is written now")
    expect(problems).to_contain_text("alowed")
    assert_accessible(page)
    problems.get_by_role("link", name=re.compile(r"type\.yaml:\d+")).click()
    expect(editor).to_be_focused()
    assert WRONG in page.evaluate("getSelection().toString()")


def _mend_it(page: Page) -> None:
    page.keyboard.type(f"    {RIGHT}")
    expect(page.get_by_text("What is written now has no mistakes.")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_text("No mistakes.")).to_be_visible()
