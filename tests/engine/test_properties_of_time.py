"""Nothing changes by itself before the instant at which the case asks to be woken."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, reject
from hypothesis import strategies as st

from backline.engine.definition import DefinitionProblems, Promise
from backline.engine.evaluating import evaluate
from backline.engine.record import CaseRecord, Wait
from tests.engine.making import CALENDAR, START, action, at, compiled, fact, outcome, said, span
from tests.engine.test_properties import FEW

DAY = timedelta(days=1)


@st.composite
def timed(draw: st.DrawFn):
    """Rules that look at the day, at an age, at the hour; an action that comes later; a promise."""
    compare = draw(st.sampled_from(("<", "<=", ">", ">=")))
    rules = st.sampled_from(
        (
            f"today {compare} born",
            f"today {compare} born + 1 month",
            f"now {compare} created + 36 hours",
            "age(born) >= 1",
            "a",
            f"a and today {compare} born",
            f"not (b or today {compare} born + 2 days)",
            f"b if age(born) >= 1 else today {compare} born + 3 days",
        )
    )
    try:
        return _compiled(draw, rules)
    except DefinitionProblems:
        reject()


def _compiled(draw: st.DrawFn, rules: st.SearchStrategy[str]):
    return compiled(
        fact("born", "date", ask="customer"),
        fact("a", ask="customer"),
        fact("b", lookup="x.y"),
        fact("r", **{"is": draw(rules)}),
        action("remind", letter="remind", when="a", at=draw(st.sampled_from(("created + 5 days", "born")))),
        Promise(name="soon", of="outcome", within=span(draw(st.sampled_from(("2 days", "40 hours"))))),
        outcome("one", draw(rules)),
        outcome("two", f"r and ({draw(rules)})"),
        outcome("three", draw(st.sampled_from(("a or b", "r")))),
        outcome("four", None),
    )


@FEW
@given(
    timed(),
    st.integers(-400, 10),
    st.fixed_dictionaries({name: st.sampled_from((None, True, False)) for name in "ab"}),
    st.integers(0, 6 * 24),
    st.integers(1, 400 * 24),
)
def test_no_answer_changes_before_the_wake(program, born, told, hour, later):
    known = [said("born", (START + born * DAY).date())]
    known += [
        said(name, value, source="lookup" if name == "b" else "ask")
        for name, value in told.items()
        if value is not None
    ]
    wait = Wait(fact="a", source="ask", who="customer", since=START, due=at(10))
    record = CaseRecord(opened_at=START, assertions=tuple(known), waits=(wait,))
    now, then = START + timedelta(hours=hour), START + timedelta(hours=hour + later)
    first = evaluate(program, record, now=now, calendar=CALENDAR)
    if first.wake is not None:
        then = min(then, first.wake - timedelta(microseconds=1))
    second = evaluate(program, record, now=max(now, then), calendar=CALENDAR)
    assert second.outcome == first.outcome
    assert second.facts == first.facts
    assert second.wanted == first.wanted
    assert second.effects == first.effects
    if first.promises[0].state != "kept":  # what was kept is told, and stays so
        assert [one.state for one in second.promises] == [one.state for one in first.promises]
