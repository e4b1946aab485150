"""Colleagues before the pages of the workbench, at the house's own time; hired when first seen."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from backline.cases.models import Case, Want
from backline.people import staffing
from backline.people.actors import SYSTEM
from backline.people.models import Account, Staff
from backline.web.workbench import acting
from tests.rooms.cases_house import House

CAST = {
    "worker": {"teams": ("desk",), "skills": ("judging",)},
    "colleague": {"teams": ("desk",), "skills": ("judging",)},
    "leader": {"leads": ("desk",), "skills": ("judging",)},
    "novice": {"teams": ("desk",)},
    "outsider": {"teams": ("elsewhere",)},
    "administrator": {"duties": ("administrator", "worker")},
}


class Desk(Client):
    """A colleague with a browser; no JavaScript."""

    name = ""

    def read(self, address: str, *, status: int = 200) -> str:
        """What a page says."""
        page = self.get(address)
        assert page.status_code == status, (page.status_code, page.content.decode()[-3000:])
        return words(page.content.decode())


def words(html: str) -> str:
    """The text of a page, spaces evened out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def sign_in(name: str, house: House) -> Desk:
    """One of the cast, signed in; hired when first seen."""
    staff = Staff.objects.filter(name=name.title()).first() or _hire(name, house)
    desk = Desk()
    desk.name = f"staff:{staff.pk}"
    account = Account.objects.get(staff=staff)
    desk.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return desk


def task(case: Case, fact: str = "plausible") -> Want:
    """The open task of a case."""
    return Want.objects.get(case=case, fact=fact, kind="work", closed_at__isnull=True)


def _hire(name: str, house: House) -> Staff:
    staffing.add_team(by=SYSTEM, key="desk", name="The desk")
    told: dict[str, tuple[str, ...]] = CAST[name]
    return staffing.add_staff(by=SYSTEM, name=name.title(), email=f"{name}@house.example", now=house.now, **told)


@pytest.fixture
def workbench(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house with its workbench at the house's own time."""
    monkeypatch.setattr(acting, "now", lambda: house.now)
    return house
