"""Callers of the API: programs with tokens, and people with a session that is checked against forgery."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from backline.people import staffing, tokens
from backline.people.actors import SYSTEM
from backline.people.models import Account
from backline.web.api import calling
from tests.rooms.cases_house import House, house
from tests.rooms.portal_house import _account

__all__ = ["house"]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass
class Caller:
    """Somebody who calls the API, and what each call sends along."""

    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True, raise_request_exception=True))

    def call(self, method: str, address: str, body: object = None, **headers: str) -> HttpResponse:
        """Call the API with a body as JSON; ``headers`` are named with underscores."""
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        content = b"" if body is None else json.dumps(body).encode()
        answer: HttpResponse = self.client.generic(
            method, f"/api{address}", content, content_type="application/json", headers=sent
        )
        return answer

    def get(self, address: str, **headers: str) -> Any:
        """What is there; it has to be."""
        return _told(self.call("GET", address, **headers), 200)

    def post(self, address: str, body: object = None, status: int = 200, **headers: str) -> Any:
        """Send something; it has to be answered with this status."""
        return _told(self.call("POST", address, body or {}, **headers), status)


def _told(answer: HttpResponse, status: int) -> Any:
    assert answer.status_code == status, (answer.status_code, answer.content.decode()[-2000:])
    return json.loads(answer.content) if answer.content else None


def program(house: House, *scopes: str) -> Caller:
    """A program with a token of these scopes; of all without any."""
    issued = tokens.issue(by=SYSTEM, name="Shop", scopes=scopes or tokens.SCOPES, now=house.now)
    return Caller(headers={"Authorization": f"Bearer {issued.secret}"})


def customer(house: House, email: str = "ann@example.org") -> Caller:
    """A customer who is signed in on the pages."""
    return _signed_in(_account(email, house))


def colleague(house: House, name: str = "Worker", *, teams: tuple[str, ...] = ("desk",), **more: Any) -> Caller:
    """A colleague who is signed in on the pages."""
    told = {"duties": ("worker",), "skills": ("judging",), **more}
    email = f"{name.lower()}@desk.example.org"
    staff = staffing.add_staff(by=SYSTEM, name=name, email=email, teams=teams, now=house.now, **told)
    return _signed_in(staff.account)


def _signed_in(account: Account) -> Caller:
    caller = Caller()
    caller.client.force_login(account, backend=BACKEND)
    caller.client.cookies["csrftoken"] = "t" * 32
    caller.headers["X-CSRFToken"] = "t" * 32
    return caller


@pytest.fixture
def api(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house with its API at the house's own time."""
    cache.clear()
    monkeypatch.setattr(calling, "now", lambda: house.now)
    return house
