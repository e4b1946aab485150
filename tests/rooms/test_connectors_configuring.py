"""What a connector's file may say, and how it is told what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backline.connectors import configuring
from backline.connectors.configuring import read_system
from backline.connectors.files import reading as files_reading
from backline.connectors.ldap import settings as ldap_settings
from backline.connectors.soap import reading as soap_reading
from backline.connectors.soap import settings as soap_settings
from backline.demo import meridian
from backline.engine.definition import DefinitionProblems, ValueType

DOCS = Path(__file__).parents[2] / "docs"
GOOD = """
system: shop
kind: sql
settings: {url: "sqlite:///shop.sqlite3"}
records:
  item: {no: text, price: money}
operations:
  item:
    with: {no: text}
    read: select no, price from item where no = :no
    returns: {record: item}
  buy:
    with: {no: text}
    write: insert into sale (key, no) values (:key, :no)
    verify: select no from sale where key = :key
    gives: {no: text}
"""


def read(folder: Path, told: str) -> None:
    path = folder / "shop.yaml"
    path.write_text(told)
    read_system(path, folder=folder)


def wrong(folder: Path, told: str) -> list[str]:
    with pytest.raises(DefinitionProblems) as raised:
        read(folder, told)
    return [f"{p.place.line}:{p.place.column}: {p.message}" for p in raised.value.problems]


def test_a_good_file_becomes_a_system(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(GOOD)
    system = read_system(path, folder=tmp_path)
    assert system.operations["item"].returns == ValueType(kind="record", of="shop.item")
    assert not system.operations["item"].writes
    assert system.operations["buy"].writes
    assert list(system.records["shop.item"].members) == ["no", "price"]


@pytest.mark.parametrize("path", sorted(meridian.FOLDER.glob("connectors/*.yaml")), ids=lambda path: path.stem)
def test_every_connector_of_meridian_can_be_read(path: Path, tmp_path: Path) -> None:
    (tmp_path / "systems").mkdir()
    for name in ("printshop", "clinic"):
        (tmp_path / "systems" / f"{name}.url").write_text("http://127.0.0.1:9")
        (tmp_path / "systems" / f"{name}.token").write_text("x")
    assert read_system(path, folder=tmp_path).operations


def test_what_is_not_yaml_is_told_with_its_place(tmp_path: Path) -> None:
    assert wrong(tmp_path, "system: [shop\nkind: sql\n")[0].startswith("2:")
    assert "twice" in wrong(tmp_path, "system: shop\nsystem: shop\n")[0]


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("kind: sql", "kind: telepathy", "3:7", "no kind 'telepathy'"),
        ("system: shop", "system: store", "2:1", "file's name"),
        ("    returns: {record: item}", "", "9:5", "does not say what it 'returns'"),
        ("    verify: select no from sale where key = :key\n", "", "13:5", "nothing proves it"),
        ("where no = :no", "where no = :number", "10:11", "':number' is no parameter"),
        ("(:key, :no)", "(1, :no)", "14:12", "stores ':key'"),
        ("returns: {record: item}", "returns: {rekord: item}", "11:14", "is no type"),
        ("read: select", "read: delete", "10:11", "only asks"),
        ("    gives: {no: text}", "    gifs: {no: text}", "16:5", "no key 'gifs'"),
        ("with: {no: text}\n    read", "with: {no: text}\n    write", "9:5", "nothing proves it"),
    ],
)
def test_each_mistake_is_told_with_line_and_column(
    tmp_path: Path, old: str, new: str, place: str, message: str
) -> None:
    told = wrong(tmp_path, GOOD.replace(old, new, 1))
    assert any(one.startswith(place) and message in one for one in told), told


def test_a_secret_must_not_stand_in_the_file(tmp_path: Path) -> None:
    told = wrong(
        tmp_path, GOOD.replace('{url: "sqlite:///shop.sqlite3"}', '{url: "postgresql://x/y", password: hunter2}')
    )
    assert "must not stand here" in told[0]
    assert "hunter2" not in told[0]


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "shop.yaml"
    with_secret = '{url: "postgresql://x/y", password: {environment: SHOP_PASSWORD}}'
    path.write_text(GOOD.replace('{url: "sqlite:///shop.sqlite3"}', with_secret))
    monkeypatch.setenv("SHOP_PASSWORD", "from outside")
    settings = read_system(path, folder=tmp_path).settings
    assert settings.secret == "from outside"
    assert "from outside" not in repr(settings)
    monkeypatch.delenv("SHOP_PASSWORD")
    assert "has no 'SHOP_PASSWORD'" in wrong(tmp_path, path.read_text())[0]


HTTP = """
system: shop
kind: http
settings: {url: "http://127.0.0.1:9"}
operations:
  item: {with: {no: text}, read: {get: "/items/{no}"}, returns: text}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("/items/{no}", "//evil.example/{no}", "starts with one '/'"),
        ("/items/{no}", "http://evil.example/{no}", "starts with one '/'"),
        ("/items/{no}", "/items/{nr}", "is no parameter"),
        ("{get: ", "{fetch: ", "no key 'fetch'"),
        ("/items/{no}", "/items?no={no}", "starts with one '/'"),
    ],
)
def test_a_request_stays_under_the_address_of_the_system(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert any(message in one for one in wrong(tmp_path, HTTP.replace(old, new)))


@pytest.mark.parametrize(
    ("page", "name"),
    [("exchange-files", "warehouse"), ("follow-a-directory", "directory")],
)
def test_the_example_of_a_how_to_can_be_read(tmp_path: Path, page: str, name: str) -> None:
    told = (DOCS / "how-to" / f"{page}.md").read_text().partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "secret").write_text("x")
    path = tmp_path / f"{name}.yaml"
    path.write_text(re.sub(r"\{file: /[^}]+\}", "{file: secret}", told))
    assert read_system(path, folder=tmp_path).name == name


def test_the_reference_names_every_setting_and_key(tmp_path: Path) -> None:
    for page, keys in {
        "connectors": ("at_once", "rate", "breaker", "trials", *configuring.OPERATION),
        "connectors-files": (*files_reading.SETTINGS, *files_reading.FILE),
        "connectors-soap": (*soap_settings.KEYS, *soap_reading.OPERATION),
        "connectors-ldap": ldap_settings.KEYS,
    }.items():
        told = (DOCS / "reference" / f"{page}.md").read_text()
        assert [key for key in keys if key not in told] == []
