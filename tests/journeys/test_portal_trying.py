"""What if? Tried while one types; too much is said at once; then exactly that is done."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import DESK, Opens

pytestmark = pytest.mark.browser


def test_amounts_are_tried_while_one_types_and_then_done_exactly_so(opens: Opens) -> None:
    page = _try(opens(who="anna.seidel"))
    page.get_by_label("Medical care").check()
    page.get_by_label("How much do you need?").fill("300000")
    outlook = page.locator("#outlook")
    expect(outlook.get_by_text("You can take at most")).to_be_visible()
    page.get_by_label("How much do you need?").fill("300")
    expect(outlook.get_by_text("What you receive")).to_be_visible()
    expect(outlook.get_by_text("Pay the money out")).to_be_visible()
    assert_accessible(page)
    outlook.get_by_role("button", name="Do exactly this").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A bill or notice that shows it")


def test_without_script_a_button_shows_what_would_happen(opens: Opens) -> None:
    page = _try(opens(who="anna.seidel", script=False, size=DESK))
    page.get_by_label("A funeral").check()
    page.get_by_label("How much do you need?").fill("250")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.locator("#outlook").get_by_text("What you receive")).to_be_visible()


def _try(page: Page) -> Page:
    page.goto("/services/hardship-withdrawal")
    page.get_by_role("button", name="Try it without sending").click()
    return page
