"""Meridian's systems of record hold what they are for, and its connectors ask them rightly."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from backline.connectors import calling, recording, systems
from backline.connectors.contract import Done, Found, Refused
from backline.demo import meridian, running, setting_up
from backline.demo.systems import clinic, membership, recordkeeper
from backline.demo.systems.serving import Asked, Refusal
from backline.engine.values import Money, Row, decode

pytestmark = pytest.mark.django_db
ANNA = Row("person", "1", {"name": "Anna Seidel", "recordkeeper": "P-1001"})
LENA = Row("person", "5", {"name": "Lena Vogt", "clinic": "C-2001"})


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.fixture
def folder(tmp_path: Path, settings: pytest.FixtureRequest) -> Iterator[Path]:
    settings.FOLDER = tmp_path  # type: ignore[attr-defined]
    setting_up.lay_out(tmp_path)
    yield tmp_path
    systems.forget()
    recording.forget()


def test_laying_out_twice_changes_nothing(folder: Path) -> None:
    (folder / "types" / "kinds.yaml").write_text("# mine")
    token = (folder / "systems" / "clinic.token").read_text()
    setting_up.lay_out(folder)
    assert (folder / "types" / "kinds.yaml").read_text() == "# mine"
    assert (folder / "systems" / "clinic.token").read_text() == token
    assert len(membership.memberships(folder / "systems" / "membership.sqlite3", "jonas.rehm@post.example")) == 1


def test_an_address_has_one_membership_and_its_number_is_read_back(folder: Path) -> None:
    person = {"name": "Tilda", "email": "tilda@post.example", "programme": "traveller"}
    done = calling.write("membership.enrol", person, key="LC-1/enrol//1/do")
    assert isinstance(done, Done)
    again = calling.write("membership.enrol", {**person, "email": "Tilda@Post.Example"}, key="LC-2/enrol//1/do")
    assert isinstance(again, Refused)
    assert again.code == "already_member"
    found = calling.read("membership.number_of", {"email": "TILDA@post.example"})
    assert isinstance(found, Found)
    assert found.value == done.gives["member_no"]


def test_a_membership_that_ended_makes_room_for_a_new_one(folder: Path) -> None:
    person = {"name": "Tilda", "email": "tilda@post.example", "programme": "traveller"}
    done = calling.write("membership.enrol", person, key="LC-1/enrol//1/do")
    assert isinstance(done, Done)
    assert isinstance(calling.write("membership.close", done.gives, key="LC-1/enrol//2/undo"), Done)
    assert isinstance(calling.write("membership.enrol", person, key="LC-3/enrol//1/do"), Done)


def test_a_payment_is_made_amended_and_taken_back_once_each(folder: Path) -> None:
    store = folder / "systems" / "recordkeeper.sqlite3"
    paid = calling.write(
        "recordkeeper.withdraw", {"participant": ANNA, "gross": eur("3000"), "net": eur("2700")}, key="HW-1/pay//1/do"
    )
    assert isinstance(paid, Done)
    assert recordkeeper.balance(store, "P-1001") == 3_900_000
    changed = {**paid.gives, "gross": eur("2400"), "net": eur("2160")}
    for _ in range(2):
        assert isinstance(calling.write("recordkeeper.amend", changed, key="HW-1/pay//2/amend"), Done)
    assert recordkeeper.balance(store, "P-1001") == 3_960_000
    assert isinstance(calling.write("recordkeeper.reverse", paid.gives, key="HW-1/pay//3/undo"), Done)
    assert recordkeeper.balance(store, "P-1001") == 4_200_000
    assert recordkeeper.changes(store, paid.gives["payment_number"]) == ["amended", "reversed"]
    late = calling.write("recordkeeper.amend", changed, key="HW-1/pay//4/amend")
    assert isinstance(late, Refused)
    assert late.code == "reversed"


@pytest.mark.parametrize(("amount", "holds"), [("21000", True), ("21000.01", False)])
def test_the_plan_pays_out_half_of_the_balance_at_most(folder: Path, amount: str, holds: bool) -> None:
    payload = {"participant": ANNA, "gross": eur(amount), "net": eur(amount)}
    assert isinstance(calling.write("recordkeeper.withdraw", payload, key="HW-1/pay//1/do"), Done if holds else Refused)


def test_the_record_keeper_knows_the_spouse(folder: Path) -> None:
    found = calling.read("recordkeeper.spouse", {"participant": ANNA})
    assert isinstance(found, Found)
    spouse = decode(found.type, found.value)
    assert (spouse.get("name"), spouse.get("number"), spouse.get("language")) == ("Markus Seidel", "P-1901", "de")


def test_the_clinic_moves_an_appointment_once_and_tells_who_was_faster(folder: Path) -> None:
    with running.systems(folder):
        found = calling.read("clinic.appointment", {"patient": LENA})
        assert isinstance(found, Found)
        appointment = decode(found.type, found.value)
        offered = calling.read("clinic.free_slots", {"appointment": appointment})
        assert isinstance(offered, Found)
        slot = decode(offered.type, offered.value)[0]
        for _ in range(2):
            done = calling.write("clinic.move", {"appointment": appointment, "slot": slot}, key="MA-1/move//1/do")
            assert isinstance(done, Done)
            assert decode(done.types["moved_to"], done.gives["moved_to"]) == slot.get("starts")
        taken = calling.write("clinic.move", {"appointment": appointment, "slot": slot}, key="MA-2/move//1/do")
        assert isinstance(taken, Refused)
        assert taken.code == "taken"
    with sqlite3.connect(folder / "systems" / "clinic.sqlite3") as database:
        assert database.execute("select count(*) from move").fetchone() == (1,)
    database.close()


def test_a_record_is_open_to_the_patient_alone() -> None:
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    clinic.create(database, now=datetime(2026, 11, 22, 9, tzinfo=UTC))
    assert clinic.records(database, Asked(parts=("C-2001",), query={"by": "C-2001"}))["record"]
    with pytest.raises(Refusal, match="closed"):
        clinic.records(database, Asked(parts=("C-2001",), query={"by": "C-2002"}))
    database.close()


def test_processes_end_when_whoever_started_them_lets_go(folder: Path) -> None:
    with running.systems(folder):
        url = (folder / "systems" / "clinic.url").read_text()
        assert isinstance(calling.read("clinic.appointment", {"patient": LENA}), Found)
    shutil.rmtree(folder / "connectors")
    assert url.startswith("http://127.0.0.1:")


def test_lena_turned_18_a_week_ago_on_any_day() -> None:
    from backline.demo.cast import customers

    for today in (date(2026, 11, 22), date(2028, 3, 7), date(2027, 1, 3)):
        lena = next(one for one in customers(today) if one.key == "lena")
        assert (today - lena.born.replace(year=lena.born.year + 18)).days in (6, 7)  # 29 February is 1 March


def test_meridians_case_types_are_without_problems() -> None:
    from backline.catalogue.drafts import check_paths

    drafts = list(check_paths([meridian.FOLDER / "types"]))
    assert len(drafts) == 7
    assert [problem for draft in drafts for problem in draft.problems] == []
