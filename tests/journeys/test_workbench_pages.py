"""The workbench in a real browser: axe in light and dark, a phone's width, the keyboard alone, no script, a picture."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import assert_accessible
from tests.journeys.conftest import DESK, PHONE, Opens
from tests.journeys.pictures import take_picture

pytestmark = pytest.mark.browser
QUESTION = "Does the document support the reason and the amount?"
LEADER, WORKER = "ruth@meridian.example", "ines@meridian.example"


def test_every_page_is_accessible_and_fits_a_phone(opens: Opens) -> None:
    page = opens(who=LEADER, size=DESK)
    for address in _addresses(page):
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        page.goto(address)
        assert_accessible(page)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE[0], f"{page.url} is {wide} px wide"


def test_forms_that_were_refused_are_accessible(opens: Opens) -> None:
    page = opens(who=LEADER, size=DESK)
    case = _case(page)
    page.goto(f"{case}?do=note")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_role("alert")).to_contain_text("Please write something")
    assert_accessible(page)
    page.goto(_task(page))
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Choose an answer.")).to_be_visible()
    assert_accessible(page)


def test_reasons_unfold_in_place(opens: Opens) -> None:
    page = opens(who=LEADER, size=DESK)
    page.goto(_case(page))
    page.locator("#fact-net .why summary").click()
    expect(page.locator("#fact-net .rule").first).to_have_text("amount - withholding")
    assert_accessible(page)


def test_a_colleague_who_has_the_case_open_is_named(opens: Opens) -> None:
    first, second = opens(who=LEADER, size=DESK), opens(who=WORKER, size=DESK)
    address = _case(first)
    first.goto(address)
    second.goto(address)
    expect(second.locator("#present")).to_contain_text("Ruth Amsel")
    expect(second.locator("#present")).to_contain_text("open, too")


def test_the_picture_of_the_readme(opens: Opens) -> None:
    """A question beside the page that it is about, as it stands at the top of the repository."""
    page = opens(who=WORKER, size=(1280, 860))
    page.goto(_task(page))
    page.wait_for_load_state("networkidle")
    expect(page.locator(".boxes rect").first).to_be_attached()
    take_picture(page, "workbench")


def test_the_keyboard_alone_finds_and_answers_a_task(opens: Opens) -> None:
    page = opens(who=WORKER, size=DESK)
    page.goto("/work/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(".row-link:focus")).to_be_visible()
    task = _task(page)
    page.goto(task)
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="No")).to_be_checked()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: not address.endswith(task))
    expect(page.get_by_role("status")).to_have_text(re.compile(r"HW-\S+ (is done|goes on)\."))
    page.keyboard.press("/")
    page.keyboard.type("Lang")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Peter Lang")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/work/")


def test_without_script_a_note_is_kept(opens: Opens) -> None:
    page = opens(who="tom@meridian.example", size=DESK, script=False)
    page.goto("/work/search?q=Lang")
    page.locator("a.row-link.figures").first.click()
    page.locator(".door summary", has_text="Note").click()
    page.get_by_label("Note for colleagues").fill("Seen without script")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("Seen without script")).to_be_visible()


def _addresses(page: Page) -> list[str]:
    case, task = _case(page), _task(page)
    page.goto(case)
    paper = page.get_by_role("link", name="Larger").first.get_attribute("href") or ""
    person = page.locator(".people a").first.get_attribute("href") or ""
    page.goto("/work/?view=contacts")
    contact = page.locator(".row-link").first.get_attribute("href") or ""
    lists = ["/work/", "/work/?view=contacts", "/work/?view=mine", "/work/search?q=Lang", "/work/search?q=xyzzy"]
    parts = [f"{case}/call", f"{case}/facts/amount", f"{case}/facts/net/why", f"{case}?do=participant"]
    return [*lists, task, case, *parts, paper, person, contact, "/work/cases/new?who=Lang", "/work/people/2"]


def _task(page: Page) -> str:
    """The one about Peter's bill, which really came in; the past of the demonstration is invented."""
    page.goto("/work/")
    mine = page.locator(".work-line", has_text="Peter Lang")
    return mine.get_by_role("link", name=QUESTION).first.get_attribute("href") or ""


def _case(page: Page) -> str:
    page.goto(_task(page))
    return page.locator(".task-where a").get_attribute("href") or ""
