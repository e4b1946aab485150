"""Files going out and coming in: whole, once, with control totals, and what is wrong told by line and cell."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from backline.connectors import calling, recording, systems
from backline.connectors.checking import check_all
from backline.connectors.configuring import read_system
from backline.connectors.contract import Done, Found, Missing, Refused, Rehearsed, Unknown
from backline.connectors.converting import Converter
from backline.connectors.files import batching
from backline.connectors.files.composing import Unfit, compose, must_fit
from backline.connectors.files.connecting import FilesConnector
from backline.connectors.files.folders import Folder
from backline.connectors.files.layouts import Layout, Trailer
from backline.connectors.files.parsing import LayoutProblem, NotWhole, parse
from backline.connectors.files.stores import Away
from backline.connectors.files.taking import Incoming, take_new, whole
from backline.connectors.files.tending import tend_due
from backline.connectors.models import Batch, BatchLine, TakenFile, TakenLine
from backline.engine.definition import DefinitionProblems, ValueType

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
COLUMNS = {"what": ValueType(kind="text"), "price": ValueType(kind="decimal")}
CSV = Layout(name="in-*.csv", form="csv", columns=COLUMNS, trailer=Trailer(mark="T", sum="price"))
PLAIN = Layout(name="in-*.csv", form="csv", columns=COLUMNS)
FIXED = Layout(
    name="in-*.txt",
    form="fixed",
    columns=COLUMNS,
    widths={"what": 6, "price": 8},
    trailer=Trailer(mark="99", sum="price"),
)
XLSX = Layout(name="in-*.xlsx", form="xlsx", columns=COLUMNS, trailer=Trailer(mark="T", sum="price"))
RECORDS = [{"what": "tea", "price": "12.50"}, {"what": "cake", "price": "3"}]
CONVERTER = Converter({})
FILE = """
system: depot
kind: files
settings:
  url: exchange
  files:
    orders:
      name: orders-{number}.csv
      columns: {key: text, what: text}
      close: {lines: 3, after: 10 minutes}
      trailer: {mark: T}
    stock:
      name: stock-*.csv
      columns: {what: text, left: integer}
      rest: 10 seconds
    answers:
      name: answers-*.csv
      columns: {key: text, status: text}
operations:
  left: {with: {what: text}, read: {file: stock, match: {what: what}, at: left}, returns: integer}
  kinds: {with: {left: integer}, read: {file: stock, match: {left: left}, at: what}, returns: {list: text}}
  order:
    with: {what: text}
    write: {file: orders, columns: {what: "{what}"}}
    verify: {file: orders}
"""


@pytest.fixture
def depot(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.FOLDER = tmp_path
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "depot.yaml").write_text(FILE)
    (tmp_path / "exchange").mkdir()
    systems.forget()
    yield tmp_path / "exchange"
    systems.forget()
    recording.forget()


def old(path: Path, content: str, *, age_s: float = 60) -> None:
    path.write_text(content)
    at = datetime.now(UTC).timestamp() - age_s
    os.utime(path, (at, at))


def order(key: str, what: str = "tea") -> object:
    return calling.write("depot.order", {"what": what}, key=key)


def connector() -> FilesConnector:
    found = systems.link_of("depot").connector
    assert isinstance(found, FilesConnector)
    return found


@pytest.mark.parametrize("layout", [CSV, FIXED, XLSX], ids=lambda layout: layout.form)
def test_what_is_written_is_read_again_with_its_totals(layout: Layout) -> None:
    composed = compose(RECORDS, layout)
    assert (composed.count, composed.total) == (2, "15.50")
    assert parse("in-1", composed.content, layout, CONVERTER) == RECORDS


@pytest.mark.parametrize(
    ("layout", "content", "message"),
    [
        (CSV, "what,price\ntea,12.50\ncake,much\nT,2,15.50\n", "in-1:3: cell 2 ('price') is not decimal"),
        (CSV, "what,price\ntea\nT,1,12.50\n", "in-1:2: there is no cell 2 ('price')"),
        (CSV, "what,cost\ntea,12.50\nT,1,12.50\n", "in-1:1: there is no column 'price'"),
        (CSV, "what,price\ntea,12.50\nT,2,12.50\n", "in-1:3: the trailer counts 2 records, there are 1"),
        (CSV, "what,price\ntea,12.50\nT,1,13\n", "in-1:3: the sum of 'price' is not that of the trailer"),
        (CSV, "what,price\ntea,12.50\nT,one\n", "in-1:3: the trailer says no count or sum"),
        (CSV, 'what,price\n"tea,12.50\n', "this is not CSV"),
        (FIXED, "tea   12.5\ncake  x\n990000000002" + "15.5".rjust(18), "in-1:2: cell 2 ('price') is not decimal"),
        (FIXED, "tea\n990000000001" + "0".rjust(18), "in-1:1: there is no cell 2 ('price')"),
        (XLSX, "this is no workbook", "this is no workbook"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_by_line_and_cell(layout: Layout, content: str, message: str) -> None:
    with pytest.raises(LayoutProblem) as raised:
        parse("in-1", content.encode(), layout, CONVERTER)
    assert message in str(raised.value)
    assert "much" not in str(raised.value)


def test_bytes_that_are_no_text_are_told_by_their_line() -> None:
    with pytest.raises(LayoutProblem, match="in-1:2: this is not utf-8"):
        parse("in-1", b"what,price\nt\xffa,1\n", PLAIN, CONVERTER)


def test_a_cell_of_a_workbook_is_told_by_its_row() -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["what", "price"], ["tea", 12], ["cake", "dear"], ["T", 2, 12]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(LayoutProblem, match=r"in-1:3: cell 2 \('price'\) is not decimal"):
        parse("in-1", content.getvalue(), XLSX, CONVERTER)


def test_a_file_without_its_trailer_is_not_whole() -> None:
    with pytest.raises(NotWhole):
        parse("in-1", b"what,price\ntea,12.50\n", CSV, CONVERTER)


@pytest.mark.parametrize(
    ("record", "layout", "message"),
    [
        ({"what": "te\na", "price": "1"}, CSV, "'what' has more than one line"),
        ({"what": "marzipan", "price": "1"}, FIXED, "'what' is longer than 6"),
        ({"what": "T", "price": "1"}, CSV, "taken for the trailer"),
        ({"what": "99x", "price": "1"}, FIXED, "taken for the trailer"),
    ],
)
def test_what_could_not_be_read_again_as_it_was_is_not_written(
    record: dict[str, str], layout: Layout, message: str
) -> None:
    with pytest.raises(Unfit, match=message):
        must_fit(record, layout)


def test_a_cell_of_a_workbook_is_never_a_formula() -> None:
    from openpyxl import load_workbook

    content = compose([{"what": "=1+1", "price": "1"}], XLSX).content
    cell = load_workbook(io.BytesIO(content)).active["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_half_written_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("in-1.csv.part", ".in-2.csv", "in-3.csv.tmp", "in-4.csv.filepart", "other.csv"):
        old(tmp_path / name, "what,price\n")
    old(tmp_path / "in-5.csv", "what,price\n", age_s=2)
    old(tmp_path / "in-6.csv", "what,price\n", age_s=60)
    (tmp_path / "in-7.csv").symlink_to(tmp_path / "in-6.csv")
    (tmp_path / "in-8.csv").mkdir()
    assert [one.name for one in whole(Folder(tmp_path), PLAIN)] == ["in-6.csv"]


@pytest.mark.django_db
def test_a_read_looks_into_the_newest_whole_file(depot: Path) -> None:
    assert calling.read("depot.left", {"what": "tea"}) == Missing(
        reason="down", detail="there is no such file yet", for_now=True
    )
    old(depot / "stock-1.csv", "what,left\ntea,7\ncake,7\n", age_s=300)
    assert calling.read("depot.left", {"what": "tea"}) == Found(value=7, type=ValueType(kind="integer"))
    old(depot / "stock-2.csv", "left,what\n3,tea\n", age_s=100)
    assert calling.read("depot.left", {"what": "tea"}) == Found(value=3, type=ValueType(kind="integer"))
    old(depot / "stock-3.csv", "what,left\ntea,1\n", age_s=1)
    assert calling.read("depot.left", {"what": "tea"}) == Found(value=3, type=ValueType(kind="integer"))
    found = calling.read("depot.kinds", {"left": 7})
    assert isinstance(found, Found)
    assert found.value == []


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "ending"), [("fixed", "txt"), ("xlsx", "xlsx")])
def test_a_read_looks_into_files_of_fixed_width_and_workbooks(depot: Path, form: str, ending: str) -> None:
    widths = "      widths: {what: 6, left: 4}\n" if form == "fixed" else ""
    file = depot.parent / "connectors" / "depot.yaml"
    told = f"name: stock-*.{ending}\n      format: {form}\n{widths}".rstrip("\n")
    file.write_text(FILE.replace("name: stock-*.csv", told))
    columns = {"what": ValueType(kind="text"), "left": ValueType(kind="integer")}
    layout = Layout(name="x", form=form, columns=columns, widths={"what": 6, "left": 4})  # type: ignore[arg-type]
    (depot / f"stock-1.{ending}").write_bytes(
        compose([{"what": "cake", "left": "1"}, {"what": "tea", "left": "7"}], layout).content
    )
    at = datetime.now(UTC).timestamp() - 60
    os.utime(depot / f"stock-1.{ending}", (at, at))
    assert calling.read("depot.left", {"what": "tea"}) == Found(value=7, type=ValueType(kind="integer"))


def test_a_name_that_we_gave_before_we_died_is_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "a.part").write_text("x")
    os.link(tmp_path / "a.part", tmp_path / "a")
    Folder(tmp_path).rename("a.part", "a")
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
    (tmp_path / "b").write_text("somebody else's")
    with pytest.raises(Away):
        Folder(tmp_path).rename("a", "b")
    assert (tmp_path / "b").read_text() == "somebody else's"


@pytest.mark.django_db
def test_a_file_that_is_wrong_is_broken_with_its_place(depot: Path) -> None:
    old(depot / "stock-1.csv", "what,left\ntea,many\n")
    assert calling.read("depot.left", {"what": "tea"}) == Missing(
        reason="broken", detail="stock-1.csv:2: cell 2 ('left') is not integer"
    )


@pytest.mark.django_db
def test_a_batch_is_closed_by_its_size_and_carries_its_totals(depot: Path) -> None:
    for key in ("K-1", "K-2"):
        told = order(key)
        assert isinstance(told, Unknown)
        assert (told.reason, told.answered) == ("in batch 1, which is open", True)
        assert 590 < told.after_s <= 600, "it is not worth asking before the batch is closed"
    assert not list(depot.iterdir())
    assert isinstance(order("K-3"), Done)
    assert [one.name for one in depot.iterdir()] == ["orders-1.csv"]
    assert (depot / "orders-1.csv").read_text().splitlines() == ["key,what", "K-1,tea", "K-2,tea", "K-3,tea", "T,3"]
    batch = Batch.objects.get()
    assert (batch.state, batch.count, len(batch.sha256)) == ("sent", 3, 64)
    assert all(line.cells == {} for line in BatchLine.objects.all()), "what was sent is not kept"
    assert isinstance(calling.verify("depot.order", {"what": "tea"}, key="K-1"), Done)


@pytest.mark.django_db
def test_a_batch_is_closed_by_its_age_without_anybody_asking(depot: Path) -> None:
    order("K-1")
    assert tend_due(now=datetime.now(UTC) + timedelta(minutes=9)) == []
    assert tend_due(now=datetime.now(UTC) + timedelta(minutes=11)) == ["depot"]
    assert [one.name for one in depot.iterdir()] == ["orders-1.csv"]
    order("K-2")
    assert [(one.number, one.state) for one in Batch.objects.order_by("number")] == [(1, "sent"), (2, "open")]


@pytest.mark.django_db
@pytest.mark.parametrize("dies", ["put", "fetch", "rename"])
def test_a_batch_whose_sender_dies_is_sent_once(depot: Path, monkeypatch: pytest.MonkeyPatch, dies: str) -> None:
    class Died(BaseException):
        """As by kill -9."""

    def then_die(*arguments: Any) -> None:
        work(*arguments)
        raise Died

    work = getattr(Folder, dies)
    order("K-1"), order("K-2")
    with monkeypatch.context() as patched:
        patched.setattr(Folder, dies, then_die)
        with pytest.raises(Died):
            order("K-3")
    there = [one.name for one in depot.iterdir()]
    if dies == "rename":
        assert there == ["orders-1.csv"]
        (depot / "orders-1.csv").unlink()  # the other side is quick, and has taken it
    tend_due(now=datetime.now(UTC) + timedelta(minutes=3))
    assert [one.name for one in depot.iterdir()] == ([] if dies == "rename" else ["orders-1.csv"])
    assert Batch.objects.get().state == "sent"


@pytest.mark.django_db
def test_a_file_of_somebody_elses_is_never_written_over(depot: Path) -> None:
    (depot / "orders-1.csv").write_text("mine")
    order("K-1"), order("K-2")
    told = order("K-3")
    assert isinstance(told, Unknown)
    assert "there is a file 'orders-1.csv' already" in told.reason
    assert (depot / "orders-1.csv").read_text() == "mine"


@pytest.mark.django_db
def test_a_line_that_does_not_fit_is_refused_before_anything_is_kept(depot: Path) -> None:
    assert order("K-1", what="two\nlines") == Refused(code="rejected", message="'what' has more than one line")
    rehearsed = calling.rehearse("depot.order", {"what": "tea"}, key="K-1")
    assert rehearsed == Rehearsed(steps=("a line in the next 'orders-{number}.csv'",))
    assert not Batch.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_several_at_once_each_get_their_line_and_no_batch_is_too_long(depot: Path) -> None:
    layout = Layout(name="o-{number}.csv", form="csv", columns={"key": ValueType(kind="text")}, lines=1000)
    out, made = batching.Outgoing("depot", "orders", layout), []

    def add(number: int) -> None:
        try:
            for one in range(5):
                made.append(batching.append(out, key=f"K-{(number + one) % 5}", record={"key": "x"}, now=NOW).key)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 20
    assert BatchLine.objects.count() == 5
    assert [(one.number, one.count) for one in Batch.objects.all()] == [(1, 5)]


@pytest.mark.django_db(transaction=True)
def test_a_file_is_taken_once_when_two_workers_look(tmp_path: Path) -> None:
    old(tmp_path / "in-1.csv", "what,price\ntea,12.50\nT,1,12.50\n")
    met = threading.Barrier(2, timeout=10)

    class Met(Folder):
        def fetch(self, name: str) -> bytes:
            content = super().fetch(name)
            met.wait()
            return content

    def take() -> None:
        try:
            take_new(Incoming("depot", "in", CSV, "what", CONVERTER), Met(tmp_path), now=NOW)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert TakenFile.objects.count() == 1
    assert TakenLine.objects.count() == 1


@pytest.mark.django_db
def test_a_file_that_comes_again_with_another_content_is_another_file(tmp_path: Path) -> None:
    inc = Incoming("depot", "in", CSV, "what", CONVERTER)
    old(tmp_path / "in-1.csv", "what,price\ntea,12.50\nT,1,12.50\n")
    take_new(inc, Folder(tmp_path), now=NOW)
    take_new(inc, Folder(tmp_path), now=NOW)
    assert TakenFile.objects.count() == 1
    old(tmp_path / "in-1.csv", "what,price\ncake,3\nT,1,3\n", age_s=30)
    take_new(inc, Folder(tmp_path), now=NOW)
    assert list(TakenLine.objects.order_by("pk").values_list("key", flat=True)) == ["tea", "cake"]


@pytest.mark.django_db(transaction=True)
def test_a_wrong_file_is_kept_with_what_is_wrong_and_the_doctor_says_it(depot: Path) -> None:
    file = depot.parent / "connectors" / "depot.yaml"
    file.write_text(file.read_text().replace("verify: {file: orders}", "verify: {file: answers, good: {status: ok}}"))
    old(depot / "answers-1.csv", "key,state\nK-1,ok\n")
    connector().tend(now=datetime.now(UTC), deadline_s=5)
    (health,) = check_all()
    assert (health.ok, health.detail) == (False, "answers-1.csv:1: there is no column 'status'")


@pytest.mark.parametrize(
    ("old_text", "new_text", "place", "message"),
    [
        ("name: stock-*.csv", "name: stock.csv", "13:13", "holds one '*'"),
        ("name: stock-*.csv", "name: ../*.csv", "13:13", "holds one '*'"),
        ("what: text, left: integer}", "what: text, left: number}", "14:35", "is no type"),
        ("close: {lines: 3", "close: {lines: three", "10:22", "is no number"),
        ("trailer: {mark: T}", "trailer: {sum: what}", "11:16", "has to say the 'mark'"),
        (
            "{file: stock, match: {what: what}",
            "{file: stocks, match: {what: what}",
            "20:43",
            "declares no file 'stocks'",
        ),
        ("match: {what: what}", "match: {whom: what}", "20:57", "no column 'whom'"),
        ("match: {what: what}", "match: {what: whom}", "20:57", "'whom' is no parameter"),
        ("write: {file: orders", "write: {file: stock", "24:19", "'stock' comes in"),
        ('columns: {what: "{what}"}', 'columns: {what: "{who}"}', "24:43", "'{who}' is no parameter"),
        ("columns: {key: text, what: text}", "columns: {what: text}", "24:12", "No column holds '{key}'"),
        ("url: exchange", "url: sftp://me@host/x", "5:3", "'host_key' of the server"),
        ("url: exchange", "url: exchange\n  secret_key: abc", "6:15", "is a secret"),
    ],
)
def test_each_mistake_is_told_with_line_and_column(
    tmp_path: Path, old_text: str, new_text: str, place: str, message: str
) -> None:
    path = tmp_path / "depot.yaml"
    assert old_text in FILE
    path.write_text(FILE.replace(old_text, new_text, 1))
    with pytest.raises(DefinitionProblems) as raised:
        read_system(path, folder=tmp_path)
    told = [f"{p.place.line}:{p.place.column}: {p.message}" for p in raised.value.problems]
    assert any(one.startswith(f"{place}:") and message in one for one in told), told


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "depot.yaml"
    path.write_text(FILE.replace("url: exchange", "url: ftp://old/x"))
    with pytest.raises(ValueError, match="has to be a folder, sftp"):
        FilesConnector(read_system(path, folder=tmp_path), tmp_path)
