"""Every page of the portal for everybody: axe in light and dark, keyboard alone, no script, a phone's width."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import DESK, Opens

pytestmark = pytest.mark.browser
PUBLIC = ["/", "/services", "/services?q=nothing-like-it", "/services/loyalty-card", "/services/hardship-withdrawal"]
OWN = ["/", "/requests", "/people", "/people/new", "/looks", "/services/medical-appointment"]
LOST = ["/nothing-here", "/link/forged.link"]


def test_pages_for_everybody_are_accessible(opens: Opens) -> None:
    for size in (DESK, (390, 844)):
        page = opens(size=size)
        for address in (*PUBLIC, *LOST, "/ui/"):
            page.goto(address)
            assert_accessible(page)
            _fits(page)


def test_pages_of_ones_own_are_accessible(opens: Opens) -> None:
    page = opens(who="karin.vogt")
    for address in OWN:
        page.goto(address)
        assert_accessible(page)
        _fits(page)


def test_questions_errors_and_the_check_page_are_accessible(opens: Opens) -> None:
    page = opens(who="peter.lang")
    page.goto("/services/hardship-withdrawal")
    page.get_by_role("button", name="Start now").click()
    assert_accessible(page)
    page.get_by_role("button", name="Continue").click()
    assert page.locator(".error-summary").is_visible()
    assert_accessible(page)
    page.get_by_label("A funeral").check()
    page.get_by_role("button", name="Continue").click()
    assert_accessible(page)
    page.get_by_label("How much do you need?").fill("100")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Take a picture or choose a file")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="I'll send it later").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    assert_accessible(page)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/requests/*")
    assert_accessible(page)
    page.goto(f"{page.url}/questions/evidence")
    expect(page.get_by_text("Take a picture or choose a file")).to_be_visible()
    assert_accessible(page)


def test_the_menu_changes_language_and_theme_and_closes_by_escape(opens: Opens) -> None:
    page = opens()
    page.goto("/")
    menu = page.locator("details.menu")
    menu.locator("summary").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    menu.locator("summary").click()
    page.get_by_role("button", name="Deutsch").click()
    assert page.locator("html").get_attribute("lang") == "de"
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Dunkel").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_link_in_the_error_summary_leads_to_the_field(opens: Opens) -> None:
    page = opens()
    page.goto("/services/loyalty-card")
    page.get_by_role("button", name="Start now").click()
    page.get_by_role("button", name="Continue").click()
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "name"


def _fits(page: Page) -> None:
    """Nothing has to be scrolled sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
