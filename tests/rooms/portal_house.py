"""A customer before the portal's pages: a client that reads forms, at the house's own time."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from backline.people import accounts, parties
from backline.people.models import Account, Party
from backline.web.portal import visiting
from tests.rooms.cases_house import House

JOIN = """
case: join
title: Join the club
summary: You get a number at once.
for: customer
owner: desk
opens: [customer, visitor]
roles:
  customer: {label: You}
promises:
  number: {label: Your number, of: join, within: 5 seconds}
facts:
  name: {label: What is your name?, type: text, ask: customer}
  email: {label: What is your e-mail address?, type: e-mail, ask: customer}
  colour: {label: Which colour?, type: choice, choices: {red: Red, blue: Blue}, ask: customer}
  taken:
    label: Is there an account?
    type: yes/no
    lookup: {call: bank.known, with: {email: email}}
    hide: [customer]
actions:
  join: {call: bank.join, with: {email: email, name: name, colour: colour}, gives: {number: text}}
outcomes:
  already: {label: Already, when: taken, do: [message: already], say: "Thank you. The rest is on its way to {email}."}
  joined: {label: Joined, when: not taken, do: [join], say: "Welcome to the club. Your number is {number}."}
  otherwise: {label: Open, say: We write to you.}
"""
KNOWN = """
  known:
    with: {email: text}
    read: select count(*) > 0 from member where email = :email
    returns: yes/no
  join:
    with: {email: text, name: text, colour: text}
    write: insert into member (key, email, name) values (:key, :email, :name)
    verify: select 'N-' || id as number from member where key = :key
    gives: {number: text}
"""
TOKEN = re.compile(r'name="token" value="([^"]+)"')


class Visitor(Client):
    """Somebody with a browser; no JavaScript."""

    def begin(self, service: str, **more: str) -> str:
        """Start a service; answers the address to which that leads."""
        return self.follow(self.post("/drafts", {"service": service, **more}))

    def answer(self, address: str, **answers: str) -> HttpResponse:
        """Send the form of a page with these answers (``__`` stands for a dot)."""
        page = self.get(address)
        token = TOKEN.search(page.content.decode())
        told = {name.replace("__", "."): value for name, value in answers.items()}
        return self.post(address, told | ({"token": token[1]} if token else {}))

    def follow(self, response: HttpResponse) -> str:
        """Follow redirects to a page; answers its address."""
        for _ in range(5):
            assert response.status_code == 302, response.content.decode()[-2000:]
            address = response["Location"]
            response = self.get(address)
            if response.status_code != 302:
                return address
        raise AssertionError("this leads nowhere")

    def read(self, address: str) -> str:
        """The text of a page."""
        page = self.get(address)
        assert page.status_code == 200, (page.status_code, page.content.decode()[-2000:])
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def sign_in(email: str, house: House) -> Visitor:
    """The customer with this address, signed in."""
    visitor = Visitor()
    visitor.force_login(_account(email, house), backend="allauth.account.auth_backends.AuthenticationBackend")
    return visitor


def party(name: str, email: str, house: House) -> Party:
    """Somebody whom the organisation knows."""
    return parties.create_party(name=name, now=house.now, verified={"email": email})


def _account(email: str, house: House) -> Account:
    account = accounts.account_for(email=email, now=house.now)
    assert account is not None
    return accounts.prove_address(account=account, email=email, now=house.now)


@pytest.fixture
def portal(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house with its portal at the house's own time."""
    cache.clear()
    monkeypatch.setattr(visiting, "now", lambda: house.now)
    return house


def open_club(house: House) -> None:
    """A service that anybody may ask for, over the bank's table of members."""
    import sqlite3

    from backline.connectors import systems

    declared = house.folder / "connectors" / "bank.yaml"
    declared.write_text(declared.read_text(encoding="utf-8").rstrip() + KNOWN, encoding="utf-8")
    with sqlite3.connect(house.folder / "bank.sqlite3") as bank:
        bank.execute("create table member (id integer primary key, key text unique, email text unique, name text)")
    bank.close()
    systems.forget()
    house.publish(JOIN, already="Subject: You are in\n\nWelcome again, {email}.\n")
