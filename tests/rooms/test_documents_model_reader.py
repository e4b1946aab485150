"""The optional reader that asks a model server. The server here is a small one of that shape on loopback, no model."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pytest_django import Settings

from backline.documents import model_reader
from backline.documents.kinds import read_kinds
from backline.documents.reading import Reading, read_file

KIND = read_kinds(
    """
kinds:
  invoice:
    fields:
      total: {type: money, near: [total], currency: EUR}
      iban: {type: text, near: [account of ours], check: iban}
      due: {type: date, near: [payable until]}
"""
)["invoice"]
TEXT = "Total 12.00\nPay to DE89370400440532013000 before 2026-12-01\nCustomer 4711\n"


class Server(ThreadingHTTPServer):
    asked: list[dict[str, object]]
    says: str


class Shape(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        content = json.dumps({"choices": [{"message": {"content": self.server.says}}]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[Server]:
    model_reader._asked.cache_clear()
    one = Server(("127.0.0.1", 0), Shape)
    one.asked, one.says = [], json.dumps({"iban": "DE89370400440532013000", "due": "2027-01-01"})
    settings.FOLDER = tmp_path
    (tmp_path / "types").mkdir()
    told = f"url: 'http://127.0.0.1:{one.server_port}/v1', name: small, kinds: [invoice], hides: ['[0-9]711']"
    (tmp_path / "types" / "kinds.yaml").write_text(f"kinds: {{}}\nmodel: {{{told}}}\n")
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


@pytest.fixture
def reading(tmp_path: Path, organisation_folder: Path) -> Reading:
    path = tmp_path / "invoice.txt"
    path.write_text(TEXT)
    return read_file(path, "text/plain")


def test_it_is_asked_for_what_no_rule_found_within_a_schema_and_sees_nothing_hidden(
    server: Server, reading: Reading
) -> None:
    model_reader.fill_in(reading, KIND, {"total": None})  # type: ignore[dict-item]
    question = json.dumps(server.asked[0])

    assert '"required": ["iban", "due"]' in question
    assert "DE89370400440532013000" in question
    assert "4711" not in question


def test_what_it_says_is_unsure_and_has_its_place_where_it_stands_on_the_page(server: Server, reading: Reading) -> None:
    found = model_reader.fill_in(reading, KIND, {})

    assert found["iban"].value == "DE89370400440532013000"
    assert found["iban"].confidence < 0.85, "though its check digits hold"
    assert found["iban"].box.right < 1
    assert found["due"].confidence == model_reader.NOT_FOUND, "no such date stands on the page"


def test_it_is_off_and_sees_no_other_kind(server: Server, reading: Reading, tmp_path: Path) -> None:
    assert model_reader.fill_in(reading, replace(KIND, name="letter"), {}) == {}
    (tmp_path / "types" / "kinds.yaml").unlink()
    assert model_reader.fill_in(reading, KIND, {}) == {}
    assert server.asked == []


@pytest.mark.parametrize("says", ["no JSON", "[]", '{"iban": {"a": 1}, "due": "soon"}'])
def test_what_makes_no_sense_is_nothing(server: Server, reading: Reading, says: str) -> None:
    server.says = says

    assert model_reader.fill_in(reading, KIND, {}) == {}
