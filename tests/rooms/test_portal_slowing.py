"""Nobody keeps the others from being served."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client, RequestFactory

from backline.web.api import hooks
from backline.web.portal import visiting
from backline.web.ui.slowing import place_of, wait_s
from tests.rooms.cases_house import House
from tests.rooms.portal_house import portal, sign_in

__all__ = ["portal"]
pytestmark = pytest.mark.django_db
THREE = {"192.0.2.1", "192.0.2.2", "192.0.2.3"}


@pytest.fixture
def few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    limits = replace(settings.ORGANISATION.limits, forms_a_minute=3, bytes_an_hour=20 * 1024)
    settings.ORGANISATION = replace(settings.ORGANISATION, limits=limits)
    monkeypatch.setattr(visiting, "now", lambda: datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC))


def test_one_person_sends_so_many_forms_a_minute_and_no_more(portal: House, few: None) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    ann = sign_in("ann@example.org", portal)
    address = f"/requests/{case.reference}/messages"
    answers = [ann.post(address, {"text": f"Message {n}"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert answers[3]["Retry-After"] == "30"
    assert "Too many tries" in answers[3].content.decode()
    assert "Message 2" in ann.read(f"/requests/{case.reference}")
    ben = sign_in("ben@example.org", portal)
    assert ben.post(address, {"text": "Mine"}).status_code == 404


def test_one_person_sends_so_many_bytes_an_hour_and_no_more(portal: House, few: None) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    ann = sign_in("ann@example.org", portal)
    answers = [ann.post(f"/requests/{case.reference}/messages", {"text": "x" * 12_000}) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [302, 429]


def test_no_flood_of_other_addresses_makes_wrong_passwords_forgotten(portal: House, few: None) -> None:
    def guess() -> bool:
        said = {"login": "ann@example.org", "password": "a guess"}
        return "Too many" in Client().post("/account/login/", said).content.decode()

    first = [guess() for _n in range(7)]
    assert first[-1], "it is slowed down after a few"
    for n in range(700):
        wait_s("forms", f"another {n}", most=1, window_s=60, now=visiting.now())
        caches["kept"].set(f"reading-{n}", n)
    assert guess(), "the count is still there"


def test_a_stranger_uses_up_nobodys_share_but_their_own(portal: House, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(hooks, "A_MINUTE", 3)
    stranger, bank = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    told = [stranger.post("/hooks/bank", "{}", content_type="application/json").status_code for _n in range(5)]
    assert told[-1] == 429
    assert bank.post("/hooks/bank", "{}", content_type="application/json").status_code != 429


def test_visitors_behind_a_trusted_proxy_are_counted_one_by_one(portal: House, settings: Any) -> None:
    cache.clear()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    places = {place_of(RequestFactory().get("/", headers={"x-forwarded-for": f"9.9.9.9, {one}"})) for one in THREE}
    assert places == THREE
