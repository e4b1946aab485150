"""The pages of the studio: for analysts alone; each number leads to the cases behind it; a log comes in by upload."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from bench.forecast import generate
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backline.insight.acts import feeding
from backline.insight.forecasting import studying, trees
from backline.insight.logs.importing import import_log
from backline.insight.logs.opening import open_log
from backline.insight.logs.report import Report
from backline.insight.logs.told import Told
from backline.web.studio import entering
from tests.rooms.cases_house import House
from tests.rooms.cases_house import house as house
from tests.rooms.workbench_house import CAST, Desk, sign_in, words

pytestmark = pytest.mark.django_db
CSV = "Ticket;Step;When;Who\nA;ask;01.02.2025 10:00;Ann\nA;pay;02.02.2025 10:00;Bob\nB;ask;03.02.2025 10:00;Ann\n"
BAD = "B;pay;yesterday;Bob\n"


@pytest.fixture
def analyst(house: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An analyst, in a house with a store of its own."""
    monkeypatch.setitem(CAST, "analyst", {"duties": ("analyst",)})
    (house.folder / "insight.duckdb").unlink(missing_ok=True)
    monkeypatch.setattr(entering, "folder", lambda: house.folder)
    for module in ("cases", "forecasts", "importing", "journeys", "measures", "pictures"):
        monkeypatch.setattr(f"backline.web.studio.{module}.folder", lambda: house.folder)
    entering._NEXT.clear()
    return sign_in("analyst", house)


def links(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="([^"]+)"', page)]


def test_the_studio_is_not_there_for_others(house: House, analyst: Desk) -> None:
    assert sign_in("worker", house).get("/studio/").status_code == 404
    assert Client().get("/studio/").status_code == 302
    assert analyst.get("/studio/requests/nothing/").status_code == 404


def test_a_blueprint_shows_each_step_on_its_side_and_says_the_same_as_a_table(house: House, analyst: Desk) -> None:
    house.open(account="A-1", amount="80 EUR")
    house.open(account="A-2", amount="1 EUR")
    house.pass_time(seconds=1)
    page = analyst.get("/studio/requests/payout/").content.decode()
    assert "line of visibility" in page
    drawn, table = page.split('<svg class="bp"')[1].split("</svg>")[0], page.split('id="steps"')[1]
    for told in ("Pay it out", "Result: Paid", "Asks for it"):
        assert told in unescape(drawn)
        assert told in unescape(table)
    assert "style=" not in page, "the content security policy refuses it"


def test_every_link_of_a_blueprint_leads_to_cases(house: House, analyst: Desk) -> None:
    case = house.open(account="A-1", amount="80 EUR")
    page = analyst.get("/studio/requests/payout/").content.decode()
    behind = {one for one in links(page) if "/cases?" in one}
    assert len(behind) > 5
    for address in behind:
        assert case.reference in analyst.read(address), address
    told = analyst.read(f"/studio/requests/payout/cases/{case.reference}")
    assert "Pay it out" in told
    assert "A-1" not in told, "nothing of what was said"


def test_measures_say_how_sure_they_are_and_go_out_as_files(house: House, analyst: Desk) -> None:
    for number in range(6):
        house.open(account="A-1", amount=f"{number + 1} EUR")
    house.pass_time(seconds=1)
    told = analyst.read("/studio/requests/payout/measures")
    assert "Straight through 100" in told
    assert "Not told by this log" in told
    csv = analyst.get("/studio/requests/payout/measures?as=csv").content.decode("utf-8-sig")
    assert "straight_through" in csv
    assert analyst.get("/studio/requests/payout/measures?as=xlsx").content.startswith(b"PK")


def test_a_filter_that_fits_nothing_says_so(house: House, analyst: Desk) -> None:
    house.open(account="A-1", amount="80 EUR")
    feeding.catch_up(folder=house.folder, now=house.now)
    for page in ("", "cases", "measures"):
        assert "No case fits" in analyst.read(f"/studio/requests/payout/{page}?since=2099-01-01")


@pytest.mark.parametrize(
    "told", ["steps=x", "steps=99999999999", "since=never", "team=%00", "fact=a", "page=-1", "lines=ß"]
)
def test_an_odd_address_breaks_nothing(house: House, analyst: Desk, told: str) -> None:
    house.open(account="A-1", amount="80 EUR")
    for page in ("", "cases", "measures"):
        assert analyst.get(f"/studio/requests/payout/{page}?{told}").status_code == 200
    assert analyst.get("/studio/requests/payout/cases?step=nothing").status_code == 404


def test_a_log_comes_in_by_upload_with_its_columns_confirmed(house: House, analyst: Desk) -> None:
    begun = analyst.post("/studio/imports", {"file": SimpleUploadedFile("tickets.csv", (CSV + BAD).encode())})
    address = begun["Location"]
    asked = analyst.get(address).content.decode()
    assert re.search(r'<option value="Ticket" selected', asked)
    wrong = analyst.post(address, {"name": "Tickets", "case": "Ticket", "activity": "Ticket", "time": "When"})
    assert wrong.status_code == 422
    columns = {"case": "Ticket", "activity": "Step", "time": "When", "resource": "Who"}
    analyst.post(address, {"name": "Tickets", "zone": "UTC", **columns})
    for thread in threading.enumerate():
        if thread.name.startswith("log-"):
            thread.join(20)
    told = analyst.read(address)
    assert "3 events of 2 cases" in told
    assert "5 a time that can" in words(told)
    assert "pay" in analyst.read("/studio/logs/Tickets/")
    assert "yesterday" in analyst.read("/studio/logs/Tickets/refusals")
    assert "Tickets" in analyst.read("/studio/")


@pytest.mark.parametrize(
    ("name", "content"), [("empty.csv", b""), ("page.html", b"<html></html>"), ("words.txt", b"hello")]
)
def test_what_is_no_log_is_refused_with_the_reason(house: House, analyst: Desk, name: str, content: bytes) -> None:
    begun = analyst.post("/studio/imports", {"file": SimpleUploadedFile(name, content)})
    if begun.status_code == 302:
        page = analyst.get(begun["Location"])
        if page.status_code == 200:  # XML is only read when it is imported
            analyst.post(begun["Location"], {"name": "x"})
            for thread in threading.enumerate():
                if thread.name.startswith("log-"):
                    thread.join(20)
            page = analyst.get(begun["Location"])
        begun = page
    assert begun.status_code == 422
    assert settings.ORGANISATION.name


def test_a_key_of_an_import_is_no_way_into_the_folder(analyst: Desk) -> None:
    for key in ("..", "%2e%2e%2fsecret.key", "0" * 32):
        assert analyst.get(f"/studio/imports/{key}").status_code == 404


def test_a_log_says_how_long_its_cases_still_take_and_how_well_that_was_foretold(
    house: House, analyst: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = generate(tmp_path / "queue.csv", cases=400)
    report = Report()
    reader = open_log(path, told=Told(), report=report)
    log = import_log(folder=house.folder, name="Queue", reader=reader, report=report, now=datetime.now(UTC)).log
    monkeypatch.setattr(studying, "begin", lambda folder, log: True)
    monkeypatch.setattr(trees, "KINDS", {trees.MEAN: trees.KINDS[trees.MEAN], **dict(list(trees.KINDS.items())[:2])})
    monkeypatch.setattr(trees, "SIMPLEST", tuple(trees.KINDS))
    assert "Learning from this log" in analyst.read("/studio/logs/Queue/forecast")
    told = studying.learn(house.folder, log)["tested"]
    assert 0.8 <= told["covered"] <= 1.0
    page = analyst.read("/studio/logs/Queue/forecast")
    for said in ("judged", "nine of ten within", "An annotated transition system", "Were there"):
        assert said in page
    assert analyst.get("/studio/logs/None/forecast").status_code == 404


def test_a_log_too_small_to_be_tried_says_so(house: House, analyst: Desk, tmp_path: Path) -> None:
    (tmp_path / "small.csv").write_text(CSV)
    report = Report()
    reader = open_log(tmp_path / "small.csv", told=Told(), report=report)
    log = import_log(folder=house.folder, name="Small", reader=reader, report=report, now=datetime.now(UTC)).log
    studying.learn(house.folder, log)
    page = analyst.read("/studio/logs/Small/forecast")
    assert "No step was seen often enough" in page
    assert "There is too little to try it on" in page
