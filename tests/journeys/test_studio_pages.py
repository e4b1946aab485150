"""The pages of analysts and administrators in a real browser: axe in light and dark, a phone's width, a picture."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import DESK, PHONE, Opens
from tests.journeys.pictures import take_picture

pytestmark = pytest.mark.browser
ANALYST, ADMINISTRATOR = "nils@meridian.example", "greta@meridian.example"
JOURNEY = "/studio/requests/hardship-withdrawal/"
STUDIO = (
    "/studio/",
    JOURNEY,
    f"{JOURNEY}measures",
    f"{JOURNEY}cases",
    "/studio/promises/",
    "/studio/judgements/",
)
HOUSE = ("/work/exceptions", "/work/systems", "/work/map", "/work/records", "/work/webhooks", "/work/search?q=bill")


def fits(page: Page, addresses: tuple[str, ...]) -> None:
    """Each of these is accessible, and no wider than a phone."""
    for address in addresses:
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        found = page.goto(address)
        assert found is not None
        assert found.status == 200, address
        assert_accessible(page)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE[0], f"{page.url} is {wide} px wide"


def test_what_analysts_see_is_accessible_and_fits_a_phone(opens: Opens) -> None:
    page = opens(who=ANALYST, size=DESK)
    fits(page, STUDIO)
    for overview in ("/studio/promises/", "/studio/judgements/"):
        page.goto(overview)
        inner = page.locator("main td a, main th a").first
        fits(page, (str(inner.get_attribute("href")),))


def test_what_administrators_see_is_accessible_and_fits_a_phone(opens: Opens) -> None:
    fits(opens(who=ADMINISTRATOR, size=DESK), HOUSE)


def test_the_blueprint_says_the_same_as_a_table_and_is_pictured_for_the_readme(opens: Opens) -> None:
    page = opens(who=ANALYST, size=(1500, 1000))
    page.goto(JOURNEY)
    expect(page.get_by_role("heading", name="The same as a table")).to_be_visible()
    expect(page.locator("svg").filter(has_text="line of visibility").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    take_picture(page.locator(".blueprint-frame"), "blueprint")
