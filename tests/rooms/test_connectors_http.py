"""The http connector against a service in a process of its own that misbehaves in every way it can."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from backline.connectors import calling, recording, systems
from backline.connectors.checking import check_all
from backline.connectors.contract import Again, Done, Found, Missing, NotDone, Refused, Unknown
from backline.connectors.models import Call
from backline.engine.values import Money, Row, decode

pytestmark = pytest.mark.django_db
PEER = Path(__file__).with_name("connectors_peer.py")
WRITE = """
    verify: {{get: "/proof/{{key}}"}}
    gives: {{number: text}}
"""
FILE = """
system: shop
title: A shop
kind: http
settings:
  url: {url}
  token: {{file: shop.token}}
  connect: 0.5 seconds
  breaker: {{failures: 3, pause: 30 seconds}}
operations:
  price: {{with: {{}}, read: {{get: /price, at: data.price}}, returns: money}}
  hang: {{read: {{get: /hang}}, returns: text, within: 0.3 seconds}}
  endless: {{read: {{get: /endless}}, returns: text, within: 0.4 seconds}}
  elsewhere: {{read: {{get: /elsewhere}}, returns: text}}
  broken: {{read: {{get: /broken, at: price}}, returns: money}}
  huge: {{read: {{get: /huge}}, returns: text}}
  seen: {{with: {{q: text}}, read: {{get: /seen, query: {{q: "{{q}}"}}, at: seen}}, returns: text}}
  echo: {{with: {{part: text}}, read: {{get: "/echo/{{part}}", at: seen}}, returns: text}}
  gone: {{read: {{get: /proof/nothing}}, returns: text}}
  order:
    with: {{what: text}}
    write: {{post: /write, body: {{what: "{{what}}"}}}}
""" + WRITE + """
  fails_after:
    write: {{post: /fails-after}}
""" + WRITE + """
  hangs_after:
    within: 0.4 seconds
    write: {{post: /hangs-after}}
""" + WRITE + """
  answers_twice:
    write: {{post: /answers-twice}}
""" + WRITE + """
  busy:
    write: {{post: /busy}}
""" + WRITE + """
  lies:
    write: {{post: /lies}}
""" + WRITE + """
  refuses:
    with: {{why: text}}
    refuse:
      taken: {{status: 409, error: taken, say: Somebody was faster.}}
    write: {{post: /refuses, body: {{why: "{{why}}"}}}}
""" + WRITE  # fmt: skip


@pytest.fixture(scope="module")
def peer() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, str(PEER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert process.stdout
    assert process.stdin
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.wait(5)
    process.stdout.close()


@pytest.fixture(autouse=True)
def shop(peer: str, tmp_path: Path, settings: pytest.FixtureRequest) -> Iterator[Path]:
    settings.FOLDER = tmp_path  # type: ignore[attr-defined]
    (tmp_path / "connectors").mkdir()
    (tmp_path / "shop.token").write_text("s3cret\n")
    path = tmp_path / "connectors" / "shop.yaml"
    path.write_text(FILE.format(url=peer))
    yield path
    systems.forget()
    recording.forget()


def last_call() -> Call:
    recording.flush()
    return Call.objects.latest("pk")


def test_a_read_finds_an_exact_value_where_the_declaration_says() -> None:
    found = calling.read("shop.price", {})
    assert isinstance(found, Found)
    assert decode(found.type, found.value) == Money(Decimal("12.50"), "EUR")


def test_the_token_is_sent_and_parameters_go_into_the_query() -> None:
    found = calling.read("shop.seen", {"q": "a b&c=d"})
    assert isinstance(found, Found)
    assert found.value == "/seen?q=a%20b%26c%3Dd Bearer s3cret" or found.value == "/seen?q=a+b%26c%3Dd Bearer s3cret"


@pytest.mark.parametrize("part", ["../secret", "a/b", "http://evil.example/", "%2e%2e", "x?y=1#z"])
def test_a_value_never_climbs_out_of_its_place_in_the_path(part: str) -> None:
    found = calling.read("shop.echo", {"part": part})
    assert isinstance(found, Found)
    assert found.value.startswith("/echo/")
    assert not set("/?#") & set(found.value.removeprefix("/echo/"))


@pytest.mark.parametrize("part", ["..", ".", ""])
def test_a_value_that_is_no_part_of_a_path_is_not_sent(part: str) -> None:
    assert isinstance(calling.read("shop.echo", {"part": part}), Missing)


def test_a_service_that_hangs_is_given_up_in_time() -> None:
    missing = calling.read("shop.hang", {})
    assert isinstance(missing, Missing)
    assert (missing.reason, missing.for_now) == ("late", True)
    assert last_call().ms < 2000


def test_an_answer_that_never_ends_is_given_up_in_time() -> None:
    missing = calling.read("shop.endless", {})
    assert isinstance(missing, Missing)
    assert missing.reason == "late"
    assert last_call().ms < 2000


def test_an_answer_that_is_too_long_is_not_taken() -> None:
    assert isinstance(calling.read("shop.huge", {}), Missing)


def test_a_redirect_is_not_followed() -> None:
    missing = calling.read("shop.elsewhere", {})
    assert isinstance(missing, Missing)
    assert missing.reason == "broken"


def test_an_answer_that_is_not_as_declared_is_broken_not_wrong() -> None:
    missing = calling.read("shop.broken", {})
    assert isinstance(missing, Missing)
    assert missing.reason == "broken"


def test_not_found_is_no_row_for_good() -> None:
    assert calling.read("shop.gone", {}) == Missing(reason="none")


def test_a_write_is_done_when_it_was_read_back() -> None:
    done = calling.write("shop.order", {"what": "card"}, key="W-1/pay//1")
    assert isinstance(done, Done)
    assert done.gives == {"number": "N-1"}
    assert done.proof["key"] == "W-1/pay//1"


def test_a_write_that_failed_after_doing_the_work_is_unknown_and_verify_settles_it() -> None:
    assert isinstance(calling.write("shop.fails_after", {}, key="F-1"), Unknown)
    settled = calling.verify("shop.fails_after", {}, key="F-1")
    assert isinstance(settled, Done)
    assert settled.gives == {"number": "N-1"}


def test_a_write_whose_answer_is_lost_is_unknown_and_verify_settles_it() -> None:
    assert isinstance(calling.write("shop.hangs_after", {}, key="H-1"), Unknown)
    assert isinstance(calling.verify("shop.hangs_after", {}, key="H-1"), Done)


def test_a_second_answer_to_one_request_is_not_taken_for_the_next_ones() -> None:
    assert isinstance(calling.write("shop.answers_twice", {}, key="T-1"), Done | Unknown)
    assert isinstance(calling.verify("shop.answers_twice", {}, key="T-1"), Done | Unknown)
    settled = calling.verify("shop.answers_twice", {}, key="T-1")
    assert isinstance(settled, Done)
    assert settled.gives == {"number": "N-1"}


def test_a_service_that_lies_about_success_is_not_believed() -> None:
    assert isinstance(calling.write("shop.lies", {}, key="L-1"), Unknown)
    assert calling.verify("shop.lies", {}, key="L-1") == NotDone()


def test_a_busy_service_is_asked_again_after_the_pause_it_wants() -> None:
    again = calling.write("shop.busy", {}, key="B-1")
    assert isinstance(again, Again)
    assert again.after_s == 7.0


def test_a_declared_refusal_has_its_code_and_words() -> None:
    refused = calling.write("shop.refuses", {"why": "taken"}, key="R-1")
    assert refused == Refused(code="taken", message="Somebody was faster.")


def test_another_refusal_is_rejected_for_good() -> None:
    refused = calling.write("shop.refuses", {"why": "else"}, key="R-2")
    assert isinstance(refused, Refused)
    assert refused.code == "rejected"


def test_after_several_failures_nobody_asks_for_a_while() -> None:
    for _ in range(3):
        calling.read("shop.hang", {})
    paused = calling.read("shop.price", {})
    assert isinstance(paused, Missing)
    assert (paused.reason, paused.for_now) == ("paused", True)
    assert isinstance(calling.write("shop.order", {"what": "x"}, key="P-1"), Again)


def test_a_service_that_is_not_there_is_down_for_now_and_nothing_was_written(shop: Path) -> None:
    shop.write_text(FILE.format(url="http://127.0.0.1:9"))
    missing = calling.read("shop.price", {})
    assert isinstance(missing, Missing)
    assert (missing.reason, missing.for_now) == ("down", True)
    assert isinstance(calling.write("shop.order", {"what": "x"}, key="D-1"), Again)


def test_checking_reaches_the_service_without_effect(shop: Path, peer: str) -> None:
    assert [(health.system, health.ok) for health in check_all()] == [("shop", True)]
    shop.write_text(FILE.format(url="http://127.0.0.1:9"))
    assert not check_all()[0].ok


def test_a_row_fills_paths_by_its_members_and_bodies_as_a_whole() -> None:
    from backline.connectors.http.requests import Request, fill

    slot = Row("clinic.slot", "S 1", {"id": "S 1", "room": 4})
    filled = fill(
        Request(
            method="PUT",
            path="/slots/{slot.id}",
            body={"slot": "{slot}", "room": "{slot.room}", "say": "in {slot.room}"},
        ),
        {"slot": "S 1", "slot.id": "S 1", "slot.room": 4},
        {"slot": slot},
    )  # fmt: skip
    assert filled.path == "/slots/S%201"
    assert filled.content == b'{"slot": {"id": "S 1", "room": 4}, "room": 4, "say": "in 4"}'
