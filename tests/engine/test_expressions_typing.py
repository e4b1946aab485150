"""What fits together, and what is said when it does not."""

from __future__ import annotations

import pytest

from backline.engine.definition import Expression
from backline.engine.expressions import Read, reads
from backline.engine.expressions.kinds import BOOLEAN, DATE, DECIMAL, INTEGER, MONEY, Type
from tests.engine.expression_bench import CASE, SCOPE, refusal, typed


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("amount / 2", "money"), ("amount / balance", "decimal"), ("number / 2", "decimal"),
        ("number * rate", "decimal"), ("2 * amount", "money"),
        ("amount <= balance", "yes/no"), ("reason == 'medical'", "yes/no"), ("'card' in wishes", "yes/no"),
        ("number in [1, 2]", "yes/no"),
        ("day + 30 days", "date"), ("moment + 3 business hours", "datetime"), ("day - birth_date", "duration"),
        ("at(pay) + days(number)", "datetime"),
        ("today <= day + 14 days", "yes/no"), ("age(birth_date) >= 18", "yes/no"), ("now < slot.start", "yes/no"),
        ("sum(bills.billed)", "money"),
        ("any(done(bills.ship))", "yes/no"), ("count(b for b in bills if b.counts)", "integer"),
        ("last(bills).billed", "money"),
        ("max(amount, 5 EUR)", "money"), ("customer.name", "text"), ("evidence.kind", "text"),
        ("known(evidence)", "yes/no"),
        ("late(answer)", "yes/no"), ("times(pay)", "integer"), ("at(paid)", "datetime"), ("at(amount)", "datetime"),
        ("lapsed(amount)", "yes/no"),
        ("business_days(day, date(created))", "integer"), ("round(number / 3)", "integer"), ("receipt", "text"),
        ("slots.price", "column"),
        ("min(s.price for s in slots)", "money"), ("last(s for s in slots if s.room == 'x')", "record"),
        ("unknown if a else 5 EUR", "money"),
        ("any(done(b.ship) for b in bills if b.counts)", "yes/no"), ("signed and a", "yes/no"),
        ("birthday(birth_date, 18)", "date"),
    ],
)  # fmt: skip
def test_each_operation_has_its_type(text: str, kind: str) -> None:
    if kind == "column":
        assert "one value for each item" in refusal(text)
    else:
        assert typed(text).type.kind == kind


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("amuont > 5 EUR", "file.yaml:7:11: Nothing here is called 'amuont'. Did you mean 'amount'?"),
        (
            "a and amount > 5",
            "file.yaml:7:17: money and integer cannot be compared. Write the amount with its currency, such as 5 EUR.",
        ),
        ("reason == 'medcal'", "file.yaml:7:21: 'medcal' is none of the choices. Did you mean 'medical'?"),
        ("reason == medical", "Put the choice in quotes: 'medical'."),
        ("amount + 5", "money + integer has no meaning."),
        ("day + 30", "Write a length of time, such as 30 days or days(n)."),
        ("today + 30 days", "What changes by itself may only be compared."),
        ("date(today)", "'today' may only be compared"),
        ("age(birth_date) + 1 > 3", "Time can only be compared as it is"),
        ("pay", "'pay' is an action, not a value. Write done(pay) or at(pay)."),
        ("answer", "Write late(answer)."),
        ("done(pya)", "There is no action 'pya'. Did you mean 'pay'?"),
        ("late(anser)", "Did you mean 'answer'?"),
        ("slot.strat", "file.yaml:7:16: Record calendar.slot has no 'strat'. Did you mean 'start'?"),
        ("bills.biled", "An item of 'bills' has no 'biled'. Did you mean 'billed'?"),
        ("sum(bills)", "Name one of their facts: billed, counts, note, paper."),
        ("bills.billed > 5 EUR", "one value for each item"),
        ("reason < 'tuition'", "choice has no order"),
        ("evidence and a", "Write known(evidence), or compare it."),
        ("amount if a else number", "both have to be of one type"),
        ("word.x", "'word' is text and has no members."),
        ("5 EUR and a", "Here a yes or no is needed"),
        ("sum(b.billed for b in bills if b.amount)", "has no 'amount'"),
        ("sum(bills.counts)", "sum of yes/no has no meaning"),
        ("date(2026)", "'date' cannot be called like this."),
        ("True", "Write yes, no or none."),
    ],
)
def test_what_does_not_fit_is_said_with_its_place_and_the_mend(text: str, said: str) -> None:
    assert said in refusal(text)


def test_a_guarded_fact_needs_an_else_outside_and_or() -> None:
    assert "'guarded' may be absent here. Give the fact an else" in refusal("guarded > 5 EUR")
    assert typed("maybe and b").type == BOOLEAN
    assert typed("safe > 5 EUR").type == BOOLEAN
    assert "may be absent" in refusal("maybe")
    assert typed("maybe", absent=True).maybe


@pytest.mark.parametrize(
    "text",
    [
        "a and guarded > 5 EUR",
        "guarded > 5 EUR and a",
        "not a or guarded > 5 EUR",
        "guarded if a else 0 EUR",
        "(guarded if a else 5 EUR) > 2 EUR",
        "b and a and guarded == 5 EUR",
        "0 EUR if not a else guarded",
        "known(optional_day) and optional_day > day",
        "any(b.note == 'x' for b in bills if b.counts)",
        "a and spouse.name == word",
    ],
)
def test_a_guarded_fact_needs_no_else_where_its_guard_holds(text: str) -> None:
    assert typed(text, absent=True)


@pytest.mark.parametrize(
    "text",
    [
        "a or guarded > 5 EUR",
        "b and guarded > 5 EUR",
        "optional_day > day",
        "spouse.name == word",
        "(guarded if not a else 0 EUR) > 1 EUR",
        "any(b.note == 'x' for b in bills)",
    ],
)
def test_another_condition_is_no_guard(text: str) -> None:
    assert "may be absent" in refusal(text, absent=True)


def test_the_wanted_type_is_reached_or_refused() -> None:
    assert "money is needed here. Write the amount with its currency" in refusal("number", wanted=MONEY)
    assert "Use round(x), floor(x) or ceil(x)." in refusal("rate", wanted=INTEGER)
    assert typed("number", wanted=DECIMAL).type == DECIMAL
    assert "Use date(x)." in refusal("moment", wanted=DATE)
    choice = Type(kind="choice", choices=frozenset({"yes", "maybe"}))
    assert typed("'yes' if a else 'maybe'", wanted=choice)
    assert "no is none of the choices" in refusal("'yes' if a else 'no'", wanted=choice)
    assert typed("none", wanted=MONEY)
    assert typed("signed", wanted=BOOLEAN).type == BOOLEAN


def test_reads_tell_all_that_an_expression_can_look_at() -> None:
    assert reads(typed("amount if a else sum(b.billed for b in bills if b.counts)")) == {
        Read("fact", "amount"), Read("fact", "a"), Read("column", "bills.billed"), Read("column", "bills.counts"),
        Read("closed", "bills"),
    }  # fmt: skip
    assert reads(typed("today < day and done(pay) and late(answer)")) == {
        Read("clock"), Read("fact", "day"), Read("done", "pay"), Read("late", "answer"),
    }  # fmt: skip


def test_inside_an_item_names_mean_its_own_facts_first() -> None:
    inside = SCOPE.inside(CASE.facts["bills"])
    assert reads(typed("billed <= amount and done(ship)", inside)) == {
        Read("own", "bills/billed"), Read("fact", "amount"), Read("done", "bills/ship"),
    }  # fmt: skip
    assert reads(typed("previous.counts", inside, absent=True)) == {Read("previous", "bills/counts")}
    assert reads(typed("len(bills) > 1", inside)) == {Read("items", "bills")}


def test_a_lists_own_rule_takes_it_as_it_is_and_names_its_facts_bare() -> None:
    judging = SCOPE.judging(CASE.facts["bills"])
    assert reads(typed("sum(billed) >= amount", judging)) == {Read("column", "bills.billed"), Read("fact", "amount")}
    assert reads(typed("len(bills) == 0 or last(bills).counts", judging)) == {
        Read("items", "bills"),
        Read("column", "bills.counts"),
    }


def test_a_check_reads_its_own_fact_raw() -> None:
    judging = SCOPE.judging(CASE.facts["amount"])
    assert reads(typed("amount <= balance", judging)) == {Read("raw", "amount"), Read("fact", "balance")}


def test_assumed_conditions_guard_too() -> None:
    assuming = SCOPE.assuming(Expression(text="a and b"))
    assert typed("guarded", assuming).type == MONEY
