"""Types and runs one expression over given values, as generated code would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from backline.engine.calendars import Calendar
from backline.engine.definition import (
    Action,
    CaseType,
    Expression,
    Fact,
    Outcome,
    Place,
    Promise,
    RecordType,
    Role,
    ValueType,
)
from backline.engine.expressions import Emitter, ExpressionProblem, Read, Scope, Typed, check, reads
from backline.engine.expressions.running import NAMES, Clock

NOW = datetime(2026, 3, 12, 10, 30, tzinfo=UTC)
SLOT = RecordType(
    name="calendar.slot",
    members={"start": ValueType(kind="datetime"), "price": ValueType(kind="money"), "room": ValueType(kind="text")},
)


def plain(name: str, kind: str, **keys: Any) -> Fact:
    """A fact of a kind, with choices given as words."""
    choices = {word: word.title() for word in keys.pop("choices", ())}
    value_type = ValueType(kind=kind, of=keys.pop("of", ""), choices=choices)  # type: ignore[arg-type]
    guard = keys.pop("if_", None)
    other = keys.pop("else_", None)
    return Fact(
        name=name,
        type=value_type,
        if_=Expression(text=guard) if guard else None,
        else_=Expression(text=other) if other else None,
        **keys,
    )


BILL = [
    plain("billed", "money"),
    plain("counts", "yes/no"),
    plain("note", "text", if_="counts"),
    plain("paper", "document"),
]
FACTS = [
    plain("a", "yes/no"),
    plain("b", "yes/no"),
    plain("c", "yes/no"),
    plain("d", "yes/no"),
    plain("amount", "money"),
    plain("balance", "money"),
    plain("number", "integer"),
    plain("rate", "decimal"),
    plain("reason", "choice", choices=["medical", "tuition"]),
    plain("wishes", "choices", choices=["card", "credit"]),
    plain("birth_date", "date"),
    plain("day", "date"),
    plain("moment", "datetime"),
    plain("word", "text"),
    plain("evidence", "document"),
    plain("slot", "record", of="calendar.slot"),
    plain("slots", "list", of="calendar.slot"),
    plain("guarded", "money", if_="a"),
    plain("safe", "money", if_="a", else_="0 EUR"),
    plain("maybe", "yes/no", if_="a"),
    plain("optional_day", "date", optional=True),
    plain("signed", "signature"),
    plain("length", "duration"),
    plain(
        "bills",
        "list",
        facts={fact.name: fact for fact in BILL},
        actions={"ship": Action(name="ship", kind="call", target="shop.ship")},
    ),
]
CASE = CaseType(
    key="test",
    title="Test",
    for_="customer",
    roles={"customer": Role(name="customer"), "spouse": Role(name="spouse", if_=Expression(text="a"))},
    facts={fact.name: fact for fact in FACTS},
    actions={"pay": Action(name="pay", kind="call", target="bank.pay", gives={"receipt": ValueType(kind="text")})},
    promises={"answer": Promise(name="answer", of="outcome")},
    outcomes=(Outcome(name="paid", when=None),),
)
SCOPE = Scope.of(CASE, {"calendar.slot": SLOT}, complete=True)


def typed(text: str, scope: Scope = SCOPE, **keys: Any) -> Typed:
    """The typed tree of a text that stands at file.yaml:7:11."""
    return check(Expression(text=text, place=Place(file="file.yaml", line=7, column=11)), scope, **keys)


def refusal(text: str, scope: Scope = SCOPE, **keys: Any) -> str:
    """What is said of a text that is not accepted."""
    try:
        typed(text, scope, **keys)
    except ExpressionProblem as found:
        return str(found)
    raise AssertionError(f"{text} was accepted")


def run(
    expression: Typed, values: Mapping[Read, Any], *, clock: Clock | None = None
) -> tuple[Any, frozenset[Read], int]:
    """The value of a typed expression, the reads that it wants, and the items wanted (all columns together)."""
    needed = sorted(reads(expression))
    names = {read: f"x{number}" for number, read in enumerate(needed)}
    bits = {read: 1 << number for number, read in enumerate(needed)}
    rows = {read: f"r{number}" for number, read in enumerate(needed) if read.kind == "column"}
    emitter = Emitter(names, bits=bits, rows=rows)
    lines = emitter.emit(expression, "result", wants="wanted", indent=1)
    head = [f"def run({', '.join(names.values())}):", "    wanted = 0", *(f"    {row} = 0" for row in rows.values())]
    tail = f"    return result, wanted, {' | '.join(rows.values()) or '0'}"
    namespace = {**NAMES, **emitter.constants}
    exec("\n".join([*head, *lines, tail]), namespace)
    given = {names[read]: clock or Clock(NOW, Calendar()) if read.kind == "clock" else values[read] for read in needed}
    result, wanted, items = namespace["run"](**given)  # type: ignore[operator]
    return result, frozenset(read for read in needed if bits[read] & wanted), items


def value(text: str, *, clock: Clock | None = None, closed: object = True, scope: Scope = SCOPE, **values: Any) -> Any:
    """The value of a text; ``bills__billed=[...]`` is a column, other names are facts of the case."""
    expression = typed(text, scope)
    return run(expression, lookup(reads(expression), values, closed), clock=clock)[0]


def lookup(needed: frozenset[Read], values: Mapping[str, Any], closed: object) -> dict[Read, Any]:
    """The given values, as the reads ask for them."""
    found: dict[Read, Any] = {}
    for read in needed:
        if read.kind == "closed":
            found[read] = closed
        elif read.kind != "clock":
            found[read] = values[(read.name or read.kind).replace(".", "__").replace("/", "__")]
    return found
