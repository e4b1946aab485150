"""Nobody keeps the others from being served."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache

from backline.web.portal import visiting
from tests.rooms.cases_house import House
from tests.rooms.portal_house import portal, sign_in

__all__ = ["portal"]
pytestmark = pytest.mark.django_db


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
