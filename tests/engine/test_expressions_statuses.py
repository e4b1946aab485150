"""The five statuses: Kleene logic in the generated code, what is wanted, and that knowing more never turns a
decision."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.engine.definition import ValueType
from backline.engine.expressions import Read, reads, type_of
from backline.engine.expressions.folding import both, either, strict
from backline.engine.statuses import ABSENT, CONFLICT, UNKNOWN, Missing, failed
from backline.engine.values import Money
from tests.engine.expression_bench import run, typed, value
from tests.engine.making import eur

FAILED = failed("division by zero")
STATUSES: list[Any] = [True, False, UNKNOWN, ABSENT, FAILED, CONFLICT]
statuses = st.sampled_from(STATUSES)


def flip(x: Any) -> Any:
    return not x if isinstance(x, bool) else UNKNOWN if x is CONFLICT else x


def settled(x: Any) -> Any:
    return UNKNOWN if x is CONFLICT else x


FORMULAS = st.recursive(
    st.sampled_from(["a", "b", "c", "d"]),
    lambda inner: st.one_of(
        inner.map(lambda x: f"not ({x})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else {parts[2]})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} and {parts[1]} and {parts[2]})"),
        st.tuples(inner, inner).map(lambda parts: f"(({parts[0]}) == ({parts[1]}))"),
    ),
    max_leaves=9,
)
VALUES = st.fixed_dictionaries({name: statuses for name in "abcd"})


def test_de_morgan_holds_over_all_statuses() -> None:
    for x, y in product(STATUSES, repeat=2):
        assert flip(both(x, y)) == either(flip(x), flip(y))
        assert flip(either(x, y)) == both(flip(x), flip(y))


def test_and_and_or_are_associative_and_commutative_over_all_statuses() -> None:
    for x, y, z in product(STATUSES, repeat=3):
        for combine in (both, either):
            assert settled(combine(x, y)) == settled(combine(y, x))
            assert settled(combine(combine(x, y), z)) == settled(combine(x, combine(y, z)))


def test_the_smallest_examples_of_the_rule() -> None:
    assert value("a and b", a=False, b=UNKNOWN) is False
    assert value("a and b", a=UNKNOWN, b=False) is False
    assert value("a and b", a=FAILED, b=False) is False
    assert value("a and b", a=FAILED, b=True) == FAILED
    assert value("a and b", a=FAILED, b=UNKNOWN) is UNKNOWN
    assert value("a and b", a=ABSENT, b=True) is True
    assert value("a or b", a=ABSENT, b=False) is False
    assert value("a or b", a=CONFLICT, b=False) is UNKNOWN
    assert value("a or b", a=UNKNOWN, b=True) is True
    assert value("not a", a=ABSENT) is ABSENT
    assert value("not a", a=FAILED) == FAILED
    assert value("amount + balance > 5 EUR", amount=UNKNOWN, balance=FAILED) == FAILED
    assert value("known(amount)", amount=UNKNOWN) is UNKNOWN
    assert value("known(amount)", amount=Money(1, "EUR")) is True
    assert value("amount if a else balance", a=UNKNOWN, amount=Money(1, "EUR"), balance=Money(1, "EUR")) is UNKNOWN


def test_nothing_missing_has_a_truth_value() -> None:
    for missing in (UNKNOWN, ABSENT, CONFLICT, FAILED):
        with pytest.raises(TypeError):
            bool(missing)


def test_failed_operations_are_values_not_exceptions() -> None:
    euro, dollar = Money(1, "EUR"), Money(1, "USD")
    assert value("amount / number", amount=euro, number=0) == failed("division by zero")
    assert value("amount + balance", amount=euro, balance=dollar) == failed("two currencies")
    assert value("amount == balance", amount=euro, balance=dollar) == failed("two currencies")
    assert value("amount <= balance", amount=euro, balance=dollar) == failed("two currencies")
    assert value("slot.price > amount", slot=None, amount=euro) == failed("no value")
    assert value("amount > 5 EUR", amount=None) == failed("no value")
    assert value("date(number, 2, 30)", number=2026) == failed("not possible")
    assert value("day + years(number)", day=__import__("datetime").date(2026, 1, 1), number=999999).status == "failed"


def evaluate(text: str, values: dict[str, Any]) -> tuple[Any, frozenset[Read]]:
    expression = typed(text)
    given_values = {read: values[read.name] for read in reads(expression)}
    result, wanted, _ = run(expression, given_values)
    return result, wanted


def reference(text: str, values: dict[str, Any]) -> Any:
    """The rules once more, as a walk over Python's own tree."""
    import ast

    def walk(node: ast.expr) -> Any:
        match node:
            case ast.Name(id=name):
                return values[name]
            case ast.UnaryOp(operand=operand):
                return flip(walk(operand))
            case ast.BoolOp(op=op, values=parts):
                return ranked([walk(part) for part in parts], isinstance(op, ast.And))
            case ast.Compare(left=left, comparators=[right]):
                x, y = walk(left), walk(right)
                return strict(x, y) if isinstance(x, Missing) or isinstance(y, Missing) else x == y
            case ast.IfExp(test=test, body=body, orelse=orelse):
                c = walk(test)
                return settled(c) if isinstance(c, Missing) else walk(body if c else orelse)
        raise AssertionError(node)

    return walk(ast.parse(text, mode="eval").body)


def ranked(parts: list[Any], conjunction: bool) -> Any:
    order = [not conjunction, UNKNOWN, FAILED, conjunction, ABSENT]
    return min(
        (settled(part) for part in parts),
        key=lambda part: next(i for i, x in enumerate(order) if x is part or x == part),
    )


@given(FORMULAS, VALUES)
def test_generated_code_says_what_the_rules_say(text: str, values: dict[str, Any]) -> None:
    result, _ = evaluate(text, values)
    assert settled(result) == settled(reference(text, values))


@given(FORMULAS, VALUES, VALUES)
def test_knowing_more_never_turns_a_decision(text: str, values: dict[str, Any], later: dict[str, Any]) -> None:
    result, _ = evaluate(text, values)
    if settled(result) is not UNKNOWN:
        more = {name: later[name] if settled(values[name]) is UNKNOWN else values[name] for name in values}
        assert settled(evaluate(text, more)[0]) == settled(result)


@given(FORMULAS, VALUES, VALUES)
def test_what_is_not_wanted_cannot_settle_it(text: str, values: dict[str, Any], later: dict[str, Any]) -> None:
    result, wanted = evaluate(text, values)
    assert bool(wanted) is (settled(result) is UNKNOWN)
    assert all(settled(values[read.name]) is UNKNOWN for read in wanted)
    names = {read.name for read in wanted}
    more = {
        name: later[name] if settled(values[name]) is UNKNOWN and name not in names else values[name] for name in values
    }
    assert settled(evaluate(text, more)[0]) == settled(result)


@given(FORMULAS, VALUES)
def test_what_is_wanted_leads_to_an_answer(text: str, values: dict[str, Any]) -> None:
    known = dict(values)
    for _ in range(5):
        result, wanted = evaluate(text, known)
        if not wanted:
            break
        known |= {read.name: True for read in wanted}
    assert settled(result) is not UNKNOWN


def test_only_the_branch_that_is_taken_is_wanted() -> None:
    expression = typed("amount if a else balance")
    unknown = {read: UNKNOWN for read in reads(expression)}
    assert run(expression, unknown)[1] == {Read("fact", "a")}
    assert run(expression, unknown | {Read("fact", "a"): False})[1] == {Read("fact", "balance")}


def as_money(text: str, **values: Any) -> Any:
    """The value of a calculation that becomes a money fact."""
    calculation = typed(text, wanted=type_of(ValueType(kind="money")))
    return run(calculation, {Read("fact", name): given for name, given in values.items()})[0]


class TestMoneyInOneCalculation:
    """A calculation with amounts of one currency is done with plain numbers; nothing of it may be seen."""

    def test_it_is_rounded_once_at_the_end(self):
        found = as_money("amount * 3 + balance", amount=eur("1.005"), balance=eur("0.005"))
        assert found == eur("3.02")

    def test_two_currencies_fail(self):
        found = as_money("amount - balance", amount=eur(5), balance=Money(Decimal(1), "USD"))
        assert found.reason == "two currencies"

    def test_nothing_in_no_currency_goes_with_every_currency(self):
        found = as_money("amount + balance", amount=Money(Decimal(0), ""), balance=Money(Decimal("1.239"), "JPY"))
        assert found == Money(Decimal(1), "JPY")

    def test_none_is_no_amount(self):
        assert as_money("amount + balance", amount=None, balance=eur(1)).status == "failed"
