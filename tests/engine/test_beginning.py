"""The short way of an evaluation, before anything was made, gives what the whole way gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backline.engine.beginning import begin
from backline.engine.definition import Promise
from backline.engine.evaluating import Answer, answered
from backline.engine.record import Failure
from tests.engine.making import CALENDAR, action, answer, at, compiled, effect, eur, fact, outcome, record, said, span
from tests.engine.test_properties import FEW, LEAVES, VALUES, answers_to, programs


def both_ways(program, *parts, **keys):
    """The short way's answer and the whole way's; None where the short way is not to be gone."""
    known, now = record(*parts, **keys), at(1)
    found = begin(program, known, now, CALENDAR)
    return found and Answer(found), Answer(answered(program, known, now=now, calendar=CALENDAR))


class TestBothWaysAreOne:
    @FEW
    @given(programs(), VALUES, st.sets(st.sampled_from(LEAVES)), st.sets(st.sampled_from(LEAVES)))
    def test_on_random_types_and_answers(self, program, values, told, silent):
        said_twice = [said(name, Failure("silence"), id=f"s-{name}") for name in sorted(silent)]
        short, whole = both_ways(program, *answers_to(program, values, told), *said_twice)
        assert short is None or short == whole

    def test_with_conditions_arguments_promises_and_who_takes_part(self):
        program = compiled(
            fact("amount", "money", ask="customer"),
            fact("fee", "money", **{"is": "amount / 0"}),
            fact("day", "date", ask="customer", fresh="5 minutes", lookup="x.day"),
            fact("soon", **{"is": "today >= day"}),
            fact("extra", work="team", fresh="5 minutes"),
            action("warn", message="warn", when="soon", with_={"day": "day", "who": "customer"}),
            action("rate", "x.rate", when="amount > 5 EUR", with_={"fee": "fee"}),
            action("pay", "x.pay", with_={"amount": "amount"}, one_at_a_time="amount"),
            outcome("paid", "amount > 1 EUR and soon", "pay"),
            outcome("late", None, "warn"),
            Promise(name="answer", of="extra", within=span("3 days")),
        )
        parts = [
            said("amount", value) if name == "amount" else said("day", value, source="lookup")
            for name, value in (("amount", eur(7)), ("day", at(0).date()), ("day", at(9).date()))
        ]
        for known in ((), parts[:1], parts[1:2], parts[:2], (parts[0], parts[2])):
            short, whole = both_ways(program, *known)
            assert short is not None
            assert short == whole


class TestTheWholeWayIsGone:
    def test_once_something_was_made(self):
        program = compiled(
            fact("a", ask="customer"), action("do", "x.do"), outcome("one", "a", "do"), outcome("two", None)
        )
        known = record(said("a", True), effect("do"))
        assert begin(program, known, at(1), CALENDAR) is None

    def test_where_answers_contradict_each_other(self):
        program = compiled(fact("a", ask="customer"), outcome("one", "a"), outcome("two", None))
        twice = (said("a", True, by="party:1"), said("a", False, by="party:2"))
        assert begin(program, record(*twice), at(1), CALENDAR) is None
        assert {one.source for one in answer(program, *twice).wanted} == {"settle"}
