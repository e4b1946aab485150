"""Finding a case and a person, dealing with what came in, and opening a request for somebody on the phone."""

from __future__ import annotations

import pytest

from backline.cases.models import Case
from backline.channels.models import Contact
from backline.insight.search import heard_reference, search, spoken
from backline.people.models import Look
from backline.people.parties import create_party
from backline.web.workbench.picture import spelt
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import sign_in, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db


def test_a_reference_is_found_as_it_is_heard(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    worker = sign_in("worker", workbench)
    for heard in (case.reference, case.reference.lower().replace("-", " "), spelt(case.reference)):
        response = worker.get("/work/search", {"q": heard})
        assert response["Location"] == f"/work/cases/{case.reference}"


def test_letters_are_spelt_and_heard_alike(workbench: House) -> None:
    assert spoken("Hotel Whiskey, four foxtrot 7 kilo, two 9") == "HW4F7K29"
    assert heard_reference("nothing like it") == ""


def test_one_misheard_character_still_leads_there(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    misheard = case.reference[:-1] + ("A" if case.reference[-1] != "A" else "B")
    found = search(misheard, by=workbench.actor("worker"), now=workbench.now)
    assert case in found.cases
    assert not found.exact


def test_names_and_searchable_facts_are_found_within_reach_alone(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    for words in (workbench.customer.name, "a 1", "A-1"):
        worker = search(words, by=workbench.actor("worker"), now=workbench.now)
        outsider = search(words, by=workbench.actor("outsider"), now=workbench.now)
        assert case in worker.cases
        assert not outsider.cases
        assert not outsider.people


def test_a_person_without_an_own_case_is_shown_for_a_purpose_that_is_noted(workbench: House) -> None:
    stranger = create_party(name="Stella Strange", now=workbench.now)
    worker = sign_in("worker", workbench)
    address = f"/work/people/{stranger.pk}"
    assert "Stella" not in worker.read(address)
    assert worker.post(address, {"purpose": ""}).status_code == 422
    worker.post(address, {"purpose": "She is on the phone"})
    assert "Stella Strange" in worker.read(address)
    assert Look.objects.get(party=stranger).purpose == "She is on the phone"


def test_a_request_is_opened_for_somebody_new_and_the_questions_follow(workbench: House) -> None:
    worker = sign_in("worker", workbench)
    assert worker.post("/work/cases/new", {"service": "payout"}).status_code == 422
    told = {"service": "payout", "name": "Paul Phone", "known_by": "+49 30 123456", "channel": "phone"}
    response = worker.post("/work/cases/new", told)
    case = Case.objects.get()
    assert response["Location"] == f"/work/cases/{case.reference}/call"
    assert case.channel == "phone"
    assert "Paul Phone" in worker.read(f"/work/cases/{case.reference}")


def test_nobody_is_shown_or_chosen_for_guessing_a_number(workbench: House) -> None:
    stranger, worker = create_party(name="Stella Strange", now=workbench.now), sign_in("worker", workbench)
    assert "Stella" not in worker.read(f"/work/cases/new?party={stranger.pk}")
    told = {"service": "payout", "party": str(stranger.pk), "_channel": "phone"}
    assert worker.post("/work/cases/new", told).status_code == 422
    assert not Case.objects.exists()


def test_what_came_in_is_attached_with_the_reasons_in_sight(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    contact = _contact(workbench, text=f"It is about {case.reference}.")
    worker = sign_in("worker", workbench)
    assert contact.subject in worker.read("/work/")
    said = worker.read(f"/work/contacts/{contact.pk}")
    assert f"takes part in {case.reference}, which it names" in said
    assert worker.post(f"/work/contacts/{contact.pk}", {"case": "HW-0000-00"}).status_code == 422
    worker.post(f"/work/contacts/{contact.pk}", {"case": case.reference})
    assert Contact.objects.get(pk=contact.pk).case == case
    assert "It is about" in worker.read(f"/work/cases/{case.reference}")


def test_what_needs_nothing_is_put_away_with_a_reason(workbench: House) -> None:
    contact, worker = _contact(workbench, text="Buy now"), sign_in("worker", workbench)
    address = f"/work/contacts/{contact.pk}"
    assert worker.post(address, {"how": "dismiss", "reason": ""}).status_code == 422
    worker.post(address, {"how": "dismiss", "reason": "An advertisement"})
    assert Contact.objects.get(pk=contact.pk).reason == "An advertisement"
    assert "dealt with this message already" in worker.read(address)
    assert sign_in("outsider", workbench).get(address).status_code == 404


def test_what_was_attached_to_a_request_is_read_by_those_alone_who_reach_it(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    contact = _contact(workbench, text="My diagnosis is known to you.")
    worker, outsider = sign_in("worker", workbench), sign_in("outsider", workbench)
    address = f"/work/contacts/{contact.pk}"
    worker.post(address, {"case": case.reference})
    assert "My diagnosis" in worker.read(address)
    assert outsider.get(address).status_code == 404
    assert outsider.post(address, {"how": "dismiss", "reason": "mine"}).status_code == 404


def _contact(house: House, *, text: str) -> Contact:
    return Contact.objects.create(
        fingerprint="one", channel="email", sender="who@elsewhere.example", subject="About my money", text=text,
        raw_sha256="0" * 64, taken_at=house.now, result="asked", reason="The sender's address belongs to nobody.",
    )  # fmt: skip
