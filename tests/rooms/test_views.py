"""One view over several systems: read side by side, each in its own time, shown to whom it may be."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from backline.cases.last_known import FORGET_JOB, forget
from backline.cases.models import LastKnown
from backline.cases.overviews import Asking, SeenView, ViewNotFound, see_view
from backline.connectors import recording
from backline.connectors.contract import Found, Missing, ReadResult
from backline.connectors.views import gathering
from backline.connectors.views.loading import views
from backline.connectors.views.reading import read_view
from backline.engine.definition import DefinitionProblems, ValueType
from backline.engine.values import Money
from backline.jobs.looping import Loop
from backline.people import parties
from backline.people.actors import Actor, of_party
from backline.people.looking import looks_at
from backline.people.models import Party
from tests.rooms import views_house
from tests.rooms.api_house import colleague, customer, program
from tests.rooms.cases_house import House
from tests.rooms.portal_house import portal
from tests.rooms.portal_house import sign_in as customer_in
from tests.rooms.workbench_house import sign_in as colleague_in
from tests.rooms.workbench_house import workbench

__all__ = ["portal", "workbench"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def carla(house: House) -> Iterator[Party]:
    """Known to all three systems, and in a case of the desk."""
    views_house.declare(house.folder)
    yield parties.create_party(
        name="Carla", now=house.now, verified={"email": "carla@post.example", "loans": "L-1"}
    )  # fmt: skip
    recording.flush()
    views_house.clear(house.folder)


def see(house: House, party: Party, by: Actor | None = None, **more: object) -> SeenView:
    told = {"purpose": "A test", "language": "en", "now": house.now}
    asking = Asking(by=by or of_party(party), party=party, **told)  # type: ignore[arg-type]
    return see_view("all", asking, **more)  # type: ignore[arg-type]


def part(view: SeenView, name: str) -> dict[str, object]:
    (one,) = [one for one in view.parts if one.name == name]
    rows = [{detail.name: detail.value for detail in row} for row in one.rows]
    return {"state": one.state, "reason": one.reason, "rows": rows, "last": one.is_last_known, "at": one.at,
            "hidden": one.hidden}  # fmt: skip


def test_parts_are_matched_by_declared_keys_also_by_what_another_system_says(house: House, carla: Party) -> None:
    view = see(house, carla)
    assert part(view, "customer")["rows"] == [{"number": "C-1", "segment": "Gold"}]
    assert [row["number"] for row in part(view, "invoices")["rows"]] == ["R-1", "R-2"]
    assert part(view, "owed")["rows"] == [{"owed": Money(Decimal("900.00"), "EUR")}]


def test_only_a_proven_number_matches(house: House, carla: Party) -> None:
    stranger = parties.create_party(name="Mallory", now=house.now, claims={"email": "carla@post.example"})
    view = see(house, stranger)
    assert {name: part(view, name)["state"] for name in ("customer", "invoices", "owed")} == {
        "customer": "unmatched", "invoices": "unmatched", "owed": "unmatched",
    }  # fmt: skip


def test_a_member_is_seen_by_whom_it_is_declared_for(house: House, carla: Party) -> None:
    house.customer = carla
    house.open(account="A-1", amount="50 EUR")
    mine, desks = see(house, carla), see(house, carla, house.actor("worker"))
    assert part(mine, "customer")["hidden"] == ("note",)
    assert part(desks, "customer")["rows"] == [{"number": "C-1", "segment": "Gold", "note": "Speaks softly."}]


def test_who_has_no_case_of_the_person_finds_no_view(house: House, carla: Party) -> None:
    with pytest.raises(ViewNotFound):
        see(house, carla, house.actor("outsider"))
    with pytest.raises(ViewNotFound):
        see(house, carla, house.ann)


def test_what_failed_is_named_with_its_reason_and_shows_what_was_last_known_with_its_time(
    house: House, carla: Party
) -> None:
    see(house, carla)
    before = house.now
    house.now += timedelta(minutes=30)
    views_house.away(house.folder, "billing")
    view = see(house, carla)
    missing = part(view, "invoices")
    assert (missing["state"], missing["reason"]) == ("missing", "down")
    assert (missing["last"], missing["at"]) == (True, before)
    assert [row["total"] for row in missing["rows"]] == [Money(Decimal("123.45"), "EUR"), Money(Decimal("5.00"), "EUR")]
    assert part(view, "customer")["at"] == house.now


def test_what_hangs_on_a_part_that_failed_is_missing_for_the_same_reason(house: House, carla: Party) -> None:
    views_house.away(house.folder, "crm")
    view = see(house, carla)
    assert part(view, "customer")["reason"] == part(view, "invoices")["reason"] == "down"
    assert part(view, "owed")["state"] == "found"


def test_no_more_is_kept_than_is_shown_and_may_be_kept(house: House, carla: Party) -> None:
    house.customer = carla
    house.open(account="A-1", amount="50 EUR")
    see(house, carla, house.actor("worker"))
    kept = {row.part: str(row.value) for row in LastKnown.objects.filter(party=carla)}
    assert set(kept) == {"customer", "invoices", "owed"}
    assert "Speaks softly" not in kept["customer"]
    assert "Carla" not in kept["customer"]
    assert "dunning" not in kept["invoices"]


def test_what_is_kept_goes_when_its_time_is_over(house: House, carla: Party) -> None:
    see(house, carla)
    house.now += timedelta(minutes=61)
    views_house.away(house.folder, "billing")
    assert part(see(house, carla), "invoices")["rows"] == []


def test_what_is_too_old_is_deleted_though_nobody_looks(house: House, carla: Party) -> None:
    see(house, carla)
    loop = Loop({FORGET_JOB: forget}, clock=lambda: house.now)
    house.now += timedelta(minutes=59)
    loop.run_due()
    assert LastKnown.objects.count() == 3
    house.now += timedelta(minutes=2)
    loop.run_due()
    assert set(LastKnown.objects.values_list("part", flat=True)) == {"owed"}
    house.now += timedelta(hours=1)
    loop.run_due()
    assert not LastKnown.objects.exists()


def test_what_a_view_keeps_no_more_is_deleted(house: House, carla: Party) -> None:
    see(house, carla)
    path = house.folder / "views" / "all.yaml"
    path.write_text(path.read_text().replace("    keep: 1 hour\n", "", 1))
    forget("", house.now)
    assert set(LastKnown.objects.values_list("part", flat=True)) == {"invoices", "owed"}


def test_what_a_shorter_setting_forbids_is_shown_no_more_at_once(house: House, carla: Party) -> None:
    see(house, carla)
    path = house.folder / "views" / "all.yaml"
    path.write_text(path.read_text().replace("keep: 1 hour", "keep: 1 second"))
    house.now += timedelta(seconds=5)
    views_house.away(house.folder, "billing")
    assert part(see(house, carla), "invoices")["rows"] == []


def test_what_the_system_has_no_more_is_forgotten(house: House, carla: Party) -> None:
    see(house, carla)
    with sqlite3.connect(house.folder / "crm.sqlite3") as crm:
        crm.execute("delete from customer")
    crm.close()
    assert part(see(house, carla), "customer")["state"] == "none"
    assert not LastKnown.objects.filter(part="customer").exists()


def test_a_fresh_value_is_shown_with_its_age_and_nobody_is_asked(house: House, carla: Party) -> None:
    see(house, carla)
    before = house.now
    house.now += timedelta(minutes=9)
    views_house.away(house.folder, "loans")
    fresh = part(see(house, carla), "owed")
    assert (fresh["state"], fresh["last"], fresh["at"]) == ("found", False, before)
    house.now += timedelta(minutes=2)
    assert part(see(house, carla), "owed")["state"] == "missing"


def test_without_asking_only_what_is_kept_is_there(house: House, carla: Party) -> None:
    assert {one.state for one in see(house, carla, ask=False).parts} == {"open"}
    see(house, carla)
    house.now += timedelta(minutes=5)
    known = see(house, carla, ask=False)
    assert part(known, "customer")["state"] == "open"
    assert part(known, "customer")["rows"] == [{"number": "C-1", "segment": "Gold"}]
    assert part(known, "owed")["state"] == "found"


def test_a_system_that_hangs_costs_its_own_time_alone(
    house: House, carla: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The slow one is given up at its own limit, while the others were asked at the same time and answered."""
    path = house.folder / "views" / "all.yaml"
    path.write_text(path.read_text().replace("read: crm.customer", "read: crm.customer\n    within: 0.2 seconds"))
    let_go, asked = threading.Event(), []

    def read(operation: str, arguments: object, *, deadline_s: float) -> ReadResult:
        asked.append(operation)
        if operation == "crm.customer":
            let_go.wait(10)
        return Found(value={"amount": "1.00", "currency": "EUR"}, type=ValueType(kind="money"))

    monkeypatch.setattr(gathering.calling, "read", read)
    view = see(house, carla)
    let_go.set()
    assert part(view, "customer")["reason"] == "late"
    assert part(view, "owed")["state"] == "found"
    assert sorted(asked) == ["crm.customer", "loans.owed"]


def test_a_part_that_breaks_takes_nothing_down(house: House, carla: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(operation: str, arguments: object, *, deadline_s: float) -> ReadResult:
        if operation == "loans.owed":
            raise RuntimeError("nobody foresaw this")
        return Missing(reason="none")

    monkeypatch.setattr(gathering.calling, "read", read)
    view = see(house, carla)
    assert part(view, "owed")["reason"] == "broken"
    assert part(view, "customer")["state"] == "none"


def test_a_colleagues_look_is_one_row_that_the_customer_can_read(house: House, carla: Party) -> None:
    house.customer = carla
    house.open(account="A-1", amount="50 EUR")
    see(house, carla)
    assert not looks_at(carla).exists()
    see(house, carla, house.actor("worker"), ask=False)
    see(house, carla, house.actor("worker"), parts=["owed"])
    assert [look.what for look in looks_at(carla)] == ["All at one look"]


@pytest.mark.parametrize(
    ("change", "to", "says"),
    [
        ("read: crm.customer", "read: crm.nothing", "There is no operation 'crm.nothing'"),
        ("read: crm.customer", "read: crm.forget", "A view only reads"),
        ("email: party.email", "mail: party.email", "has no parameter 'mail'"),
        ("with: {email: party.email}", "with: {}", "where 'email' of 'crm.customer' comes from"),
        ("customer: customer.number", "customer: customer.shoe", "names no value of another part"),
        ("customer: customer.number", "customer: invoices.number", "'invoices' waits for itself"),
        ("segment: Segment", "colour: Colour", "There is no member 'colour'"),
        ("fresh: 10 minutes", "fresh: 3 hours", "can't be fresh so long"),
        ("keep: 2 hours", "keep: long", "no length of time"),
        ("with: {person: party}", "with: {person: party}\n    show: {a: A}", "no members can be shown"),
        ("title: All at one look", "title: All\ncolour: red", "has no key 'colour'"),
    ],
)
def test_a_view_that_is_wrong_says_so_with_its_place(
    house: House, carla: Party, change: str, to: str, says: str
) -> None:
    path = house.folder / "views" / "all.yaml"
    path.write_text(views_house.VIEW.replace(change, to, 1))
    with pytest.raises(DefinitionProblems) as wrong:
        read_view(path, folder=house.folder)
    assert says in str(wrong.value)
    assert "all.yaml:" in str(wrong.value)
    assert views() == {}


def test_the_customers_page_names_what_is_missing_and_its_parts_come_one_by_one(portal: House, carla: Party) -> None:
    browser = customer_in("carla@post.example", portal)
    views_house.away(portal.folder, "loans")
    page = browser.read("/overview")
    assert "€123.45" in page
    assert "Loans can&#x27;t be reached at the moment. Ask again Nothing was kept from before." in page
    account = browser.get("/account/").content.decode()
    assert 'hx-get="/overview/all/invoices"' in account
    alone = browser.get("/overview/all/invoices", headers={"HX-Request": "true"}).content.decode()
    assert alone.lstrip().startswith("<article")
    assert "€123.45" in alone
    assert browser.get("/overview/all/nothing").status_code == 404


def test_german_words_come_from_the_file_beside_the_view(portal: House, carla: Party) -> None:
    browser = customer_in("carla@post.example", portal)
    page = browser.get("/overview", headers={"Accept-Language": "de"}).content.decode()
    assert "Alles auf einen Blick" in page
    assert "Summe" in page
    assert "Who they are" in page


def test_the_workers_page_shows_the_picture_beside_the_case(workbench: House, carla: Party) -> None:
    desk, workbench.customer = colleague_in("worker", workbench), carla
    case = workbench.open(account="A-1", amount="50 EUR")
    beside = desk.get(f"/work/cases/{case.reference}").content.decode()
    assert f"/work/people/{carla.pk}/overview/all/customer?case={case.reference}" in beside
    page = desk.read(f"/work/people/{carla.pk}/overview?case={case.reference}")
    assert "Speaks softly." in page
    assert colleague_in("outsider", workbench).get(f"/work/people/{carla.pk}/overview").status_code == 404


def test_the_api_gives_the_same(house: House, carla: Party) -> None:
    client = customer(house, "carla@post.example")
    assert [one["name"] for one in client.get(f"/parties/{carla.pk}/views")] == ["all"]
    told = client.get(f"/parties/{carla.pk}/views/all")
    by_name = {one["name"]: one for one in told["parts"]}
    assert by_name["owed"]["rows"][0][0]["value"] == {"amount": "900.00", "currency": "EUR"}
    assert by_name["customer"]["hidden"] == ["note"]
    assert program(house, "people:read").get(f"/parties/{carla.pk}/views/all?part=owed")["parts"][0]["state"] == "found"
    assert colleague(house, "Far", teams=()).call("GET", f"/parties/{carla.pk}/views/all").status_code == 404
    assert client.call("GET", f"/parties/{carla.pk}/views/none").status_code == 404
