"""The tryton connector against a real Tryton server: the contract, and sale, invoice and stock through it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backline.connectors import calling, recording, systems
from backline.connectors.configuring import read_system
from backline.connectors.contract import Done, Found, Missing, NotDone, Refused, Unknown, WriteResult
from backline.connectors.contract_suite import ContractSuite, Example, Peer
from backline.engine.definition import DefinitionProblems
from backline.engine.values import Money, Row, decode
from tests.peers.tryton import DATABASE, PASSWORD, USER, NoTryton, Tryton, tryton
from tests.rooms.proxy_house import Proxy

pytestmark = pytest.mark.django_db
FILE = """
system: erp
title: Tryton
kind: tryton
settings:
  url: {url}/{database}
  user: {user}
  password: {{file: erp.password}}
  currency: USD
  connect: 1 second
  within: 20 seconds
  breaker: {{failures: 1000, pause: 1 second}}
records:
  party: {{code: text, name: text}}
  product: {{code: text, name: text, price: money}}
  order: {{number: text, state: text, total: money, ordered_on: date}}
  invoice: {{number: text, state: text, total: money}}
operations:
  party:
    with: {{code: text}}
    read: {{search: party.party, where: [[code, "=", "{{code}}"]], fields: {{code: code, name: name}}}}
    returns: {{record: party}}
  products:
    read: {{search: product.product, where: [[salable, "=", "{{yes}}"]], order: [code],
           fields: {{code: code, name: rec_name, price: list_price_used}}}}
    with: {{yes: yes/no}}
    returns: {{list: product}}
  invoices:
    with: {{party: text}}
    read: {{search: account.invoice, where: [[party.code, "=", "{{party}}"], [state, "in", [posted, paid]]],
           fields: {{number: number, state: state, total: total_amount}}, order: [number desc]}}
    returns: {{list: invoice}}
  stock:
    with: {{product: text}}
    read: {{search: product.product, where: [[code, "=", "{{product}}"]], fields: {{quantity: quantity}},
           context: {{locations: [{{find: stock.location, where: [[code, "=", STO]]}}]}}}}
    returns: decimal
  order:
    with: {{number: text}}
    read: {{search: sale.sale, where: [[number, "=", "{{number}}"]],
           fields: {{number: number, state: state, total: total_amount, ordered_on: create_date}}}}
    returns: {{record: order}}
  add_party:
    with: {{name: text, email: e-mail}}
    write:
      create: party.party
      reference: code
      short: yes
      values: {{name: "{{name}}", addresses: [{{city: Berlin}}],
               contact_mechanisms: [{{type: email, value: "{{email}}"}}]}}
    gives: {{code: text}}
  quote:
    with: {{customer: text, product: text, quantity: decimal}}
    write:
      create: sale.sale
      reference: reference
      values:
        party: {{find: party.party, where: [[code, "=", "{{customer}}"]], else: unknown_customer}}
        invoice_address: {{find: party.address, where: [[party.code, "=", "{{customer}}"]], first: yes}}
        shipment_address: {{find: party.address, where: [[party.code, "=", "{{customer}}"]], first: yes}}
        lines:
          - product: {{find: product.product, where: [[code, "=", "{{product}}"]], else: unknown_product}}
            quantity: "{{quantity}}"
            unit: {{find: product.product, where: [[code, "=", "{{product}}"]], take: default_uom}}
            unit_price: {{find: product.product, where: [[code, "=", "{{product}}"]], take: list_price_used}}
      then: [quote]
      state: [quotation, confirmed, processing, done]
      fields: {{number: number, total: total_amount}}
    refuse:
      unknown_customer: {{message: never, say: We do not know this customer.}}
      sold_out: {{unless: product.product, where: [[code, "=", "{{product}}"]], say: We have that no more.}}
    gives: {{number: text, total: money}}
  sell:
    with: {{customer: text, product: text, quantity: decimal}}
    write:
      create: sale.sale
      reference: reference
      values:
        party: {{find: party.party, where: [[code, "=", "{{customer}}"]], else: unknown_customer}}
        lines:
          - product: {{find: product.product, where: [[code, "=", "{{product}}"]]}}
            quantity: "{{quantity}}"
            unit: {{find: product.product, where: [[code, "=", "{{product}}"]], take: default_uom}}
            unit_price: {{find: product.product, where: [[code, "=", "{{product}}"]], take: list_price_used}}
      then: [quote]
      state: [quotation]
    refuse:
      no_address: {{message: ddress, say: We need an address first.}}
    gives: {{number: text}}
  confirm:
    with: {{number: text}}
    write:
      on: sale.sale
      where: [[number, "=", "{{number}}"]]
      reference: comment
      then: [confirm]
      state: [confirmed, processing, done]
    gives: {{number: text, state: text}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tryton]:
    try:
        with tryton(tmp_path_factory.mktemp("tryton")) as server:
            yield server
    except NoTryton as wrong:
        pytest.skip(f"Tryton can't be had here: {wrong}")


@pytest.fixture(scope="module")
def proxy(server: Tryton) -> Iterator[Proxy]:
    proxy = Proxy(server.port)
    proxy.loses = lambda method, body: b"sale.sale.quote" in body
    yield proxy
    proxy.close()


def declared(url: str, folder: Path) -> str:
    (folder / "erp.password").write_text(PASSWORD)
    return FILE.format(url=url, database=DATABASE, user=USER)


class Erp(Peer):
    """Tryton, behind a proxy that misbehaves when told."""

    system = "erp"
    finds = Example(operation="party", arguments={"code": "CARLA"})
    value = Row("erp.party", "CARLA", {"code": "CARLA", "name": "Carla Customer"})
    misses = Example(operation="party", arguments={"code": "NOBODY"})
    writes = Example(operation="quote", arguments={"customer": "CARLA", "product": "MUG", "quantity": Decimal(3)})
    refused = Example(operation="quote", arguments={"customer": "X", "product": "MUG", "quantity": Decimal(1)})
    refusal = "unknown_customer"
    secrets = (PASSWORD,)

    def __init__(self, server: Tryton, proxy: Proxy) -> None:
        self.server, self.proxy = server, proxy

    def declaration(self, folder: Path) -> str:
        return declared(self.proxy.url, folder)

    def count(self) -> int:
        return int(self.server.rows("select count(*) from sale_sale")[0])

    def losing_answers(self) -> AbstractContextManager[None]:
        return self.proxy.losing_answers()

    def busy(self) -> AbstractContextManager[float]:
        return self.proxy.busy()

    def hanging(self) -> AbstractContextManager[None]:
        return self.proxy.hanging()

    def away(self) -> AbstractContextManager[None]:
        return self.proxy.away()


class TestContract(ContractSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def peer(cls, server: Tryton, proxy: Proxy) -> Erp:
        return Erp(server, proxy)


@pytest.fixture
def erp(server: Tryton, proxy: Proxy, organisation_folder: Path) -> Iterator[Tryton]:
    (organisation_folder / "connectors").mkdir(exist_ok=True)
    (organisation_folder / "connectors" / "erp.yaml").write_text(declared(proxy.url, organisation_folder))
    systems.forget()
    yield server
    systems.forget()
    recording.forget()


def read(operation: str, **arguments: object) -> Any:
    found = calling.read(f"erp.{operation}", arguments)
    assert isinstance(found, Found), found
    return decode(found.type, found.value)


def write(operation: str, key: str, **arguments: object) -> WriteResult:
    return calling.write(f"erp.{operation}", arguments, key=key)


def done(result: WriteResult) -> dict[str, Any]:
    assert isinstance(result, Done), result
    return {name: decode(result.types[name], value) for name, value in result.gives.items()}


def test_a_sale_is_quoted_and_confirmed_and_its_invoice_and_shipment_exist(erp: Tryton) -> None:
    quoted = done(write("quote", "S-1", customer="CARLA", product="MUG", quantity=Decimal(4)))
    assert quoted["total"] == Money(Decimal("50.00"), "USD")
    assert read("order", number=quoted["number"]).get("state") == "quotation"
    confirmed = done(write("confirm", "S-2", number=quoted["number"]))
    assert confirmed["number"] == quoted["number"]
    assert confirmed["state"] in ("confirmed", "processing")
    assert erp.rows("select count(*) from sale_sale where reference = 'S-1'") == [1]


def test_confirming_twice_with_one_key_leaves_one_mark(erp: Tryton) -> None:
    number = done(write("quote", "S-3", customer="CARLA", product="MUG", quantity=Decimal(1)))["number"]
    assert done(write("confirm", "S-4", number=number)) == done(write("confirm", "S-4", number=number))
    assert erp.rows("select comment from sale_sale where number = ?", number) == ["[S-4]"]


def test_a_party_is_made_once_with_its_address_and_mail(erp: Tryton) -> None:
    first = done(write("add_party", "P-1", name="Nora New", email="nora@post.example"))
    assert done(write("add_party", "P-1", name="Nora New", email="nora@post.example")) == first
    assert read("party", code=first["code"]).get("name") == "Nora New"
    assert erp.rows("select count(*) from party_party where name = 'Nora New'") == [1]
    assert erp.rows("select value from party_contact_mechanism where value like 'nora%'") == ["nora@post.example"]


def test_a_product_its_stock_and_invoices_are_read(erp: Tryton) -> None:
    assert [(one.id, one.get("price")) for one in read("products", yes=True)] == [
        ("MUG", Money(Decimal("12.5000"), "USD")), ("POSTER", Money(Decimal("8"), "USD")),
    ]  # fmt: skip
    assert read("stock", product="MUG") == Decimal(100)
    (invoice,) = [one for one in read("invoices", party="CARLA") if one.get("state") == "posted"]
    assert invoice.get("total") == Money(Decimal("25.00"), "USD")
    assert read("invoices", party="NOBODY") == ()


def test_what_the_server_objects_to_is_refused_with_its_reason_and_leaves_nothing(erp: Tryton) -> None:
    """A quotation needs an address; the draft that was made for it is taken away again."""
    refused = write("sell", "S-5", customer="CARLA", product="MUG", quantity=Decimal(1))
    assert refused == Refused(code="no_address", message="We need an address first.")
    assert erp.rows("select count(*) from sale_sale where reference = 'S-5'") == [0]


def test_what_is_declared_as_a_reason_refuses_before_anything_is_made(erp: Tryton) -> None:
    before = erp.rows("select count(*) from sale_sale")
    refused = write("quote", "S-6", customer="CARLA", product="NOTHING", quantity=Decimal(1))
    assert refused == Refused(code="sold_out", message="We have that no more.")
    assert write("confirm", "S-7", number="99999") == Refused(
        code="not_found", message="sale.sale has no such record"
    )  # fmt: skip
    assert erp.rows("select count(*) from sale_sale") == before


def test_what_was_made_and_not_quoted_is_gone_on_with(erp: Tryton) -> None:
    """As after a process that died between the two calls."""
    arguments = {"customer": "CARLA", "product": "MUG", "quantity": Decimal(2)}
    number = done(write("quote", "S-8", **arguments))["number"]
    with closing(sqlite3.connect(erp.folder / f"{DATABASE}.sqlite", timeout=10)) as database, database:
        database.execute("update sale_sale set state = 'draft' where number = ?", (number,))
    assert isinstance(calling.verify("erp.quote", arguments, key="S-8"), NotDone)
    assert done(write("quote", "S-8", **arguments))["number"] == number
    assert erp.rows("select count(*) from sale_sale where reference = 'S-8'") == [1]


def test_what_was_made_while_its_answer_got_lost_is_found_by_its_reference(erp: Tryton, proxy: Proxy) -> None:
    arguments, before = {"customer": "CARLA", "product": "MUG", "quantity": Decimal(2)}, proxy.loses
    proxy.loses = lambda method, body: b"sale.sale.create" in body
    with proxy.losing_answers():
        assert isinstance(write("quote", "S-9", **arguments), Unknown)
    proxy.loses = before
    assert isinstance(calling.verify("erp.quote", arguments, key="S-9"), NotDone)
    done(write("quote", "S-9", **arguments))
    assert erp.rows("select count(*) from sale_sale where reference = 'S-9'") == [1]


def test_a_session_that_has_ended_is_begun_anew(erp: Tryton) -> None:
    read("party", code="CARLA")
    with closing(sqlite3.connect(erp.folder / f"{DATABASE}.sqlite", timeout=10)) as database, database:
        database.execute("delete from ir_session")
    assert read("party", code="CARLA").get("name") == "Carla Customer"


def test_a_wrong_password_is_down_and_nothing_is_asked(erp: Tryton, organisation_folder: Path) -> None:
    (organisation_folder / "erp.password").write_text("wrong")
    systems.forget()
    missing = calling.read("erp.party", {"code": "CARLA"})
    assert isinstance(missing, Missing)
    assert missing.detail == "no session: status 401"


@pytest.mark.parametrize(
    ("change", "to", "says"),
    [
        ("search: party.party", "search: Party", "'Party' is no name of a model"),
        ('[[code, "=", "{code}"]], fields', '[[code, "is", "{code}"]], fields', "A clause is [field, operator, value]"),
        ('"{code}"]], fields', '"{number}"]], fields', "'{number}' is no parameter of 'party'"),
        ("fields: {code: code, name: name}", "order: [code]", "has to say which 'fields' it reads"),
        ("      reference: code\n", "", "has to say the 'reference'"),
        ("      short: yes\n", "      brief: yes\n", "A write has no key 'brief'"),
        ("  user: backline\n", "", "has to say the 'user'"),
    ],
)
def test_a_declaration_that_is_wrong_says_so(tmp_path: Path, change: str, to: str, says: str) -> None:
    text = declared("http://127.0.0.1:1", tmp_path)
    assert change in text
    (tmp_path / "erp.yaml").write_text(text.replace(change, to, 1))
    with pytest.raises(DefinitionProblems) as wrong:
        read_system(tmp_path / "erp.yaml", folder=tmp_path)
    assert says in str(wrong.value)
