"""The http connector against a service over TLS: certificates, tokens, keys, pages, redirects, sizes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backline.connectors import calling, recording, systems
from backline.connectors.checking import check_all
from backline.connectors.contract import Again, Done, Found, Missing
from backline.connectors.http.paging import links_of
from backline.connectors.models import Call
from backline.engine.definition import DefinitionProblems
from tests.rooms.https_house import KEY, SECRET, SIZE, State, https_service

pytestmark = pytest.mark.django_db
OAUTH = "oauth: {{token_url: '{url}/token', client: backline, secret: {{file: client.secret}}, scope: points}}"
TLS = "tls: {{authority: authority.pem, certificate: {who}.pem, key: {who}.key}}"
FILE = """
system: club
kind: http
settings:
  url: {url}/api
  connect: 2 seconds
  breaker: {{failures: 1000, pause: 1 second}}
  {proof}
  {tls}
  {more}
records:
  member: {{number: text, points: integer}}
operations:
  points: {{read: {{get: /points, at: points}}, returns: integer}}
  key: {{read: {{get: /key, at: seen}}, returns: {{list: text}}}}
  moved: {{read: {{get: /moved, at: items}}, returns: {{list: member}}}}
  stolen: {{read: {{get: /stolen}}, returns: text}}
  outside: {{read: {{get: /outside}}, returns: text}}
  round: {{read: {{get: /round}}, returns: text}}
  link: {{read: {{get: /by-link, at: items, pages: {{by: link}}}}, returns: {{list: member}}}}
  stray: {{read: {{get: /by-stray, at: items, pages: {{by: link}}}}, returns: {{list: member}}}}
  cursor:
    read: {{get: /by-cursor, at: items, pages: {{by: cursor, next: meta.next, query: cursor}}}}
    returns: {{list: member}}
  loop:
    read: {{get: /by-loop, at: items, pages: {{by: cursor, next: meta.next, query: cursor}}}}
    returns: {{list: member}}
  number: {{read: {{get: /by-number, at: items, pages: {{by: number, query: page}}}}, returns: {{list: member}}}}
  few: {{read: {{get: /by-number, at: items, pages: {{by: number, query: page, most: 2}}}}, returns: {{list: member}}}}
  big: {{with: {{size: integer}}, read: {{get: /big, query: {{size: "{{size}}"}}, at: text}}, returns: text}}
  order:
    write: {{post: /orders}}
    verify: {{get: "/orders/{{key}}"}}
    gives: {{number: text}}
"""
ALL = [f"M-{n}" for n in range(1, 8)]


class Club:
    """The service, and a file that declares it."""

    def __init__(self, folder: Path, url: str, state: State) -> None:
        self.folder, self.url, self.state = folder, url, state

    def declare(self, *, proof: str = OAUTH, who: str = "client", more: str = "", tls: str = TLS) -> None:
        told = FILE.format(
            url=self.url, proof=proof.format(url=self.url), tls=tls.format(who=who), more=more
        )  # fmt: skip
        (self.folder / "connectors" / "club.yaml").write_text(told, encoding="utf-8")
        systems.forget()

    def numbers(self, operation: str) -> list[str]:
        found = calling.read(f"club.{operation}", {})
        assert isinstance(found, Found), found
        return [row["members"]["number"] for row in found.value]

    def asked(self, path: str) -> int:
        return sum(one.startswith(path) for one in self.state.asked)


@pytest.fixture
def club(organisation_folder: Path) -> Iterator[Club]:
    (organisation_folder / "connectors").mkdir(exist_ok=True)
    (organisation_folder / "client.secret").write_text(SECRET)
    (organisation_folder / "api.key").write_text(KEY)
    with https_service(organisation_folder) as (url, state):
        club = Club(organisation_folder, url, state)
        club.declare()
        yield club
    systems.forget()
    recording.forget()


def test_a_token_is_had_once_and_kept(club: Club) -> None:
    assert [calling.read("club.points", {}) for _ in range(3)] == [calling.read("club.points", {})] * 3
    assert club.state.tokens == ["token-1-points"]


def test_a_token_that_ends_is_renewed_before(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    calling.read("club.points", {})
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 3600 - 29)
    assert isinstance(calling.read("club.points", {}), Found)
    assert len(club.state.tokens) == 2


def test_a_token_that_is_refused_is_had_anew_once_also_for_a_write(club: Club) -> None:
    calling.read("club.points", {})
    club.state.tokens.append("revoked-all-before")
    done = calling.write("club.order", {}, key="K-1")
    assert isinstance(done, Done)
    assert done.gives == {"number": "O-1"}
    assert len(club.state.orders) == 1
    assert club.asked("/token") == 2


def test_without_a_token_nothing_is_sent_and_the_write_may_be_sent_again(club: Club) -> None:
    club.state.refuse_tokens = True
    again = calling.write("club.order", {}, key="K-1")
    assert isinstance(again, Again)
    assert "invalid_client" in again.reason
    assert calling.read("club.points", {}) == Missing(reason="down", detail="no token: invalid_client", for_now=True)
    assert club.state.orders == {}


def test_the_clients_secret_may_go_into_the_body(club: Club) -> None:
    club.declare(proof=OAUTH.replace("scope: points", "scope: points, sent: body"))
    assert isinstance(calling.read("club.points", {}), Found)


def test_no_secret_is_kept_or_shown(club: Club, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    calling.read("club.points", {})
    club.state.refuse_tokens = True
    systems.forget()
    calling.read("club.points", {})
    recording.flush()
    told = caplog.text + repr(systems.link_of("club")) + str(list(Call.objects.values()))
    assert SECRET not in told
    assert "token-1" not in told


@pytest.mark.parametrize(("place", "seen"), [("header: X-Key", [KEY, ""]), ("query: api_key", ["", KEY])])
def test_a_key_is_sent_where_the_service_wants_it(club: Club, place: str, seen: list[str]) -> None:
    club.declare(proof="key: {{" + place + ", secret: {{file: api.key}}}}")
    found = calling.read("club.key", {})
    assert isinstance(found, Found)
    assert found.value == seen


def test_without_a_certificate_that_the_service_trusts_nothing_is_had(club: Club) -> None:
    for more in ({"who": "stranger"}, {"tls": "tls: {{authority: authority.pem}}"}):
        club.declare(proof="", **more)
        missing = calling.read("club.key", {})
        assert isinstance(missing, Missing)
        assert missing.for_now
    assert club.asked("/api/key") == 0


def test_a_service_whose_certificate_is_not_of_the_named_authority_is_not_asked(club: Club) -> None:
    club.declare(tls="")
    missing = calling.read("club.points", {})
    assert isinstance(missing, Missing)
    assert missing.reason == "down"
    assert "CERTIFICATE_VERIFY_FAILED" in missing.detail
    assert club.state.asked == []


@pytest.mark.parametrize("way", ["link", "cursor", "number"])
def test_an_answer_in_pages_is_read_to_its_end(club: Club, way: str) -> None:
    assert club.numbers(way) == ALL
    assert club.asked(f"/api/by-{way}") == len(ALL) // SIZE + 1 + (way == "number")


def test_more_pages_than_allowed_are_broken_and_never_cut_off(club: Club) -> None:
    assert calling.read("club.few", {}) == Missing(reason="broken", detail="there are more than 2 pages")


def test_a_next_page_that_is_the_same_again_is_broken(club: Club) -> None:
    missing = calling.read("club.loop", {})
    assert isinstance(missing, Missing)
    assert missing.reason == "broken"
    assert "the same again" in missing.detail


def test_a_next_page_on_another_host_is_not_asked_for(club: Club) -> None:
    club.state.elsewhere = "https://127.0.0.2:1"
    missing = calling.read("club.stray", {})
    assert missing == Missing(reason="broken", detail="it leads to another host")


def test_a_redirect_within_the_service_is_followed_and_to_another_host_or_out_of_it_is_not(club: Club) -> None:
    assert club.numbers("moved") == ALL[:SIZE]
    club.state.elsewhere = "https://127.0.0.2:1/api/points"
    stolen, outside = calling.read("club.stolen", {}), calling.read("club.outside", {})
    assert isinstance(stolen, Missing)
    assert isinstance(outside, Missing)
    assert "another host" in stolen.detail
    assert "out of the service's address" in outside.detail
    assert club.asked("/other") == 0


def test_a_redirect_in_a_circle_ends(club: Club) -> None:
    missing = calling.read("club.round", {})
    assert isinstance(missing, Missing)
    assert missing.reason == "broken"
    assert club.asked("/api/round") == 4


def test_an_answer_larger_than_the_setting_is_not_taken(club: Club) -> None:
    club.declare(more="most: 1 KB")
    assert isinstance(calling.read("club.big", {"size": 900}), Found)
    missing = calling.read("club.big", {"size": 1100})
    assert isinstance(missing, Missing)
    assert missing.detail == "the answer is too long"


def test_checking_uses_the_certificate_and_the_token(club: Club) -> None:
    assert [(one.ok, one.detail) for one in check_all()] == [(True, "")]


@pytest.mark.parametrize(
    ("proof", "more", "says"),
    [
        ("oauth: {{token_url: 'http://far.example/t', client: b, secret: {{file: client.secret}}}}", "", "over https"),
        ("oauth: {{token_url: 'https://a/t', client: b, secret: open}}", "", "'secret' is a secret"),
        ("oauth: {{client: b, secret: {{file: client.secret}}}}", "", "'oauth' has to say its 'token_url'"),
        ("key: {{header: X, secret: {{file: api.key}}}}", "token: {file: api.key}", "two ways to prove who we are"),
        ("key: {{secret: {{file: api.key}}}}", "", "names the header or the query"),
        ("", "openapi: nowhere.json", "There is no file 'nowhere.json'"),
        ("", "most: much", "no size of an answer"),
    ],
)
def test_settings_that_are_wrong_say_so(club: Club, proof: str, more: str, says: str) -> None:
    club.declare(proof=proof, more=more)
    with pytest.raises(DefinitionProblems, match=says):
        calling.read("club.points", {})


@pytest.mark.parametrize(
    ("header", "links"),
    [
        ('<https://a/b?c=1>; rel="next"', {"next": "https://a/b?c=1"}),
        ('<a>; rel="prev", <b>; title="x, y"; rel="next last"', {"prev": "a", "next": "b", "last": "b"}),
        ("<b>;rel=next", {"next": "b"}),
        ("no link at all", {}),
        ("<" * 5000, {}),
    ],
)
def test_links_are_read_from_their_header(header: str, links: dict[str, str]) -> None:
    assert links_of(header) == links
