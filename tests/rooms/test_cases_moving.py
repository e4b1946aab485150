"""Open cases go on under a new version of their type: shown, agreed, told; not where something made would be lost."""

from __future__ import annotations

import json

import pytest

from backline.cases.models import Case, Effect, Entry, EntryPayload
from backline.cases.moving import LeftBehind, NotAgreed, compare_versions, move_along
from backline.cases.refusals import ChangedMeanwhile, NotAllowed, NotOpen
from backline.cases.showing.viewing import view_case
from backline.cases.storage.verifying import verify
from backline.project.command import main
from tests.rooms.cases_house import PAID, PAYOUT, House

pytestmark = pytest.mark.django_db
STRICTER = PAYOUT.replace("amount <= 100 EUR", "amount <= 50 EUR").replace("owner: desk", "owner: tellers")
MILDER = PAYOUT.replace("amount <= 100 EUR", "amount <= 400 EUR")
BY_HAND = PAYOUT.replace("message: paid]", "work: desk]")
RENAMED = BY_HAND.replace("  pay:\n", "  pay_out:\n").replace("[pay,", "[pay_out,").replace("(pay)", "(pay_out)")
RENAMED = RENAMED.replace("of: pay,", "of: pay_out,")
KNOWN = RENAMED.replace("  pay_out:\n", "  pay_out:\n    was: pay\n")


def waiting_for_judgement(house: House) -> Case:
    """A case that waits for a colleague."""
    return house.open(account="A-1", amount="300 EUR")


def paid_and_open(house: House) -> Case:
    """A case in which the money went out and a colleague has something left to do."""
    house.publish(BY_HAND)
    case = house.open(account="A-1", amount="80 EUR")
    assert (case.state, Effect.objects.get(action="pay").state) == ("open", "done")
    return case


def test_where_nothing_differs_a_case_moves_and_the_timeline_says_so(house: House) -> None:
    case = waiting_for_judgement(house)
    house.publish(STRICTER, paid=PAID)
    moved = move_along(case=case, version=2, by=house.actor("worker"), now=house.now, reason="new limits")
    stored = Case.objects.get()
    assert (moved.type_version, stored.type_version, stored.owner) == (2, 2, "tellers")
    entry = Entry.objects.get(kind="moved")
    data = EntryPayload.objects.get(sequence=entry.sequence).data
    assert (entry.actor, data["from"], data["to"], data["reason"]) == ("staff:1", 1, 2, "new limits")
    view = view_case(case=stored, by=house.actor("worker"), purpose="work", language="en", now=house.now)
    assert "Goes on under version 2 of the case type, was 1" in [told.words for told in view.timeline]
    assert verify().broken == ()


def test_where_something_differs_it_is_shown_and_a_person_has_to_agree(house: House) -> None:
    case, worker = waiting_for_judgement(house), house.actor("worker")
    house.publish(MILDER, paid=PAID)
    with pytest.raises(NotAgreed) as shown:
        move_along(case=case, version=2, by=worker, now=house.now)
    assert [one.fact for one in shown.value.comparison.spared] == ["plausible"]
    assert shown.value.comparison.new.outcome == "paid"
    assert Case.objects.get().type_version == 1
    move_along(case=case, version=2, by=worker, now=house.now, agreed=True, seen=case.version)
    assert not case.wants.filter(closed_at=None, kind="work").exists()
    house.pass_time(seconds=1)
    assert house.bank("select minor from payment") == [30000]
    assert Case.objects.get().state == "ended"


def test_an_agreement_is_to_what_was_seen(house: House) -> None:
    case = waiting_for_judgement(house)
    house.publish(MILDER, paid=PAID)
    with pytest.raises(ChangedMeanwhile):
        move_along(case=case, version=2, by=house.actor("worker"), now=house.now, agreed=True, seen=case.version - 1)


def test_what_was_made_and_is_unknown_to_the_new_version_keeps_the_case_where_it_is(house: House) -> None:
    case, worker = paid_and_open(house), house.actor("worker")
    house.publish(RENAMED)
    with pytest.raises(LeftBehind, match="pay"):
        move_along(case=case, version=3, by=worker, now=house.now, agreed=True)
    house.publish(KNOWN)
    assert not compare_versions(case=case, version=4, now=house.now).orphans
    move_along(case=case, version=4, by=worker, now=house.now, agreed=True)
    house.pass_time(seconds=1)
    assert (house.bank("select minor from payment"), Case.objects.get().outcome) == ([8000], "paid")


def test_neither_another_team_nor_a_case_that_ended_moves(house: House) -> None:
    case, ended = waiting_for_judgement(house), house.open(account="A-1", amount="80 EUR")
    house.publish(STRICTER, paid=PAID)
    with pytest.raises(NotAllowed):
        move_along(case=case, version=2, by=house.actor("outsider"), now=house.now, agreed=True)
    with pytest.raises(NotOpen):
        move_along(case=ended, version=2, by=house.actor("worker"), now=house.now, agreed=True)


def test_the_command_shows_what_would_differ_then_moves_what_it_can(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    paid = paid_and_open(house)
    house.publish(PAYOUT, paid=PAID)
    judged = waiting_for_judgement(house)
    house.publish(RENAMED.replace("amount <= 100 EUR", "amount <= 400 EUR"))
    assert main(["types", "move", "payout", "--dry-run"]) == 1
    said = capsys.readouterr().out
    assert f"{judged.reference}: ends as paid, was nothing yet" in said
    assert f"{paid.reference}: That version does not know what was made here: pay." in said
    assert "1 of 2 cases could move to version 4." in said
    assert set(Case.objects.values_list("type_version", flat=True)) == {2, 3}
    assert main(["types", "move", "payout", "--json"]) == 1
    told = {one["case"]: one["moved"] for one in json.loads(capsys.readouterr().out)["cases"]}
    assert told == {paid.reference: False, judged.reference: True}
    assert Case.objects.get(pk=judged.pk).type_version == 4
