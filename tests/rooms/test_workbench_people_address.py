"""A colleague corrects where letters to a person go."""

from __future__ import annotations

import pytest

from backline.channels.sending import postal_address
from backline.people.models import Look
from tests.rooms.cases_house import House, house
from tests.rooms.workbench_house import sign_in, workbench

__all__ = ["house", "workbench"]
pytestmark = pytest.mark.django_db


def test_a_colleague_corrects_an_address_and_the_person_can_read_who_did(workbench: House) -> None:
    ann = workbench.customer
    workbench.open(account="A-1")
    worker = sign_in("worker", workbench)
    page = f"/work/people/{ann.pk}"
    assert "No address is known." in worker.read(page)

    assert worker.post(page, {"address": "New road 2\n54321 City"}).status_code == 302
    assert "New road 2" in worker.read(page)
    assert worker.post(page, {"address": " "}).status_code == 422

    ann.refresh_from_db()
    assert postal_address(ann) == ["Ann", "New road 2", "54321 City"]
    assert Look.objects.filter(party=ann, by=worker.name, what="the address, corrected").exists()


def test_without_a_purpose_nobody_corrects_anything(workbench: House) -> None:
    ann = workbench.customer
    outsider = sign_in("outsider", workbench)

    assert outsider.post(f"/work/people/{ann.pk}", {"address": "x"}).status_code == 422
    ann.refresh_from_db()
    assert ann.details == {}
