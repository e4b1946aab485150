"""Full evaluations a second: 30 derived facts, half of them unknown, with statuses, demand, outcome and effects.

An evaluation counts when it has found, from the assertions: the value or status of every fact, which leaves (a question
to somebody, a lookup) could settle what is open, as bits of one integer, the outcome, and the effects that ought to
exist with their arguments. Rows for people (``facts``, ``wanted``) are written out from these when somebody looks; the
third row counts evaluations in which everybody looks at everything.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from backline.engine.calendars import Calendar
from backline.engine.checking import check
from backline.engine.definition import (
    Action,
    CaseType,
    Expression,
    Fact,
    Outcome,
    Role,
    Source,
    Step,
    Surroundings,
    ValueType,
)
from backline.engine.evaluating import Answer, evaluate
from backline.engine.generating import Program, compile_type
from backline.engine.record import Assertion, CaseRecord
from backline.engine.values import Money

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = START + timedelta(minutes=1)
CALENDAR = Calendar(zone="UTC")
DERIVED = 30
ASKED = 20
SECONDS = 1.0
ROUNDS = 5


def measure() -> list[dict[str, object]]:
    """The rows of this benchmark."""
    program, half, whole = compiled(), record(known=ASKED // 2), record(known=ASKED)
    written = lambda: written_out(program, half)  # noqa: E731
    return [
        _row("evaluations, half unknown", _rate(lambda: evaluated(program, half))),
        _row("evaluations, all known", _rate(lambda: evaluated(program, whole))),
        _row("evaluations, half unknown, every fact and want written out", _rate(written)),
    ]


def compiled() -> Program:
    """A type with 30 derived facts over 20 questions: numbers, money, comparisons, choices, logic."""
    facts = [_asked(number) for number in range(ASKED)] + [_derived(number) for number in range(DERIVED)]
    actions = [
        Action(
            name="pay",
            kind="call",
            target="bank.pay",
            arguments={"amount": _text("d1"), "points": _text("d25")},
            undo="bank.reverse",
        ),
        Action(name="note", kind="message", target="note", when=_text("d24")),
        Action(name="letter", kind="letter", target="paid"),
    ]
    outcomes = (
        Outcome(name="declined", when=_text("not d4")),
        Outcome(name="paid", when=_text("d29 and d27"), do=(Step(action="pay"), Step(action="letter"))),
        Outcome(name="otherwise", when=None),
    )
    definition = CaseType(
        key="bench",
        title="Bench",
        for_="customer",
        owner="owners",
        currency="EUR",
        roles={"customer": Role(name="customer")},
        facts={fact.name: fact for fact in facts},
        actions={action.name: action for action in actions},
        outcomes=outcomes,
    )
    return compile_type(check(definition, Surroundings()))


def record(*, known: int) -> CaseRecord:
    """A case in which so many of the questions are answered."""
    values: tuple[object, ...] = (True, 40, Money(Decimal(120), "EUR"), "one")
    said = tuple(
        Assertion(
            id=f"a{number}",
            fact=f"a{number}",
            source="ask",
            who="party:1",
            holds_from=START,
            said_at=START,
            value=values[number % 4],
        )
        for number in range(known)
    )
    return CaseRecord(opened_at=START, case="B-1", assertions=said)


def evaluated(program: Program, case: CaseRecord) -> object:
    """An evaluation: the facts' values and statuses stand in its frame; demand, outcome and effects are taken."""
    found = evaluate(program, case, now=NOW, calendar=CALENDAR)
    assert isinstance(found, Answer)
    return found.demand, found.outcome, found.effects


def written_out(program: Program, case: CaseRecord) -> object:
    """An evaluation of which every part is looked at."""
    found = evaluate(program, case, now=NOW, calendar=CALENDAR)
    return found.facts, found.wanted, found.offers, found.promises, found.exceptions, found.wake


KINDS = ("yes/no", "integer", "money", "choice")
CHOICES = {"one": "One", "two": "Two", "high": "High", "low": "Low"}


def _asked(number: int) -> Fact:
    return Fact(name=f"a{number}", type=_type(KINDS[number % 4]), sources=(Source(kind="ask", who=("customer",)),))


def _derived(number: int) -> Fact:
    """Five shapes in turn, each over its own four questions and the shape before: a number, money, a comparison,
    logic, a choice."""
    first = 4 * (number // 6)
    yes_no, integer, money, choice = (f"a{first + offset}" for offset in range(4))
    before = f"d{number - 5}" if number >= 5 else ""
    text, kind = (
        (f"{integer} * 3 + {before or integer}", "integer"),
        (f"{money} * 2 + 1 EUR", "money"),
        (f"{integer} > 10 and {choice} != 'two'", "yes/no"),
        (f"'high' if {yes_no} else 'low'", "choice"),
        (f"{yes_no} and {money} < 500 EUR or {before or yes_no}", "yes/no"),
    )[number % 5]
    return Fact(name=f"d{number}", type=_type(kind), sources=(Source(kind="is", expression=_text(text)),))


def _type(kind: str) -> ValueType:
    return ValueType(kind=kind, choices=CHOICES if kind == "choice" else {})  # type: ignore[arg-type]


def _text(text: str) -> Expression:
    return Expression(text=text)


def _rate(call: object) -> float:
    """Calls a second of processor time, the best of a few rounds."""
    assert callable(call)
    best = 0.0
    for _ in range(ROUNDS):
        count, start = 0, time.process_time()
        while (spent := time.process_time() - start) < SECONDS / ROUNDS:
            for _ in range(50):
                call()
            count += 50
        best = max(best, count / spent)
    return best


def _row(bench: str, value: float) -> dict[str, object]:
    return {"bench": bench, "subject": "backline", "value": round(value), "unit": "1/s", "better": "higher"}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
