"""The calendar connector against a real Radicale server: the contract, and what only calendars have."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backline.connectors import calling, recording, systems
from backline.connectors.calendar.events import uid_of
from backline.connectors.configuring import read_system
from backline.connectors.contract import Again, Done, Found, Missing, NotDone, Refused, WriteResult
from backline.connectors.contract_suite import ContractSuite, Example, Peer
from backline.engine.definition import DefinitionProblems
from backline.engine.values import Row, decode
from tests.rooms.radicale_house import PASSWORD, USER, Radicale, radicale

pytest.importorskip("radicale", reason="Radicale is not installed")
pytestmark = pytest.mark.django_db
FILE = """
system: diary
title: The diary
kind: calendar
settings:
  url: {url}/{user}
  user: {user}
  password: {{file: diary.password}}
  zone: Europe/Berlin
  connect: 1 second
  within: 8 seconds
  breaker: {{failures: 1000, pause: 1 second}}
records:
  appointment: {{uid: text, starts: datetime, ends: datetime, summary: text, place: text, etag: text}}
  slot: {{starts: datetime, ends: datetime}}
operations:
  agenda:
    with: {{begin: datetime, end: datetime}}
    read: {{appointments: haddad, from: "{{begin}}", until: "{{end}}"}}
    returns: {{list: appointment}}
  mine:
    with: {{begin: datetime, end: datetime, patient: person}}
    read: {{appointments: haddad, from: "{{begin}}", until: "{{end}}", attendee: "{{patient.email}}"}}
    returns: {{list: appointment}}
  one:
    with: {{uid: text}}
    read: {{appointment: haddad, uid: "{{uid}}"}}
    returns: {{record: appointment}}
  free:
    with: {{begin: datetime, end: datetime}}
    read: {{free: haddad, from: "{{begin}}", until: "{{end}}", length: 60 minutes, opens: "09:00", closes: "12:00",
           days: [mon, tue, wed, thu, fri]}}
    returns: {{list: slot}}
  book:
    with: {{slot: {{record: slot}}, patient: person}}
    sensitive: [patient]
    write: {{book: haddad, starts: "{{slot.starts}}", ends: "{{slot.ends}}", summary: "Visit of {{patient.name}}",
            attendee: "{{patient.email}}", place: Room 4}}
    refuse: {{taken: {{say: Somebody was faster.}}}}
    gives: {{uid: text, starts: datetime}}
  note:
    with: {{slot: {{record: slot}}, what: text}}
    write: {{book: haddad, starts: "{{slot.starts}}", ends: "{{slot.ends}}", summary: "{{what}}", overlaps: yes}}
    gives: {{starts: datetime}}
  move:
    with: {{appointment: {{record: appointment}}, slot: {{record: slot}}}}
    write: {{move: haddad, uid: "{{appointment.uid}}", etag: "{{appointment.etag}}", starts: "{{slot.starts}}",
            ends: "{{slot.ends}}"}}
    gives: {{starts: datetime}}
  cancel:
    with: {{uid: text}}
    write: {{cancel: haddad, uid: "{{uid}}"}}
"""
PAT = Row("person", "1", {"name": "Pat", "email": "pat@post.example"})
BEGIN, END = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 28, tzinfo=UTC)


def slot(day: int, hour: int, *, month: int = 11) -> Row:
    """An hour, in UTC."""
    starts = datetime(2026, month, day, hour, tzinfo=UTC)
    return Row("diary.slot", str(starts), {"starts": starts, "ends": starts.replace(hour=hour + 1)})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


def declared(server: Radicale, folder: Path, url: str = "") -> str:
    (folder / "diary.password").write_text(PASSWORD)
    return FILE.format(url=url or server.proxy.url, user=USER)


class Diary(Peer):
    """Radicale, behind a proxy that misbehaves when told."""

    system = "diary"
    finds, misses = (
        Example(operation="one", arguments={"uid": "known"}),
        Example(operation="one", arguments={"uid": "x"}),
    )
    writes = Example(operation="note", arguments={"slot": slot(24, 9), "what": "A rash on the arm"})
    gives = {"starts": datetime(2026, 11, 24, 9, tzinfo=UTC)}
    refused = Example(operation="book", arguments={"slot": slot(25, 9), "patient": PAT})
    refusal = "taken"
    secrets = (PASSWORD, "pat@post.example")

    def __init__(self, server: Radicale) -> None:
        self.server = server
        server.clear()
        server.put("known", "DTSTART:20261125T090000Z\nDTEND:20261125T100000Z\nSUMMARY:Known\nLOCATION:Room 4")
        etag = server.ask("GET", f"/{USER}/haddad/known.ics")
        assert etag[0] == 200

    @property
    def value(self) -> Row:  # type: ignore[override]
        found = calling.read("diary.one", {"uid": "known"})
        assert isinstance(found, Found)
        members = {"uid": "known", "starts": datetime(2026, 11, 25, 9, tzinfo=UTC),
                   "ends": datetime(2026, 11, 25, 10, tzinfo=UTC), "summary": "Known", "place": "Room 4",
                   "etag": found.value["members"]["etag"]}  # fmt: skip
        return Row("diary.appointment", "known", members)

    def declaration(self, folder: Path) -> str:
        return declared(self.server, folder)

    def count(self) -> int:
        return len(self.server.events())

    def losing_answers(self) -> AbstractContextManager[None]:
        return self.server.proxy.losing_answers()

    def busy(self) -> AbstractContextManager[float]:
        return self.server.proxy.busy()

    def hanging(self) -> AbstractContextManager[None]:
        return self.server.proxy.hanging()

    def away(self) -> AbstractContextManager[None]:
        return self.server.proxy.away()


class TestContract(ContractSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def peer(cls, server: Radicale) -> Diary:
        return Diary(server)


@pytest.fixture
def diary(server: Radicale, organisation_folder: Path) -> Iterator[Radicale]:
    server.clear()
    (organisation_folder / "connectors").mkdir(exist_ok=True)
    (organisation_folder / "connectors" / "diary.yaml").write_text(declared(server, organisation_folder))
    systems.forget()
    yield server
    systems.forget()
    recording.forget()


def read(operation: str, **arguments: object) -> Any:
    found = calling.read(f"diary.{operation}", arguments)
    assert isinstance(found, Found), found
    return decode(found.type, found.value)


def write(operation: str, key: str = "K-1", **arguments: object) -> WriteResult:
    return calling.write(f"diary.{operation}", arguments, key=key)


def agenda() -> list[tuple[str, datetime]]:
    return [(one.get("summary"), one.get("starts")) for one in read("agenda", begin=BEGIN, end=END)]


def booked(key: str = "K-1", at: Row | None = None) -> Row:
    done = write("book", key, slot=at or slot(24, 9), patient=PAT)
    assert isinstance(done, Done), done
    found: Row = read("one", uid=done.gives["uid"])
    return found


def test_booking_moving_and_cancelling_are_seen_in_the_calendar(diary: Radicale) -> None:
    one = booked()
    assert agenda() == [("Visit of Pat", datetime(2026, 11, 24, 9, tzinfo=UTC))]
    moved = write("move", "K-2", appointment=one, slot=slot(26, 13))
    assert isinstance(moved, Done)
    assert decode(moved.types["starts"], moved.gives["starts"]) == datetime(2026, 11, 26, 13, tzinfo=UTC)
    assert agenda() == [("Visit of Pat", datetime(2026, 11, 26, 13, tzinfo=UTC))]
    assert isinstance(write("cancel", "K-3", uid=one.id), Done)
    assert agenda() == []
    (event,) = diary.events()
    assert "STATUS:CANCELLED" in event
    assert "SEQUENCE:3" in event


def test_the_number_of_an_appointment_comes_from_the_key_alone(diary: Radicale) -> None:
    assert booked("K-7").id == uid_of("diary", "K-7")
    assert uid_of("diary", "K-7") != uid_of("diary", "K-8")
    assert uid_of("other", "K-7") != uid_of("diary", "K-7")


def test_an_hour_is_written_in_the_calendars_own_zone_also_when_the_clocks_change(diary: Radicale) -> None:
    booked("K-1", slot(23, 14))
    booked("K-2", slot(24, 14, month=7))
    winter, summer = sorted(diary.events(), key=lambda event: "20260724" in event)
    assert "DTSTART;TZID=Europe/Berlin:20261123T150000" in winter
    assert "DTSTART;TZID=Europe/Berlin:20260724T160000" in summer
    assert "BEGIN:VTIMEZONE" in summer
    year = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    assert [one.get("starts") for one in read("agenda", begin=year[0], end=year[1])] == [
        datetime(2026, 7, 24, 14, tzinfo=UTC), datetime(2026, 11, 23, 14, tzinfo=UTC),
    ]  # fmt: skip


def test_free_times_are_hours_of_the_zone_without_those_that_are_taken(diary: Radicale) -> None:
    diary.put("a", "DTSTART;VALUE=DATE:20261125\nSUMMARY:Away the whole day")
    diary.put("b", "DTSTART:20261126T083000Z\nDURATION:PT15M\nSUMMARY:Short")
    diary.put("c", "DTSTART:20261127T080000Z\nDTEND:20261127T110000Z\nSUMMARY:Off\nSTATUS:CANCELLED")
    diary.put("d", "DTSTART:20261127T080000Z\nDTEND:20261127T110000Z\nSUMMARY:Birthday\nTRANSP:TRANSPARENT")
    diary.put("e", "DTSTART:20261116T090000Z\nDTEND:20261116T100000Z\nSUMMARY:Weekly\nRRULE:FREQ=WEEKLY")
    slots = read("free", begin=datetime(2026, 11, 23, tzinfo=UTC), end=datetime(2026, 11, 30, tzinfo=UTC))
    found = [f"{one.get('starts'):%a %H}" for one in slots]
    assert found == ["Mon 08", "Mon 10", "Tue 08", "Tue 09", "Tue 10", "Thu 09", "Thu 10", "Fri 08", "Fri 09", "Fri 10"]


def test_free_times_of_a_day_on_which_the_clocks_change_are_those_of_its_own_hours(diary: Radicale) -> None:
    slots = read("free", begin=datetime(2026, 10, 23, tzinfo=UTC), end=datetime(2026, 10, 27, tzinfo=UTC))
    assert {f"{one.get('starts'):%a %H}" for one in slots} == {
        "Fri 07", "Fri 08", "Fri 09", "Mon 08", "Mon 09", "Mon 10",
    }  # fmt: skip


def test_only_the_appointments_of_a_person_are_theirs(diary: Radicale) -> None:
    booked()
    diary.put("b", "DTSTART:20261124T110000Z\nDTEND:20261124T120000Z\nSUMMARY:Somebody else")
    assert len(read("mine", begin=BEGIN, end=END, patient=PAT)) == 1
    nameless = Row("person", "2", {"name": "No address"})
    assert read("mine", begin=BEGIN, end=END, patient=nameless) == ()


def test_a_time_that_is_taken_is_refused_with_the_words_of_the_file(diary: Radicale) -> None:
    booked("K-1")
    assert write("book", "K-2", slot=slot(24, 9), patient=PAT) == Refused(code="taken", message="Somebody was faster.")
    other = booked("K-3", slot(24, 13))
    taken = write("move", "K-4", appointment=other, slot=slot(24, 9))
    assert taken == Refused(code="taken", message="This time is taken.")
    assert len(diary.events()) == 2


def test_an_appointment_that_was_changed_since_it_was_read_is_not_moved(diary: Radicale) -> None:
    one = booked()
    event = diary.events()[0].replace("Visit of Pat", "Visit of Pat with the letter").replace("\r\n", "\n")
    assert diary.ask("PUT", f"/{USER}/haddad/{one.id}.ics", event)[0] in (200, 201, 204)
    refused = write("move", "K-2", appointment=one, slot=slot(26, 13))
    assert refused == Refused(code="changed", message="The appointment was changed meanwhile.")
    assert agenda() == [("Visit of Pat with the letter", datetime(2026, 11, 24, 9, tzinfo=UTC))]
    assert len(diary.events()) == 1


def test_what_is_not_there_or_repeats_is_not_cancelled(diary: Radicale) -> None:
    diary.put("weekly", "DTSTART:20261123T090000Z\nDTEND:20261123T100000Z\nSUMMARY:W\nRRULE:FREQ=WEEKLY")
    told = [write("cancel", f"K-{uid}", uid=uid) for uid in ("nothing", "weekly")]
    assert [one.code for one in told if isinstance(one, Refused)] == ["not_found", "repeats"]


def test_of_many_who_want_one_time_at_once_one_gets_it(diary: Radicale) -> None:
    """Each with a key of their own, each again as long as asked to."""
    results: dict[str, WriteResult] = {}

    def want(key: str) -> None:
        for _ in range(6):
            results[key] = write("book", key, slot=slot(24, 9), patient=PAT)
            if not isinstance(results[key], Again):
                return

    threads = [threading.Thread(target=want, args=(f"K-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for key in results:
        results[key] = write("book", key, slot=slot(24, 9), patient=PAT)
    assert sum(isinstance(one, Done) for one in results.values()) == 1
    assert sum(isinstance(one, Refused) for one in results.values()) == 3
    assert len(diary.events()) == 1
    assert len(agenda()) == 1


def test_a_hold_that_was_left_is_gone_on_with_and_is_never_taken_for_done(diary: Radicale) -> None:
    uid = uid_of("diary", "K-1")
    diary.put(uid, "DTSTART:20261124T090000Z\nDTEND:20261124T100000Z\nSUMMARY:Visit of Pat\nSTATUS:TENTATIVE")
    assert isinstance(calling.verify("diary.book", {"slot": slot(24, 9), "patient": PAT}, key="K-1"), NotDone)
    assert agenda() == []
    assert isinstance(write("book", "K-1", slot=slot(24, 9), patient=PAT), Done)
    (event,) = diary.events()
    assert "STATUS:CONFIRMED" in event


def test_a_move_whose_answer_was_lost_is_found_by_its_key_and_leaves_no_hold(diary: Radicale) -> None:
    one = booked()
    with diary.proxy.losing_answers():
        write("move", "K-2", appointment=one, slot=slot(26, 13))
    assert isinstance(write("move", "K-2", appointment=one, slot=slot(26, 13)), Done)
    assert agenda() == [("Visit of Pat", datetime(2026, 11, 26, 13, tzinfo=UTC))]
    assert len(diary.events()) == 1


def test_a_wrong_password_is_refused_for_good(diary: Radicale, organisation_folder: Path) -> None:
    (organisation_folder / "diary.password").write_text("wrong")
    systems.forget()
    assert read_missing("agenda").reason == "refused"
    refused = write("book", slot=slot(24, 9), patient=PAT)
    assert isinstance(refused, Refused)
    assert refused.code == "rejected"


def read_missing(operation: str) -> Missing:
    missing = calling.read(f"diary.{operation}", {"begin": BEGIN, "end": END})
    assert isinstance(missing, Missing)
    return missing


@pytest.mark.parametrize(
    ("change", "to", "says"),
    [
        ("appointments: haddad", "lunch: haddad", "This asks one thing of one calendar"),
        ('starts: "{slot.starts}", ends', 'starts: "at {slot.starts}", ends', "'starts' is a moment"),
        ('uid: "{uid}"', 'uid: "{number}"', "'{number}' is no parameter"),
        ("length: 60 minutes", "size: 60 minutes", "'free' has no key 'size'"),
        ("refuse: {taken:", "refuse: {full:", "A calendar never refuses for 'full'"),
        ('opens: "09:00"', "opens: early", "'early' is no time of day"),
        ("[mon, tue", "[monday, tue", "'days' is a list of days"),
        ("gives: {uid: text, starts: datetime}", "verify: x", "A calendar proves its writes by itself"),
    ],
)
def test_a_declaration_that_is_wrong_says_so(tmp_path: Path, change: str, to: str, says: str) -> None:
    (tmp_path / "diary.password").write_text(PASSWORD)
    text = FILE.format(url="http://127.0.0.1:1", user=USER)
    assert change in text
    (tmp_path / "diary.yaml").write_text(text.replace(change, to, 1))
    with pytest.raises(DefinitionProblems) as wrong:
        read_system(tmp_path / "diary.yaml", folder=tmp_path)
    assert says in str(wrong.value)
