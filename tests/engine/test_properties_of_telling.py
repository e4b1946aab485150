"""What is hidden can be told neither from a reason nor from a question, and what is supposed is not done."""

from __future__ import annotations

from itertools import product

from hypothesis import given, reject
from hypothesis import strategies as st

from backline.engine.definition import DefinitionProblems
from backline.engine.explaining import explain
from backline.engine.record import CaseRecord
from backline.engine.supposing import suppose
from tests.engine.making import CALENDAR, START, action, answer, at, compiled, fact, outcome, said
from tests.engine.test_properties import FEW, LEAVES, VALUES, answers_to, formulas, programs, written

SECRET = ("a", "b")


@st.composite
def secretive(draw: st.DrawFn):
    """Two discreet facts, questions that rest on them, and outcomes of both."""
    asked = ("c", "d")
    try:
        return compiled(
            *(fact(name, lookup="x.y", discreet=True) for name in SECRET),
            *(fact(name, ask="customer") for name in asked),
            fact("e", ask="customer", if_=draw(formulas((*SECRET, "c"), 1)), else_="no"),
            action("pay", "bank.pay", undo="bank.reverse"),
            outcome("one", draw(formulas((*SECRET, *asked, "e"))), "pay"),
            outcome("two", draw(formulas((*SECRET, *asked, "e")))),
            outcome("three", None),
        )
    except DefinitionProblems:
        reject()


class TestReasons:
    @FEW
    @given(programs(), VALUES, st.sets(st.sampled_from(LEAVES)), st.sets(st.sampled_from(LEAVES), min_size=1))
    def test_cases_that_differ_in_what_is_hidden_alone_have_the_same_reasons(self, program, values, told, hidden):
        open_ones = answers_to(program, values, told - hidden)
        for about in ("outcome", "r", "g"):
            reasons = [
                explain(
                    program,
                    CaseRecord(opened_at=START, assertions=(*open_ones, *answers_to(program, secret, hidden))),
                    about,
                    now=at(1),
                    calendar=CALENDAR,
                    hidden=frozenset(hidden),
                )
                for secret in ({name: True for name in hidden}, {name: False for name in hidden})
            ]
            if about != "outcome" or reasons[0].value == reasons[1].value:  # how a case ended is no secret
                assert reasons[0] == reasons[1], written(program)


class TestQuestions:
    @FEW
    @given(secretive(), st.fixed_dictionaries({name: st.sampled_from((None, True, False)) for name in "cde"}))
    def test_cases_that_differ_in_what_is_discreet_alone_ask_the_same(self, program, told):
        known = [said(name, value) for name, value in told.items() if value is not None]
        asked = []
        for secrets in product((True, False), repeat=len(SECRET)):
            found = [said(name, value, source="lookup") for name, value in zip(SECRET, secrets, strict=True)]
            wanted = answer(program, *known, *found).wanted
            asked.append({one.fact for one in wanted if one.source == "ask"})
        assert all(one == asked[0] for one in asked)


class TestWhatIf:
    @FEW
    @given(programs(), VALUES, st.sets(st.sampled_from(LEAVES)), st.sampled_from(LEAVES), st.booleans())
    def test_supposing_is_answering_and_leaves_the_case_as_it_was(self, program, values, told, name, value):
        known = CaseRecord(opened_at=START, assertions=answers_to(program, values, told - {name}))
        before = known.assertions
        supposed = suppose(program, known, {name: value}, now=at(1), calendar=CALENDAR)
        answered = answer(program, *before, *answers_to(program, {name: value}), now=at(1))
        assert supposed.evaluation.outcome == answered.outcome
        assert known.assertions == before
