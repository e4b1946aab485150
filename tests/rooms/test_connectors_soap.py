"""The kind soap keeps the contract, against a service in a process of its own, and agrees with its WSDL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backline.connectors import calling, recording, systems
from backline.connectors.configuring import read_system
from backline.connectors.contract import Again, Done, Found, Missing, Refused, Unknown
from backline.connectors.contract_suite import ContractSuite, Example, Peer
from backline.engine.definition import DefinitionProblems
from backline.engine.values import Money, decode
from tests.rooms.contract_process import ProcessPeer

pytestmark = pytest.mark.django_db
WSDL = Path(__file__).with_name("contract_soap.wsdl")
MEMO = "for my knees"
FILE = """
system: peer
kind: soap
settings:
  url: "%s/shop"
  wsdl: shop.wsdl
  password: {file: password}
  security: {user: backline}
operations:
  price:
    with: {what: text}
    read: {call: GetPrice, send: {what: "{what}"}, at: offer.price}
    returns: money
    missing: [NoSuchThing]
  since:
    with: {what: text}
    read: {call: GetPrice, send: {what: "{what}"}, at: offer.since}
    returns: date
  order:
    with: {what: text, price: money, memo: text}
    sensitive: [memo]
    write: {call: PlaceOrder, send: {key: "{key}", order: {what: "{what}", price: "{price}", memo: "{memo}"}}}
    verify: {call: FindOrder, send: {key: "{key}"}}
    missing: [NoSuchOrder]
    again: {Closed: 40 seconds}
    refuse:
      sold_out: {fault: SoldOut, say: There is none left.}
    gives: {what: text}
"""
PRICE = Money(Decimal("12.50"), "EUR")


class SoapShop(ProcessPeer):
    """A service in a process of its own."""

    script = Path(__file__).with_name("contract_soap_service.py")
    finds = Example(operation="price", arguments={"what": "tea"})
    value = PRICE
    misses = Example(operation="price", arguments={"what": "air"})
    writes = Example(operation="order", arguments={"what": "tea", "price": PRICE, "memo": MEMO})
    gives = {"what": "tea"}
    refused = Example(operation="order", arguments={"what": "gold", "price": PRICE, "memo": MEMO})
    refusal = "sold_out"
    secrets = (MEMO, "open-sesame")

    def declaration(self, folder: Path) -> str:
        (folder / "password").write_text("open-sesame\n")
        shutil.copy(WSDL, folder / "shop.wsdl")
        return FILE % self.url


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with SoapShop() as running:
        yield running


class TestSoap(ContractSuite):
    """A SOAP service."""


@pytest.fixture
def shop(peer: SoapShop, tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.FOLDER = tmp_path
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "peer.yaml").write_text(peer.declaration(tmp_path))
    systems.forget()
    yield tmp_path
    systems.forget()
    recording.forget()


def order(what: str, key: str) -> object:
    return calling.write("peer.order", {"what": what, "price": PRICE, "memo": MEMO}, key=key)


def test_values_come_in_their_types_and_an_absent_part_is_missing(shop: Path) -> None:
    found = calling.read("peer.since", {"what": "tea"})
    assert isinstance(found, Found)
    assert str(decode(found.type, found.value)) == "2020-02-29"
    assert calling.read("peer.since", {"what": "water"}) == Missing(reason="none")


def test_each_fault_means_what_the_declaration_says(shop: Path) -> None:
    assert order("gold", "S-1") == Refused(code="sold_out", message="There is none left.")
    assert order("silver", "S-2") == Again(after_s=40.0, reason="fault Server Closed")
    unknown = order("copper", "S-3")
    assert unknown == Unknown(reason="fault Server")
    assert isinstance(calling.verify("peer.order", {"what": "copper", "price": PRICE, "memo": MEMO}, key="S-3"), Done)


def test_whom_the_service_does_not_know_it_refuses(shop: Path) -> None:
    (shop / "password").write_text("guessed")
    path = shop / "connectors" / "peer.yaml"
    path.write_text(path.read_text() + "\n")
    systems.forget()
    assert calling.read("peer.price", {"what": "tea"}) == Missing(reason="refused", detail="fault Client")
    assert isinstance(order("tea", "W-1"), Refused)


@pytest.mark.parametrize("what", ["bomb", "thief", "broken", "page"])
def test_an_answer_that_is_hostile_or_no_soap_is_broken_and_never_expanded(shop: Path, what: str) -> None:
    missing = calling.read("peer.price", {"what": what})
    assert isinstance(missing, Missing)
    assert (missing.reason, missing.for_now) == ("broken", False)
    assert "root:" not in missing.detail


def test_what_is_sent_is_escaped(shop: Path) -> None:
    done = order("<gold/> & ]]> tea", "E-1")
    assert isinstance(done, Done)
    assert done.gives == {"what": "<gold/> & ]]> tea"}


def test_calls_go_to_the_address_of_the_settings_and_not_to_that_of_the_wsdl(shop: Path) -> None:
    assert "elsewhere.example" in WSDL.read_text()
    assert isinstance(calling.read("peer.price", {"what": "tea"}), Found)


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("call: GetPrice", "call: GetPrize", "12:18", "The WSDL has no operation 'GetPrize'"),
        ('send: {what: "{what}"}', 'send: {whom: "{what}"}', "12:35", "takes no 'whom'"),
        ('send: {what: "{what}"}', "send: {}", "12:34", "needs 'what'"),
        ("at: offer.price", "at: offer.cost", "12:56", "has no 'cost'"),
        ('price: "{price}"', 'price: "{when}"', "22:83", "is no parameter"),
        ("price: money, memo", "price: date, memo", "22:83", "'price' is date, but 'price' is decimal in the WSDL"),
        ("sold_out: {fault: SoldOut,", "sold_out: {", "27:17", "has to say its 'fault'"),
        ("wsdl: shop.wsdl", "wsdl: none.wsdl", "6:9", "there is no such file"),
        ("security: {user: backline}", "security: {}", "8:13", "has to say its 'user'"),
    ],
)
def test_each_mistake_is_told_with_line_and_column(
    tmp_path: Path, old: str, new: str, place: str, message: str
) -> None:
    (tmp_path / "password").write_text("x")
    shutil.copy(WSDL, tmp_path / "shop.wsdl")
    path = tmp_path / "peer.yaml"
    path.write_text((FILE % "http://127.0.0.1:9").replace(old, new, 1))
    with pytest.raises(DefinitionProblems) as raised:
        read_system(path, folder=tmp_path)
    told = [f"{p.place.line}:{p.place.column}: {p.message}" for p in raised.value.problems]
    assert any(one.startswith(f"{place}:") and message in one for one in told), told


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions/>', "document type"),
        ("not xml", "can't be used"),
        (
            WSDL.read_text().replace(
                "<types>", '<import namespace="urn:other" location="http://127.0.0.1:1/other.wsdl"/><types>'
            ),
            "ExternalReferenceForbidden",
        ),
        (
            WSDL.read_text().replace("<types>", '<import namespace="urn:other" location="../../secret.wsdl"/><types>'),
            "which is not in its folder",
        ),
    ],
    ids=["entity", "no xml", "network", "climbing"],
)
def test_a_wsdl_that_is_hostile_or_refers_elsewhere_is_not_used(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "password").write_text("x")
    (tmp_path / "shop.wsdl").write_text(content)
    (tmp_path / "peer.yaml").write_text(FILE % "http://127.0.0.1:9")
    with pytest.raises(DefinitionProblems, match="can't be used") as raised:
        read_system(tmp_path / "peer.yaml", folder=tmp_path)
    assert message in str(raised.value)
