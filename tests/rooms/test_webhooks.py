"""Webhooks in and out, and lists of changes: signed, once, in any order, to public addresses alone."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from backline.cases.fittings import fit, fittings
from backline.cases.models import Case
from backline.channels.models import ChangeCursor, Delivery, Notice, Subscription
from backline.channels.webhooks import addresses, noticing, polling, posting, publishing, subscribing
from backline.channels.webhooks.listeners import LISTENERS
from backline.connectors import systems
from backline.connectors.configuring import read_system
from backline.engine.definition import DefinitionProblems
from backline.people.actors import Actor
from backline.people.models import Token
from backline.people.refusals import Refusal
from backline.project.organisation import Webhooks
from tests.rooms.cases_house import BANK, PAYOUT, House
from tests.rooms.workbench_house import sign_in, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db
SECRET = "whsec_" + base64.b64encode(b"a key of the bank").decode()
OLD = "whsec_" + base64.b64encode(b"the key before").decode()
HOOKS = """
webhooks:
  signed: %s
  secret: [{file: new.secret}, {file: old.secret}]
  events:
    account.changed: {read: balance, with: {number: data.account}, match: data.account}
changes:
  payments:
    read: payments
    every: 1 minute
    cursor: number
    wakes: {read: balance, with: {number: account}, match: account}
"""
PAYMENTS = """
  payments:
    with: {cursor: text}
    read: >-
      select cast(id as text) as number, account from payment
      where id > cast('0' || :cursor as integer) order by id limit 2
    returns: {list: booked}
"""
WAITING = PAYOUT.replace("searchable: yes", "searchable: yes, help: Its number")
PROGRAM = Actor(id="token:1", kind="token", name="A program", scopes=frozenset({"cases:read"}))


@pytest.fixture(autouse=True)
def told(house: House) -> None:
    told = {"prefix": "bl_1", "digest": "0", "scopes": ["cases:read"], "created_by": "staff:1"}
    Token.objects.create(pk=1, name="A program", created_at=house.now, **told)
    fit(replace(fittings(), tell=publishing.publish))


@pytest.fixture
def hooked(house: House) -> House:
    """The bank sends webhooks, and lists its payments."""
    (house.folder / "new.secret").write_text(SECRET)
    (house.folder / "old.secret").write_text(OLD)
    declare(house, "standard")
    house.publish(WAITING, paid="Subject: Paid\n\nPaid.\n")
    return house


def declare(house: House, scheme: str) -> None:
    bank = BANK.replace("operations:", "records:\n  booked: {number: text, account: text}\noperations:", 1)
    (house.folder / "connectors" / "bank.yaml").write_text(bank + PAYMENTS + HOOKS % scheme)
    systems.forget()


def body(account: str = "A-1", event: str = "account.changed") -> bytes:
    return json.dumps({"type": event, "data": {"account": account, "balance": "1000000"}}).encode()


def standard(content: bytes, *, id: str = "msg_1", secret: str = SECRET, ago: int = 0) -> dict[str, str]:
    at = timezone.now() - timedelta(seconds=ago)
    signature = Webhook(secret).sign(id, at, content.decode())
    return {"webhook-id": id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def send(content: bytes, headers: dict[str, str], system: str = "bank") -> int:
    return Client().post(f"/hooks/{system}", content, content_type="application/json", headers=headers).status_code


def look(house: House) -> None:
    for notice in Notice.objects.filter(state="waiting"):
        noticing.look(str(notice.pk), house.now)


def test_a_webhook_only_wakes_a_read_and_what_it_says_is_not_believed(hooked: House) -> None:
    case = hooked.open(account="A-2", amount="300 EUR")
    content = body("A-2")
    assert send(content, standard(content)) == 202
    look(hooked)
    assert Notice.objects.get().woken == 0, "it claims a million; the bank says what it said before"
    with_money(hooked, "A-2", 99999900)
    content = body("A-2") + b" "
    assert send(content, standard(content, id="msg_2")) == 202
    look(hooked)
    assert Notice.objects.get(key="msg_2").woken == 1
    case = Case.objects.get(pk=case.pk)
    values = [one["value"] for one in case.snapshot["assertions"] if one["fact"] == "balance"]
    assert values[-1] == {"money": ["999999.00", "EUR"]}


def test_the_same_message_counts_once(hooked: House) -> None:
    content = body()
    headers = standard(content)
    assert [send(content, headers), send(content, headers)] == [202, 200]
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("wrong", ["forged", "old", "other body", "without", "garbled"])
def test_what_is_not_proved_is_refused(hooked: House, wrong: str) -> None:
    content = body()
    headers = {
        "forged": standard(content, secret="whsec_" + base64.b64encode(b"another").decode()),
        "old": standard(content, ago=301),
        "other body": standard(body("A-9")),
        "without": {},
        "garbled": {"webhook-id": "1", "webhook-timestamp": "now", "webhook-signature": "v1,ä"},
    }[wrong]
    assert send(content, headers) == 401
    assert not Notice.objects.exists()


def test_both_secrets_count_while_one_follows_the_other(hooked: House) -> None:
    content = body()
    assert send(content, standard(content, id="a", secret=OLD)) == 202
    assert send(content, standard(content, id="b", secret=SECRET)) == 202


def test_github_signs_the_body_and_a_new_id_on_it_is_a_replay(hooked: House) -> None:
    declare(hooked, "github")
    content = body()
    signature = "sha256=" + hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
    told = {"X-Hub-Signature-256": signature, "X-GitHub-Event": "account.changed", "X-GitHub-Delivery": "1"}
    assert [send(content, told), send(content, told | {"X-GitHub-Delivery": "2"})] == [202, 200]
    assert send(content + b" ", told) == 401


def test_stripe_signs_time_and_body(hooked: House) -> None:
    declare(hooked, "stripe")
    content, now = body(), int(timezone.now().timestamp())
    for at, wanted in ((now, 202), (now - 400, 401)):
        mac = hmac.new(SECRET.encode(), f"{at}.".encode() + content, hashlib.sha256).hexdigest()
        assert send(content, {"Stripe-Signature": f"t={at},v1=00ff,v1={mac}"}) == wanted


def test_a_plain_hmac_may_be_hexadecimal_or_base64(hooked: House) -> None:
    declare(hooked, "hmac")
    for content, form in ((body("A-1"), "hex"), (body("A-2"), "base64")):
        mac = hmac.new(SECRET.encode(), content, hashlib.sha256).digest()
        assert send(content, {"X-Signature": mac.hex() if form == "hex" else base64.b64encode(mac).decode()}) == 202


def test_limits_and_strangers(hooked: House) -> None:
    large = b'{"type": "' + b"x" * 300_000 + b'"}'
    assert send(large, standard(large)) == 413
    assert send(b"[1]", standard(b"[1]")) == 400
    assert send(body(), standard(body()), system="nobody") == 404
    other = body(event="odd.thing")
    assert send(other, standard(other, id="odd")) == 202
    assert Notice.objects.get(key="odd").state == "unknown"


def test_a_file_that_leaves_webhooks_unsigned_is_refused(hooked: House) -> None:
    path = hooked.folder / "connectors" / "bank.yaml"
    path.write_text(path.read_text().replace("  secret: [{file: new.secret}, {file: old.secret}]\n", ""))
    with pytest.raises(DefinitionProblems, match="could come from anybody"):
        read_system(path, folder=hooked.folder)


def test_changes_are_read_from_the_cursor_and_each_is_noted_once(hooked: House) -> None:
    case = hooked.open(account="A-2", amount="300 EUR")
    for _ in range(3):
        pay_elsewhere(hooked, "A-2", 100)
    for _ in range(3):
        polling.poll("bank:payments", hooked.now)
    assert ChangeCursor.objects.get().cursor == "3"
    assert Notice.objects.count() == 3
    look(hooked)
    assert sum(Notice.objects.values_list("woken", flat=True)) == 1, (
        "the first to look finds it, the others nothing new"
    )
    balances = [one for one in Case.objects.get(pk=case.pk).snapshot["assertions"] if one["fact"] == "balance"]
    assert balances[-1]["value"] == {"money": ["47.00", "EUR"]}
    polling.poll("bank:payments", hooked.now)
    assert Notice.objects.count() == 3


class Receiver:
    """A program that takes events on loopback, and answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        taken, answers = self.taken, self.answers

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                taken.append(({k.lower(): v for k, v in self.headers.items()}, content))
                self.send_response(answers.pop(0) if answers else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is logged."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/events?of=us"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.ORGANISATION = replace(settings.ORGANISATION, webhooks=Webhooks(hosts=("127.0.0.1",)))
    LISTENERS.forget()
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def subscribed(house: House, url: str, *events: str) -> Subscription:
    return subscribing.subscribe(by=PROGRAM, url=url, events=events, now=house.now)


def tell(house: House) -> None:
    for delivery in Delivery.objects.filter(state="queued", due_at__lte=house.now):
        posting.post(str(delivery.pk), house.now)


def test_an_event_is_a_signed_cloud_event_without_facts_and_told_once(house: House, receiver: Receiver) -> None:
    house.now = timezone.now()
    subscription = subscribed(house, receiver.url, "case.ended", "effect.done")
    case = house.open(account="A-1", amount="80 EUR")
    house.now += timedelta(seconds=30)
    tell(house)
    tell(house)
    told = [json.loads(content) for _, content in receiver.taken]
    assert [one["type"] for one in told] == ["backline.effect.done", "backline.effect.done", "backline.case.ended"]
    assert told[-1]["data"]["outcome"] == "paid"
    assert "80.00" not in json.dumps(told)
    headers, content = receiver.taken[-1]
    Webhook(subscribing.secrets_of(subscription, now=house.now).shown).verify(content, headers)
    assert (headers["content-type"], told[-1]["subject"]) == ("application/cloudevents+json", case.reference)


def test_after_a_change_of_the_secret_both_sign_for_a_day(house: House, receiver: Receiver) -> None:
    house.now = timezone.now()
    subscription = subscribed(house, receiver.url, "case.ended")
    before = subscribing.secrets_of(subscription, now=house.now).shown
    subscription = subscribing.renew_secret(by=PROGRAM, subscription=subscription, now=house.now)
    after = subscribing.secrets_of(subscription, now=house.now).shown
    assert before != after
    house.open(account="A-1", amount="80 EUR")
    house.now += timedelta(seconds=5)
    tell(house)
    headers, content = receiver.taken[-1]
    for secret in (before, after):
        Webhook(secret).verify(content, headers)
    assert len(subscribing.secrets_of(subscription, now=house.now + timedelta(days=2)).all) == 1


def test_a_receiver_in_trouble_is_tried_again_and_resent_to_by_hand(house: House, receiver: Receiver) -> None:
    subscribed(house, receiver.url, "case.ended")
    receiver.answers[:] = [500] * 10
    house.open(account="A-1", amount="80 EUR")
    house.now += timedelta(seconds=5)
    for _ in range(11):
        tell(house)
        house.now += timedelta(days=1)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, len(receiver.taken)) == ("failed", 10, 10)
    subscribing.resend(by=PROGRAM, delivery=delivery, now=house.now)
    tell(house)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status) == ("delivered", 204)


def test_a_receiver_that_is_gone_is_told_no_more(house: House, receiver: Receiver) -> None:
    subscribed(house, receiver.url)
    receiver.answers[:] = [410]
    house.open(account="A-1", amount="80 EUR")
    house.now += timedelta(seconds=5)
    tell(house)
    assert Subscription.objects.get().ended_at is not None
    assert len(receiver.taken) == 1


@pytest.mark.parametrize(
    "url",
    ["http://example.org/x", "https://127.0.0.1/x", "https://10.0.0.8/", "https://[::1]/", "ftp://example.org/", "https:///x",
     "https://user@example.org/", "https://169.254.169.254/latest/meta-data", "https://[::127.0.0.1]/", "https://[::ffff:10.0.0.8]/",
     "https://[64:ff9b::a00:8]/", "https://[2002:a00:8::1]/", "https://[fec0::8]/", "https://224.0.0.1/"],
)  # fmt: skip
def test_nothing_is_sent_within_our_own_network_or_in_the_clear(house: House, url: str) -> None:
    with pytest.raises(Refusal):
        subscribed(house, url)


@pytest.mark.parametrize("ended", ["revoked", "expired", "without scope"])
def test_a_program_whose_token_ended_is_told_no_more(house: House, receiver: Receiver, ended: str) -> None:
    subscribed(house, receiver.url)
    house.open(account="A-1", amount="80 EUR")
    house.now += timedelta(seconds=5)
    change = {
        "revoked": {"revoked_at": house.now},
        "expired": {"expires_at": house.now},
        "without scope": {"scopes": []},
    }
    Token.objects.filter(pk=1).update(**change[ended])
    tell(house)
    assert not receiver.taken
    assert Subscription.objects.get().ended_why
    assert not Delivery.objects.filter(state="queued").exists()


def test_a_receiver_that_dribbles_its_answer_holds_nobody_up(
    house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ORGANISATION = replace(settings.ORGANISATION, webhooks=Webhooks(hosts=("127.0.0.1",)))
    monkeypatch.setattr(posting, "DEADLINE_S", 0.2)
    LISTENERS.forget()
    enough = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=dribble, args=(server, enough), daemon=True).start()
        subscribed(house, f"http://127.0.0.1:{server.getsockname()[1]}/", "case.ended")
        house.open(account="A-1", amount="80 EUR")
        house.now += timedelta(seconds=5)
        tell(house)
        enough.set()
    assert Delivery.objects.get().problem == "no answer within 0.2 seconds"


def dribble(server: socket.socket, enough: threading.Event) -> None:
    """Answer with one letter of a header after the other, for half a minute at most."""
    taken, _address = server.accept()
    with taken, contextlib.suppress(OSError):
        taken.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _n in range(600):
            taken.sendall(b"x")
            if enough.wait(0.05):
                break


def test_a_name_that_leads_within_our_network_is_found_out_when_it_is_sent(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(house, "https://events.example.org/take", "case.ended")
    found = [(0, 0, 0, "", ("10.1.2.3", 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *args, **more: found)
    house.open(account="A-1", amount="80 EUR")
    house.now += timedelta(seconds=5)
    tell(house)
    assert "own network" in Delivery.objects.get().problem


def test_a_subscription_is_its_owners(house: House, receiver: Receiver) -> None:
    subscription = subscribed(house, receiver.url)
    other = Actor(id="token:2", kind="token", scopes=frozenset({"cases:read"}))
    assert not subscribing.within_reach(other).exists()
    with pytest.raises(Refusal):
        subscribing.unsubscribe(by=other, subscription=subscription, now=house.now)
    with pytest.raises(Refusal):
        subscribing.subscribe(by=house.actor("worker"), url=receiver.url, events=(), now=house.now)


def test_the_page_shows_deliveries_and_sends_again(workbench: House, receiver: Receiver) -> None:
    subscribed(workbench, receiver.url, "case.ended")
    receiver.answers[:] = [500]
    workbench.open(account="A-1", amount="80 EUR")
    workbench.now += timedelta(seconds=5)
    tell(workbench)
    administrator = sign_in("administrator", workbench)
    assert "the receiver answered 500" in administrator.read("/work/webhooks")
    administrator.post(f"/work/webhooks/deliveries/{Delivery.objects.get().pk}/resending")
    tell(workbench)
    assert "delivered" in administrator.read("/work/webhooks")
    assert sign_in("worker", workbench).get("/work/webhooks").status_code == 404


def with_money(house: House, account: str, cents: int) -> None:
    import sqlite3

    with sqlite3.connect(house.folder / "bank.sqlite3") as bank:
        bank.execute("update account set balance_minor = ? where number = ?", (cents, account))
    bank.close()


def pay_elsewhere(house: House, account: str, cents: int) -> None:
    import sqlite3

    with sqlite3.connect(house.folder / "bank.sqlite3") as bank:
        bank.execute("insert into payment (account, minor) values (?, ?)", (account, cents))
        bank.execute("update account set balance_minor = balance_minor - ? where number = ?", (cents, account))
    bank.close()
