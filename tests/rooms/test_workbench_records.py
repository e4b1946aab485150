"""Records: what is over, what is kept on order, what was destroyed; and a case taken along as one archive."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.http import HttpResponse

from backline.cases.models import Case, Hold
from backline.people.models import Look
from tests.rooms import portal_house
from tests.rooms.cases_house import House
from tests.rooms.test_cases_retention import KEPT, ended
from tests.rooms.workbench_house import sign_in, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def club(workbench: House) -> House:
    """Cases that are kept for two years."""
    workbench.publish(KEPT)
    return workbench


def taken(response: HttpResponse) -> zipfile.ZipFile:
    """The archive that was sent."""
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]


def test_what_is_over_is_destroyed_at_a_click_and_leaves_a_certificate(club: House) -> None:
    case = ended(club)
    boss = sign_in("administrator", club)
    assert "Nothing is over its time" in boss.read("/work/records")
    club.now += timedelta(days=800)
    page = boss.read("/work/records")
    assert case.reference in page
    assert "kept until" in page
    boss.post("/work/records/destruction")
    page = boss.read("/work/records")
    assert "its time was over" in page
    assert "one document" in page
    assert "One request was destroyed." in page
    assert boss.get(f"/work/cases/{case.reference}").status_code == 404


def test_an_order_to_keep_is_given_on_the_case_and_ended_with_a_reason(club: House) -> None:
    case = ended(club)
    boss = sign_in("administrator", club)
    boss.post(f"/work/cases/{case.reference}/hold", {"reason": "A dispute"})
    club.now += timedelta(days=800)
    page = boss.read("/work/records")
    assert "A dispute" in page
    assert "Nothing is over its time" in page
    boss.post(f"/work/records/holds/{Hold.objects.get().pk}/release", {"reason": "Settled"})
    assert "Destroy this one" in boss.read("/work/records")


def test_records_are_for_those_whose_duty_they_are(club: House) -> None:
    case = ended(club)
    worker = sign_in("worker", club)
    for address in ("/work/records", "/work/records/destruction", "/work/records/holds/1/release"):
        assert worker.post(address).status_code in (404, 405)
    assert worker.get("/work/records").status_code == 404
    assert worker.post(f"/work/cases/{case.reference}/hold", {"reason": "Mine"}).status_code == 422
    assert "Keep on order" not in worker.read(f"/work/cases/{case.reference}")
    assert not Hold.objects.exists()


def test_a_case_is_taken_along_whole_and_that_is_logged(club: House) -> None:
    case = ended(club)
    archive = taken(sign_in("worker", club).get(f"/work/cases/{case.reference}/archive"))
    assert set(archive.namelist()) == {"index.html", "case.json", "chain.json", "documents/001-letter.txt"}
    assert archive.read("documents/001-letter.txt") == b"Letter of Ada"
    assert json.loads(archive.read("case.json"))["facts"]["name"]["value"] == "Ada"
    chain = json.loads(archive.read("chain.json"))
    case.refresh_from_db()
    assert (len(chain), chain[-1]["chain"]) == (case.sequence, case.chain)
    assert case.reference in archive.read("index.html").decode()
    assert Look.objects.filter(purpose="Exporting the request").exists()


def test_a_customer_takes_along_what_they_may_see(club: House) -> None:
    case = ended(club)
    ann = portal_house.sign_in("ann@example.org", club)
    archive = taken(ann.get(f"/requests/{case.reference}/archive"))
    assert "chain.json" not in archive.namelist()
    assert "Ada" in archive.read("index.html").decode()
    assert Case.objects.filter(pk=case.pk).exists()
    outsider = sign_in("outsider", club)
    assert outsider.get(f"/work/cases/{case.reference}/archive").status_code == 404
