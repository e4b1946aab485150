"""A consent is the person's own word, by whatever door somebody else tries to give it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backline.cases.answering import answer_want
from backline.cases.asserting import assert_facts
from backline.cases.models import Case, Want
from backline.cases.refusals import FactsRefused, NotAllowed
from backline.cases.settling import settle_conflict
from backline.people import mandates
from backline.people.actors import SYSTEM, Actor, of_party
from backline.people.parties import create_party
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db
CARE = """
case: care
title: Care for somebody
for: customer
owner: desk
roles: {customer: {label: You}, helper: {label: Who helps, mandate: care, of: customer}}
facts:
  paper: {label: The signed form, type: document, kinds: [form], optional: yes, ask: customer}
  agrees: {label: Do you agree?, type: consent, ask: customer}
  on_paper:
    label: Did they sign it?
    type: consent
    ask: customer
    work: {team: desk, shows: [paper]}
outcomes:
  done: {when: agrees and on_paper}
  otherwise: {}
"""
SAID_BY_OTHERS = "Only the person concerned"


@pytest.fixture
def case(house: House) -> Case:
    house.publish(CARE)
    return house.open("care")


def token() -> Actor:
    return Actor(id="token:1", kind="token", scopes=frozenset({"cases:write"}))


def administrator(house: House) -> Actor:
    return replace(house.actor("worker"), duties=frozenset({"administrator", "worker"}))


@pytest.mark.parametrize("correct", [False, True])
@pytest.mark.parametrize("who", ["worker", "administrator", "token"])
def test_nobody_behind_the_counter_states_a_consent(case: Case, house: House, who: str, correct: bool) -> None:
    by = {"worker": house.actor("worker"), "administrator": administrator(house), "token": token()}[who]
    with pytest.raises(FactsRefused, match=SAID_BY_OTHERS):
        assert_facts(case=case, by=by, channel="workbench", facts={"agrees": "yes"}, now=house.now, correct=correct)
    assert "agrees" not in {said["fact"] for said in Case.objects.get(pk=case.pk).snapshot["assertions"]}


@pytest.mark.parametrize("who", ["worker", "token"])
def test_nobody_answers_the_question_for_them(case: Case, house: House, who: str) -> None:
    want = Want.objects.get(case=case, fact="agrees", kind="ask")
    by = house.actor("worker") if who == "worker" else token()
    with pytest.raises(NotAllowed, match=SAID_BY_OTHERS):
        answer_want(want=want, by=by, channel="workbench", value="yes", now=house.now)


def test_a_mandate_does_not_make_a_consent(case: Case, house: House) -> None:
    helper = create_party(name="Hal", now=house.now, verified={"email": "hal@example.org"})
    mandates.grant(by=house.ann, giver=house.customer, holder=helper, services=("care",), now=house.now)
    with pytest.raises(FactsRefused, match=SAID_BY_OTHERS):
        assert_facts(case=case, by=of_party(helper), channel="portal", facts={"agrees": "yes"}, now=house.now)


def test_a_disagreement_is_not_settled_by_a_word_of_ones_own(case: Case, house: House) -> None:
    with pytest.raises(FactsRefused, match=SAID_BY_OTHERS):
        settle_conflict(case=case, by=house.actor("worker"), fact="agrees", value="yes", now=house.now)


def test_the_person_themself_consents(case: Case, house: House) -> None:
    told = {"agrees": "yes", "on_paper": "no"}
    said = assert_facts(case=case, by=house.ann, channel="portal", facts=told, now=house.now).snapshot["assertions"]
    assert {one["fact"]: one["who"] for one in said} == {"agrees": house.ann.id, "on_paper": house.ann.id}


def test_a_colleague_judges_a_paper_that_the_person_signed_where_the_type_says_so(case: Case, house: House) -> None:
    by = house.actor("worker")
    after = assert_facts(case=case, by=by, channel="workbench", facts={"on_paper": "yes"}, now=house.now)
    said = next(one for one in after.snapshot["assertions"] if one["fact"] == "on_paper")
    assert (said["who"], said["source"]) == (by.id, "work")
    outside = house.actor("outsider", teams=("other",))
    with pytest.raises(FactsRefused, match=SAID_BY_OTHERS):
        assert_facts(case=case, by=outside, channel="workbench", facts={"on_paper": "yes"}, now=house.now)


def test_backline_itself_passes_a_consent_on_to_the_case_that_it_opens(case: Case, house: House) -> None:
    after = assert_facts(case=case, by=SYSTEM, channel="case", facts={"agrees": "yes"}, now=house.now)
    assert "agrees" in {said["fact"] for said in after.snapshot["assertions"]}
