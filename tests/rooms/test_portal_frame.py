"""What every page has: its look, its languages, its policy, and words for what goes wrong."""

from __future__ import annotations

import logging
import re

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from backline.project.masking import WithoutLinks
from backline.web.ui import failing
from backline.web.ui.colours import contrast, palette
from tests.rooms.cases_house import House
from tests.rooms.portal_house import Visitor, portal, sign_in

__all__ = ["portal"]
pytestmark = pytest.mark.django_db
NUMBER = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
COLOURS = ["#14453d", "#1d4ed8", "#ffd400", "#e30613", "#808080", "#000000", "#ffffff", "#7fffd4"]


@pytest.mark.parametrize("colour", COLOURS)
def test_any_colour_of_an_organisation_can_be_read(colour: str) -> None:
    made = palette(colour, "#b4500f")
    for ground in made.brand[0], made.deep:
        assert contrast(made.on_brand, ground) >= 4.5
    assert contrast(made.text[0], made.soft[0]) >= 4.5
    assert contrast(made.text[1], made.soft[1]) >= 4.5
    assert contrast(made.on_brand, made.brand[1]) >= 4.5


def test_pages_allow_no_inline_script_or_style(portal: House) -> None:
    page = Visitor().get("/")
    policy = page["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"<[^>]+\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=", page.content.decode())


def test_the_readers_language_is_kept(portal: House) -> None:
    visitor = Visitor()
    visitor.post("/ui/language", {"language": "de", "next": "/"})
    assert "Was möchten Sie erledigen?" in visitor.read("/")


def test_the_theme_is_kept_and_leads_nowhere_else(portal: House) -> None:
    visitor = Visitor()
    answer = visitor.post("/ui/theme", {"theme": "dark", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    assert 'data-theme="dark"' in visitor.get("/").content.decode()


def test_a_page_that_is_not_there_has_a_number_that_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="backline.web"):
        page = Visitor().get("/nothing-here")
    found = NUMBER.search(page.content.decode())
    assert page.status_code == 404
    assert found is not None
    assert found[0] in caplog.text


def test_what_breaks_is_logged_with_its_trace_under_the_number_shown(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ZeroDivisionError("the cause")
    except ZeroDivisionError:
        page = failing.broken(RequestFactory().get("/requests/X"))
    found = NUMBER.search(page.content.decode())
    assert page.status_code == 500
    assert found is not None
    assert f"{found[0]} 500 GET /requests/X" in caplog.text
    assert "the cause" in caplog.text


def test_a_form_without_its_token_is_refused_with_a_way_on(portal: House) -> None:
    refused = Client(enforce_csrf_checks=True).post("/drafts", {"service": "payout"})
    assert refused.status_code == 403
    assert "This form was open too long" in refused.content.decode()


def test_too_much_at_once_is_refused_in_words(portal: House) -> None:
    many = {"x": "y" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    refused = Visitor().post("/drafts", many, content_type="application/x-www-form-urlencoded")
    assert refused.status_code in (400, 413)


def test_search_finds_a_service_by_words_and_says_when_there_is_none(portal: House) -> None:
    assert "Get money from your account" in Visitor().read("/services?q=money+account")
    assert "We found no such service" in Visitor().read("/services?q=submarine")


def test_no_log_tells_a_link_that_somebody_could_follow(portal: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(WithoutLinks())
    Client(enforce_csrf_checks=True).post("/link/ab12.Mac", {"agreed": "yes"})
    Client().get("/drafts/link/ab12:1a:Mac")
    assert "/link/…" in caplog.text
    assert "Mac" not in caplog.text
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["without_links"]


def test_a_page_made_for_one_person_is_kept_by_no_browser(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    for address in ("/requests", "/people", "/looks", "/account/"):
        assert ann.get(address)["Cache-Control"] == "private, no-store"
    assert "no-store" not in ann.get("/brand.css").get("Cache-Control", "")
