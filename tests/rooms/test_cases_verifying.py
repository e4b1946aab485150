"""The timeline: the snapshot can be rebuilt from it, tampering is found, and what is erased leaves the chain whole."""

from __future__ import annotations

import pytest
from django.db import connection

from backline.cases.asserting import assert_facts
from backline.cases.models import Case, Effect, Entry, EntryPayload
from backline.cases.records.erasing import erase_payloads
from backline.cases.refusals import NotAllowed, NotOpen
from backline.cases.storage.verifying import verify
from backline.people.actors import SYSTEM
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(house: House) -> Case:
    """A case that was paid, and then corrected."""
    case = house.open(account="A-1", amount="80 EUR")
    house.pass_time(minutes=5)
    return assert_facts(
        case=case, by=house.ann, channel="portal", facts={"amount": "90 EUR"}, correct=True, now=house.now
    )


def problems() -> list[tuple[str, str]]:
    return [(broken.where, broken.problem) for broken in verify().broken]


def test_every_case_can_be_rebuilt_from_its_timeline(house: House, case: Case) -> None:
    house.open(account="A-1", amount="300 EUR")
    verdict = verify()
    assert (verdict.cases, verdict.broken) == (2, ())
    assert verdict.entries == Entry.objects.count() > 15


def test_a_changed_payload_is_found(case: Case) -> None:
    payload = EntryPayload.objects.filter(case=case, data__assertion__fact="amount").first()
    assert payload
    payload.data["assertion"]["value"] = {"money": ["8000.00", "EUR"]}
    payload.save()
    assert problems() == [(f"entry {payload.sequence}", "the payload was changed")]


def test_a_changed_entry_is_found(case: Case) -> None:
    Entry.objects.filter(case=case, sequence=3).update(actor="staff:99")
    assert problems() == [("entry 3", "the entry was changed")]


def test_an_entry_taken_out_is_found(case: Case) -> None:
    Entry.objects.filter(case=case, sequence=4).delete()
    assert problems()[0] == ("entry 5", "entry 4 is missing")


def test_a_timeline_cut_at_its_end_is_found(case: Case) -> None:
    Entry.objects.filter(case=case, sequence=case.sequence).delete()
    assert problems() == [("case", "the timeline was cut or added to")]


def test_a_state_that_no_entry_tells_is_found(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(outcome="declined")
    Effect.objects.filter(case=case, kind="amend").update(state="planned")
    assert [where for where, _ in problems()] == ["case", f"effect {case.reference}/pay//2/amend"]


def test_what_is_erased_is_gone_everywhere_and_the_chain_holds(case: Case) -> None:
    sequences = [p.sequence for p in EntryPayload.objects.filter(case=case, data__assertion__fact="account")]
    after = erase_payloads(case=case, sequences=sequences, by=SYSTEM, reason="asked for it", now=case.opened_at)
    assert problems() == []
    assert "A-1" not in str([a for a in after.snapshot["assertions"] if a["fact"] == "account"])
    assert not EntryPayload.objects.filter(case=case, sequence__in=sequences).exclude(data={}).exists()
    erased = EntryPayload.objects.get(case=case, sequence=sequences[0])
    assert (erased.salt, erased.erased_by) == ("", SYSTEM.id)


def test_only_an_administrator_erases_and_only_in_what_has_ended(house: House, case: Case) -> None:
    with pytest.raises(NotAllowed):
        erase_payloads(case=case, sequences=[3], by=house.actor("worker"), reason="", now=house.now)
    running = house.open(account="A-1", amount="300 EUR")
    with pytest.raises(NotOpen):
        erase_payloads(case=running, sequences=[3], by=SYSTEM, reason="", now=house.now)


def test_one_salt_is_not_the_other(case: Case) -> None:
    salts = list(EntryPayload.objects.filter(case=case).values_list("salt", flat=True))
    assert len(set(salts)) == len(salts)
    assert connection.vendor in ("sqlite", "postgresql")
