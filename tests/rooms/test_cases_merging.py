"""Two parties who are one person: their cases, numbers and permissions are one's, and undo gives exactly those back."""

from __future__ import annotations

import pytest

from backline.cases.answering import answer_want
from backline.cases.merging.merging import merge_parties, undo_merge
from backline.cases.merging.same_person import number_now
from backline.cases.models import Case, CaseParty, Merge, Want
from backline.cases.reach import cases_within_reach
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen
from backline.cases.storage.verifying import verify
from backline.people import mandates, parties
from backline.people.accounts import account_for, prove_address
from backline.people.actors import SYSTEM, of_party
from backline.people.models import Account, Identifier, Look, Party
from tests.rooms.api_house import api, colleague  # noqa: F401
from tests.rooms.cases_house import House, house  # noqa: F401
from tests.rooms.workbench_house import sign_in, workbench  # noqa: F401

pytestmark = pytest.mark.django_db


def another(house: House) -> Party:  # noqa: F811
    return parties.create_party(name="Anne", claims={"phone": "+49 30 123"}, verified={"bank": "7"}, now=house.now)


def opened(house: House, party: Party, **facts: object) -> Case:  # noqa: F811
    was, house.customer = house.customer, party
    case = house.open(**facts)
    house.customer = was
    return case


def standing() -> dict[str, object]:
    """All that a merge may move."""
    places = CaseParty.objects.filter(until=None).order_by("case", "role", "party")
    return {
        "places": list(places.values_list("case", "role", "party")),
        "identifiers": list(Identifier.objects.order_by("pk").values_list("pk", "party", "verified_at")),
        "accounts": list(Account.objects.order_by("pk").values_list("pk", "party", "is_active")),
        "mandates": [(one.mandate.giver_id, one.mandate.holder_id) for p in Party.objects.order_by("pk")
                     for one in mandates.mandates_of(p.pk, now=NOW[0])],
    }  # fmt: skip


NOW: list[object] = []


def test_one_takes_the_others_place_and_undo_gives_exactly_that_back(house: House) -> None:  # noqa: F811
    NOW[:] = [house.now]
    ann, anne = house.customer, another(house)
    case = opened(house, anne, account="A-1")
    own = house.open(account="A-2")
    child = parties.create_party(name="Lea", now=house.now)
    mandates.grant(by=SYSTEM, giver=child, holder=anne, services=["everything"], now=house.now)
    before, leader = standing(), house.actor("leader")

    house.pass_time(minutes=1)
    merge = merge_parties(kept=ann, gone=anne, by=leader, reason="Same birth date and account", now=house.now)

    assert set(cases_within_reach(of_party(ann))) == {case, own}
    assert not cases_within_reach(of_party(anne)).exists()
    assert parties.find_by_identifier("bank", "7") == ann
    assert mandates.covers(holder=ann.pk, giver=child.pk, service="payout", now=house.now)
    assert number_now(anne.pk) == ann.pk
    assert (merge.by, merge.reason) == ("staff:3", "Same birth date and account")
    assert [row["reference"] for row in merge.moved["cases"]] == [case.reference]
    assert Look.objects.filter(by="staff:3", party__in=(ann, anne)).count() == 2
    assert not verify().broken

    house.pass_time(minutes=1)
    with pytest.raises(NotAllowed):
        undo_merge(merge=merge, by=house.actor("worker"), reason="x", now=house.now)
    undo_merge(merge=merge, by=leader, reason="They are twins", now=house.now)

    assert standing() == before
    assert number_now(anne.pk) == anne.pk
    assert not verify().broken
    with pytest.raises(NotOpen):
        undo_merge(merge=merge, by=leader, reason="again", now=house.now)


def test_only_leaders_and_administrators_merge_and_say_why(house: House) -> None:  # noqa: F811
    ann, anne = house.customer, another(house)
    for by in (house.actor("worker"), house.ann):
        with pytest.raises(NotAllowed):
            merge_parties(kept=ann, gone=anne, by=by, reason="same", now=house.now)
    with pytest.raises(FactsRefused):
        merge_parties(kept=ann, gone=anne, by=house.actor("leader"), reason=" ", now=house.now)
    with pytest.raises(NotOpen):
        merge_parties(kept=ann, gone=ann, by=house.actor("leader"), reason="same", now=house.now)
    assert not Merge.objects.exists()


def test_two_who_proved_an_address_each_need_an_administrator(house: House) -> None:  # noqa: F811
    ann, anne = house.customer, another(house)
    NOW[:] = [house.now]
    for address in ("ann@example.org", "anne@example.org"):
        if address.startswith("anne"):
            parties.verify_identifier(party=anne, kind="email", value=address, now=house.now)
        account = account_for(email=address, now=house.now)
        assert account
        prove_address(account=account, email=address, now=house.now)
    before = standing()
    with pytest.raises(NotAllowed):
        merge_parties(kept=ann, gone=anne, by=house.actor("leader"), reason="same", now=house.now)

    merge = merge_parties(kept=ann, gone=anne, by=SYSTEM, reason="They came together", now=house.now)
    assert not Account.objects.get(email="anne@example.org").is_active
    undo_merge(merge=merge, by=SYSTEM, reason="no", now=house.now)
    assert standing() == before


def test_what_is_done_stays_done(house: House) -> None:  # noqa: F811
    ann, anne = house.customer, another(house)
    case = opened(house, anne, account="A-1", amount="50")
    house.pass_time(minutes=5)
    case.refresh_from_db()
    assert case.state == "ended"

    merge = merge_parties(kept=ann, gone=anne, by=SYSTEM, reason="same", now=house.now)
    house.work()

    case.refresh_from_db()
    assert (case.state, merge.moved["stayed"]) == ("ended", [])
    assert house.bank("select count(*) from payment") == [1]
    assert not verify().broken


def test_a_person_named_in_a_case_before_is_the_other_from_then_on(house: House) -> None:  # noqa: F811
    ann, anne = house.customer, another(house)
    case = opened(house, anne, account="A-1", amount="400")
    merge_parties(kept=ann, gone=anne, by=SYSTEM, reason="same", now=house.now)

    task = Want.objects.get(case=case, kind="work", closed_at=None)
    answer_want(want=task, by=house.actor("worker"), channel="workbench", value="yes", now=house.now)
    house.work()
    assert Case.objects.get(pk=case.pk).snapshot["parties"]["customer"] == [ann.pk]


def test_a_leader_compares_two_people_merges_and_undoes_on_the_persons_page(workbench: House) -> None:  # noqa: F811
    ann, anne = workbench.customer, another(workbench)
    opened(workbench, anne, account="A-1")
    workbench.open(account="A-2")
    leader, worker = sign_in("leader", workbench), sign_in("worker", workbench)
    page = f"/work/people/{ann.pk}/merge"
    assert worker.get(page).status_code == 404

    assert "Anne" in leader.read(f"{page}?q=Anne")
    compared = leader.read(f"{page}?other={anne.pk}")
    assert "+4930123" in compared
    assert leader.post(page, {"other": anne.pk, "reason": ""}).status_code == 422
    assert leader.post(page, {"other": anne.pk, "reason": "Same account"}).status_code == 302
    shown = leader.read(f"/work/people/{ann.pk}")
    assert "Same account" in shown

    merge = Merge.objects.get()
    assert leader.post(f"/work/merges/{merge.pk}/undo", {"reason": "Twins"}).status_code == 302
    merge.refresh_from_db()
    assert merge.undone_reason == "Twins"


def test_the_api_merges_for_a_leader_and_for_nobody_else(api: House) -> None:  # noqa: F811
    ann, anne = api.customer, another(api)
    case = opened(api, anne, account="A-1")
    api.open(account="A-2")
    sign_in("worker", api)  # the team is there
    leader, worker = colleague(api, "Head", teams=(), leads=("desk",)), colleague(api, "Hand")
    body = {"gone": anne.pk, "reason": "Same account"}
    worker.post(f"/parties/{ann.pk}/merges", body, status=403)

    made = leader.post(f"/parties/{ann.pk}/merges", body, status=201)

    assert (made["kept"], made["gone"], made["cases"]) == (ann.pk, anne.pk, [case.reference])
    assert leader.get(f"/parties/{ann.pk}/merges") == [made]
    undone = leader.post(f"/merges/{made['id']}/undo", {"reason": "Twins"})
    assert undone["undone_at"]
    assert case in cases_within_reach(of_party(anne))
