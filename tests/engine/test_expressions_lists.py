"""Lists: unknown until they are complete, unless what is there settles it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.engine.expressions import Read, reads
from backline.engine.statuses import ABSENT, CONFLICT, UNKNOWN, Missing, failed
from backline.engine.values import Money, Row
from tests.engine.expression_bench import CASE, SCOPE, lookup, run, typed, value

EUR = [Money(number, "EUR") for number in range(10)]


def test_an_open_list_settles_only_what_more_items_cannot_change() -> None:
    assert value("all(bills.counts)", closed=False, bills__counts=[]) is UNKNOWN
    assert value("all(bills.counts)", closed=True, bills__counts=[]) is True
    assert value("all(bills.counts)", closed=False, bills__counts=[True, False]) is False
    assert value("any(bills.counts)", closed=False, bills__counts=[UNKNOWN, True]) is True
    assert value("any(bills.counts)", closed=False, bills__counts=[False]) is UNKNOWN
    assert value("any(bills.counts)", closed=True, bills__counts=[False, failed("x")]) == failed("x")
    assert value("sum(bills.billed)", closed=False, bills__billed=EUR) is UNKNOWN
    assert value("sum(bills.billed)", closed=UNKNOWN, bills__billed=EUR) is UNKNOWN
    assert value("len(bills)", closed=False, bills=["1"]) is UNKNOWN


def test_bounds_settle_a_comparison_of_a_count_early() -> None:
    assert value("count(bills.counts) >= 2", closed=False, bills__counts=[True, UNKNOWN, True]) is True
    assert value("count(bills.counts) >= 2", closed=True, bills__counts=[True, False]) is False
    assert value("count(bills.counts) >= 2", closed=True, bills__counts=[True, UNKNOWN]) is UNKNOWN
    assert value("2 > count(bills.counts)", closed=False, bills__counts=[True, True]) is False
    assert value("len(bills) == 0", closed=False, bills=["1"]) is False
    assert value("len(bills) == 0", closed=False, bills=[]) is UNKNOWN
    assert value("len(bills) != number", closed=False, bills=["1", "2"], number=1) is True


def test_sums_are_exact_and_of_nothing_in_any_currency() -> None:
    assert value("sum(bills.billed)", bills__billed=EUR) == Money(45, "EUR")
    assert value("sum(bills.billed) >= 5 EUR", bills__billed=[]) is False
    assert value("sum(bills.billed) + amount", bills__billed=[], amount=Money(3, "USD")) == Money(3, "USD")
    assert value("sum(bills.billed)", bills__billed=[EUR[1], Money(1, "USD")]) == failed("two currencies")
    assert value("max(bills.billed)", bills__billed=[]) == failed("empty list")


def test_a_for_runs_over_the_items_that_its_condition_lets_through() -> None:
    text = "sum(b.billed for b in bills if b.counts)"
    assert value(text, bills__billed=EUR[1:4], bills__counts=[True, False, True]) == Money(4, "EUR")
    assert value(text, bills__billed=[EUR[1], UNKNOWN], bills__counts=[True, False]) == Money(1, "EUR")
    assert value(text, bills__billed=EUR[1:3], bills__counts=[True, UNKNOWN]) is UNKNOWN
    assert value("count(b for b in bills if b.counts)", bills__counts=[True, False, True]) == 2


def test_only_items_that_matter_are_wanted() -> None:
    expression = typed("sum(b.billed for b in bills if b.counts)")
    given_values = lookup(
        reads(expression), {"bills__billed": [UNKNOWN] * 3, "bills__counts": [True, False, UNKNOWN]}, True
    )
    _, wanted, items = run(expression, given_values)
    assert wanted == {Read("column", "bills.billed"), Read("column", "bills.counts")}
    assert items == 0b101
    given_values = lookup(reads(expression), {"bills__billed": [EUR[1]], "bills__counts": [True]}, False)
    assert run(expression, given_values)[1] == {Read("closed", "bills")}


def test_the_last_item_of_an_open_list_is_unknown_but_not_in_its_own_rule() -> None:
    assert value("last(bills).counts", closed=False, bills__counts=[True]) is UNKNOWN
    assert value("last(bills).counts", closed=True, bills__counts=[False, True]) is True
    judging = SCOPE.judging(CASE.facts["bills"])
    assert value("len(bills) == 0 or last(bills).counts", scope=judging, bills=[], bills__counts=[]) is True
    assert value("len(bills) == 0 or last(bills).counts", scope=judging, bills=["1"], bills__counts=[False]) is False


def test_rows_of_a_looked_up_list_have_members() -> None:
    slots = tuple(
        Row(type="calendar.slot", id=str(n), members={"price": EUR[n], "room": "ab"[n % 2]}) for n in range(4)
    )
    assert value("min(s.price for s in slots if s.room == 'b')", slots=slots) == EUR[1]
    assert value("sum(slots.price)", slots=slots) == Money(6, "EUR")
    assert value("last(s for s in slots if s.room == 'a')", slots=slots) == slots[2]
    assert value("len(slots) > 3", slots=slots) is True
    assert value("sum(slots.price)", slots=UNKNOWN) is UNKNOWN
    assert value("any(s.room == word for s in slots)", slots=failed("error"), word="a") == failed("error")


def test_a_list_that_is_not_there_yet_is_wanted() -> None:
    for text in (
        "sum(slots.price)",
        "sum(s.price for s in slots)",
        "len(slots) > 1",
        "any(s.room == word for s in slots)",
    ):
        expression = typed(text)
        values = {read: "x" if read.name == "word" else UNKNOWN for read in reads(expression)}
        assert run(expression, values)[1] == {Read("fact", "slots")}


def test_a_loop_within_a_loop_sees_both_variables() -> None:
    slots = tuple(
        Row(type="calendar.slot", id=str(n), members={"price": EUR[n], "room": "ab"[n % 2]}) for n in range(4)
    )
    text = "sum(sum(s.price for s in slots if s.price > b.billed) for b in bills if b.counts)"
    values = {"slots": slots, "bills__billed": [EUR[1], EUR[2], EUR[0]], "bills__counts": [True, True, False]}
    assert value(text, **values) == Money(8, "EUR")
    assert value("count(b for b in bills if any(b.billed == s.price for s in slots))", **values) == 3
    assert value("any(b.billed in slots.price for b in bills)", **values) is True


def test_membership_in_a_column_is_kleene() -> None:
    assert value("amount in bills.billed", amount=EUR[1], bills__billed=[UNKNOWN, EUR[1]]) is True
    assert value("amount in bills.billed", amount=EUR[1], bills__billed=[UNKNOWN, EUR[2]]) is UNKNOWN
    assert value("amount not in bills.billed", amount=EUR[1], bills__billed=[EUR[2]]) is True


def test_known_of_a_list_waits_for_every_item() -> None:
    assert value("known(bills)", closed=True, bills=["1"]) is True
    assert value("known(bills)", closed=False, bills=["1"]) is UNKNOWN
    assert value("known(bills.billed)", closed=True, bills__billed=[EUR[1], UNKNOWN]) is UNKNOWN
    assert value("known(bills.billed)", closed=True, bills__billed=[EUR[1], ABSENT]) is True


ITEMS = st.lists(st.sampled_from([True, False, UNKNOWN, CONFLICT, ABSENT, failed("x")]), max_size=5)


@pytest.mark.parametrize(
    "text", ["any(bills.counts)", "all(bills.counts)", "count(bills.counts) >= 2", "count(bills.counts)"]
)
@given(items=ITEMS, more=ITEMS, later=st.lists(st.booleans(), min_size=5, max_size=5))
def test_more_items_and_answers_never_turn_a_decision(
    text: str, items: list[Any], more: list[Any], later: list[bool]
) -> None:
    before = value(text, closed=False, bills__counts=items)
    if before is not UNKNOWN:
        answered = [later[n] if item is UNKNOWN or item is CONFLICT else item for n, item in enumerate(items)]
        assert value(text, closed=True, bills__counts=[*answered, *more]) == before


@given(ITEMS)
def test_any_is_the_mirror_of_all(items: list[Any]) -> None:
    mirrored = [item if isinstance(item, Missing) else not item for item in items]
    left, right = value("any(bills.counts)", bills__counts=items), value("all(bills.counts)", bills__counts=mirrored)
    assert left == (not right if isinstance(right, bool) else right)
