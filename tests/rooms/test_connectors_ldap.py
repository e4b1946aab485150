"""The kind ldap keeps the contract of what only reads, against Debian's slapd; and staff follow the directory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from backline.connectors import calling, recording, systems
from backline.connectors.configuring import read_system
from backline.connectors.contract import Found, Missing
from backline.connectors.contract_suite import Example, Peer, ReadingContract
from backline.connectors.ldap.connecting import LdapConnector
from backline.engine.definition import DefinitionProblems
from backline.engine.values import Row
from backline.people import directory, staffing
from backline.people.actors import SYSTEM
from backline.people.directory import Listed, SyncRefused
from backline.people.models import DirectoryEntry, Staff
from backline.project import command
from backline.project.commands import staff as staff_command
from tests.rooms.slapd import BASE, PASSWORD, PROGRAM, READER, Slapd

pytestmark = pytest.mark.django_db
needs_slapd = pytest.mark.skipif(PROGRAM is None, reason="Debian's slapd is not installed")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FILE = f"""
system: peer
title: Who works here
kind: ldap
settings:
  url: ldap://127.0.0.1:%s
  base: {BASE}
  user: {READER}
  password: {{file: password}}
  connect: 1 second
  staff:
    under: ou=people
    groups: {{under: ou=groups, teams: {{claims: claims, front desk: desk}}}}
operations:
  colleague:
    with: {{uid: text}}
    read:
      under: ou=people
      filter: "(&(objectClass=inetOrgPerson)(uid={{uid}}))"
      attributes: {{name: cn, email: mail, number: uid}}
    returns: person
  email:
    with: {{uid: text}}
    read: {{filter: "(uid={{uid}})", attributes: {{email: mail}}}}
    returns: e-mail
  everybody:
    read: {{under: ou=people, filter: (objectClass=person), attributes: {{uid: uid}}}}
    returns: {{list: text}}
  works_here:
    with: {{email: e-mail}}
    read: {{filter: "(mail={{email}})", attributes: {{uid: uid}}}}
    returns: yes/no
  odd:
    read: {{under: ou=people, filter: (objectClass=person), attributes: {{uid: uid}}}}
    returns: text
"""


class LdapPeer(Peer):
    """A directory in a process of its own."""

    finds = Example(operation="colleague", arguments={"uid": "ben"})
    value = Row("person", "ben", {"name": "Ben Öz", "email": "ben@meridian.example", "number": "ben"})
    misses = Example(operation="colleague", arguments={"uid": "nobody"})
    secrets = (PASSWORD,)

    def __init__(self, slapd: Slapd) -> None:
        self.slapd = slapd

    def declaration(self, folder: Path) -> str:
        (folder / "password").write_text(PASSWORD)
        return FILE % self.slapd.port

    def hanging(self) -> Any:
        return self.slapd.frozen()

    def away(self) -> Any:
        return self.slapd.stopped()


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with Slapd(tmp_path_factory.mktemp("slapd")) as running:
        yield running


@pytest.fixture(scope="module")
def peer(slapd: Slapd) -> Peer:
    return LdapPeer(slapd)


@needs_slapd
class TestLdap(ReadingContract):
    """Debian's slapd."""


@pytest.fixture
def company(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, settings: Any) -> Iterator[Slapd]:
    """A directory that the test may change, and an organisation that reads it."""
    settings.FOLDER = tmp_path
    (tmp_path / "connectors").mkdir()
    with Slapd(tmp_path_factory.mktemp("company")) as running:
        (tmp_path / "connectors" / "peer.yaml").write_text(LdapPeer(running).declaration(tmp_path))
        systems.forget()
        yield running
    systems.forget()
    recording.forget()


def value(name: str, **arguments: object) -> object:
    found = calling.read(f"peer.{name}", arguments)
    assert isinstance(found, Found), found
    return found.value


@needs_slapd
def test_a_directory_answers_lists_single_values_and_yes_or_no(company: Slapd) -> None:
    assert value("email", uid="ada") == "ada@meridian.example"
    assert sorted(value("everybody")) == ["ada", "ben", "cleo", "dan"]  # type: ignore[call-overload]
    assert value("works_here", email="dan@meridian.example") is True
    assert value("works_here", email="zoe@meridian.example") is False
    missing = calling.read("peer.odd", {})
    assert isinstance(missing, Missing)
    assert (missing.reason, missing.detail) == ("broken", "4 entries where one was expected")


@needs_slapd
@pytest.mark.parametrize("uid", ["*", "ada)(uid=*", "*)(objectClass=*", "a\\64a", "\0"])
def test_a_value_matches_nothing_but_itself(company: Slapd, uid: str) -> None:
    assert calling.read("peer.colleague", {"uid": uid}) == Missing(reason="none")


@needs_slapd
def test_a_wrong_password_is_told_and_not_shown(company: Slapd) -> None:
    (django_settings.FOLDER / "password").write_text("guessed")
    systems.forget()
    missing = calling.read("peer.email", {"uid": "ada"})
    assert isinstance(missing, Missing)
    assert missing.reason == "refused"
    assert "guessed" not in missing.detail


def sync(*, drastic: bool = False) -> directory.Plan:
    """Plan by the directory, do it, and answer the plan."""
    from backline.project.staff_sync import planned

    plan = planned("peer")
    directory.follow(by=SYSTEM, plan=plan, now=NOW, even_if_drastic=drastic)
    return plan


def teams_of(email: str) -> set[str]:
    return set(Staff.objects.get(account__email=email).memberships.values_list("team__key", flat=True))


@needs_slapd
def test_who_is_in_the_directory_joins_with_the_teams_of_their_groups(company: Slapd) -> None:
    plan = sync()
    assert sorted(one.listed.name for one in plan.joining) == ["Ada Ito", "Ben Öz", "Cleo Wu", "Dan Fox"]
    assert teams_of("ben@meridian.example") == {"claims", "desk"}
    assert {duty.key for duty in Staff.objects.get(name="Ada Ito").duties.all()} == {"worker"}
    again = sync()
    assert (again.joining, again.leaving, again.changes, again.known) == ((), (), (), 4)


@needs_slapd
def test_who_changes_groups_changes_teams_and_other_teams_stay(company: Slapd) -> None:
    sync()
    ben = Staff.objects.get(name="Ben Öz")
    staffing.join_team(by=SYSTEM, staff=ben, team="choir")
    company.leave("ben", "claims")
    company.join("ada", "front desk")
    sync()
    assert teams_of("ben@meridian.example") == {"desk", "choir"}
    assert teams_of("ada@meridian.example") == {"claims", "desk"}


@needs_slapd
def test_another_name_and_address_are_the_same_person(company: Slapd) -> None:
    sync()
    before = Staff.objects.get(name="Cleo Wu").pk
    company.rename("cleo", cn="Cleo Wu-Berg", mail="cleo.wu-berg@meridian.example")
    plan = sync()
    assert (plan.joining, plan.leaving) == ((), ())
    assert Staff.objects.get(pk=before).name == "Cleo Wu-Berg"


@needs_slapd
def test_who_left_leaves_and_is_not_deleted(company: Slapd) -> None:
    sync()
    company.drop("dan")
    plan = sync()
    assert [one.name for one in plan.leaving] == ["Dan Fox"]
    dan = Staff.objects.get(name="Dan Fox")
    assert dan.left_at == NOW
    assert not dan.account.is_active
    assert not dan.memberships.exists()
    assert sync().leaving == ()


@needs_slapd
def test_a_colleague_whom_we_know_by_their_address_is_not_added_twice(company: Slapd) -> None:
    staffing.add_staff(by=SYSTEM, name="Ada", email="ada@meridian.example", teams=("choir",), now=NOW)
    sync()
    assert Staff.objects.filter(account__email="ada@meridian.example").count() == 1
    assert teams_of("ada@meridian.example") == {"choir", "claims"}


@needs_slapd
def test_nothing_happens_while_the_directory_does_not_answer(company: Slapd) -> None:
    sync()
    with company.stopped(), pytest.raises(command.Refused, match="does not answer"):
        sync()
    assert not Staff.objects.exclude(left_at=None).exists()


@needs_slapd
def test_a_group_that_is_not_there_stops_it(company: Slapd) -> None:
    path = django_settings.FOLDER / "connectors" / "peer.yaml"
    path.write_text(path.read_text().replace("{claims: claims", "{klaims: claims"))
    with pytest.raises(command.Refused, match="no group klaims"):
        sync()


@needs_slapd
def test_the_command_shows_first_and_does_it_when_told(
    company: Slapd, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(staff_command, "start", lambda: django_settings.FOLDER)
    assert command.main(["staff", "sync", "peer", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["done"], len(told["joining"]), told["leaving"]) == (False, 4, [])
    assert not Staff.objects.exists()
    assert command.main(["staff", "sync", "peer"]) == 0
    out = capsys.readouterr().out
    assert "joins   Ben Öz <ben@meridian.example>: claims, desk" in out
    assert "Nothing was changed. Do it: backline staff sync peer --do" in out
    assert command.main(["staff", "sync", "peer", "--do"]) == 0
    assert Staff.objects.count() == 4
    assert DirectoryEntry.objects.count() == 4
    assert command.main(["staff", "sync", "nobody"]) == 1


def listed(*names: str) -> list[Listed]:
    return [Listed(identity=f"id-{name}", name=name, email=f"{name}@house.example") for name in names]


def test_if_many_would_leave_at_once_the_directory_is_doubted_first() -> None:
    everybody = listed("ann", "bob", "cas", "dot", "eve", "fay")
    directory.follow(by=SYSTEM, plan=directory.plan(system="d", listed=everybody, teams=()), now=NOW)
    plan = directory.plan(system="d", listed=everybody[:2], teams=())
    with pytest.raises(SyncRefused, match="4 of 6"):
        directory.follow(by=SYSTEM, plan=plan, now=NOW)
    assert not Staff.objects.exclude(left_at=None).exists()
    directory.follow(by=SYSTEM, plan=plan, now=NOW, even_if_drastic=True)
    assert Staff.objects.exclude(left_at=None).count() == 4


def test_what_a_person_has_to_look_at_is_told_and_left_alone() -> None:
    directory.follow(by=SYSTEM, plan=directory.plan(system="d", listed=listed("ann"), teams=()), now=NOW)
    staffing.leave(by=SYSTEM, staff=Staff.objects.get(), now=NOW)
    odd = [*listed("ann"), Listed(identity="x", name="", email="x@house.example"), *listed("bob"),
           Listed(identity="y", name="Bob", email="BOB@house.example")]  # fmt: skip
    plan = directory.plan(system="d", listed=odd, teams=())
    assert plan.doubts == (
        "ann left, and is in the directory again.",
        "x@house.example lacks a name, an address or an identity.",
        "Two in the directory have the address bob@house.example.",
    )
    assert [one.listed.name for one in plan.joining] == ["bob"]


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ('"(uid={uid})"', '"(uid={uid}"', "24:20", "is no search filter"),
        ('"(uid={uid})"', '"(uid={user})"', "24:20", "'{user}' is no parameter"),
        ("attributes: {email: mail}", "attributes: {}", "24:11", "has to say its 'attributes'"),
        (f"  base: {BASE}\n", "", "6:3", "has to say the 'base'"),
        ("under: ou=people\n    groups", "groups", "12:5", "has to say where they stand"),
    ],
)
def test_each_mistake_is_told_with_line_and_column(
    tmp_path: Path, old: str, new: str, place: str, message: str
) -> None:
    (tmp_path / "password").write_text("x")
    told_file = FILE % 389
    assert old in told_file
    (tmp_path / "peer.yaml").write_text(told_file.replace(old, new, 1))
    with pytest.raises(DefinitionProblems) as raised:
        read_system(tmp_path / "peer.yaml", folder=tmp_path)
    told = [f"{p.place.line}:{p.place.column}: {p.message}" for p in raised.value.problems]
    assert any(one.startswith(f"{place}:") and message in one for one in told), told


def test_a_directory_is_only_read(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("x")
    writes = "\n  add: {write: {filter: (uid=x)}, verify: {filter: (uid=x)}}\n"
    (tmp_path / "peer.yaml").write_text(FILE % 389 + writes)
    with pytest.raises(DefinitionProblems, match="only read"):
        read_system(tmp_path / "peer.yaml", folder=tmp_path)


def test_a_password_does_not_leave_this_machine_in_the_open(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("x")
    (tmp_path / "peer.yaml").write_text((FILE % 389).replace("127.0.0.1", "directory.example"))
    with pytest.raises(ValueError, match="in the open"):
        LdapConnector(read_system(tmp_path / "peer.yaml", folder=tmp_path), tmp_path)
