"""Small case types and records for tests, written in a line or two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from backline.engine.calendars import Calendar
from backline.engine.checking import check
from backline.engine.definition import (
    Action,
    Agree,
    CaseType,
    Check,
    Expression,
    Fact,
    Operation,
    Outcome,
    Promise,
    Role,
    Source,
    Span,
    Step,
    Surroundings,
    ValueType,
)
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import Evaluation
from backline.engine.generating import Program, compile_type
from backline.engine.record import Assertion, CaseRecord, EffectRecord, Failure, PromiseRecord, Wait
from backline.engine.values import Money

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday"""
CALENDAR = Calendar(zone="UTC")
SOURCES = ("is", "yes if", "no if", "decide", "read", "lookup", "event", "ask", "work", "offer")


def at(days: float = 0, minutes: float = 0) -> datetime:
    """An instant after the start."""
    return START + timedelta(days=days, minutes=minutes)


def span(text: str) -> Span:
    """``3 business days``."""
    amount, *rest = text.split()
    unit = rest[-1] if rest[-1].endswith("s") else rest[-1] + "s"
    return Span(amount=int(amount), unit=unit, business="business" in rest)  # type: ignore[arg-type]


def eur(amount: object) -> Money:
    """An amount in euros."""
    return Money(Decimal(str(amount)), "EUR")


def expr(text: object) -> Expression | None:
    """An expression, or none."""
    return None if text is None else Expression(text=str(text))


def fact(name: str, kind: str = "yes/no", **keys: Any) -> Fact:
    """A fact; keys as in a definition, with ``_`` for spaces, in the order of its sources."""
    choices = keys.pop("choices", {})
    value_type = ValueType(kind=kind, of=keys.pop("record", ""), choices={one: one for one in choices})  # type: ignore[arg-type]
    sources = tuple(
        source(key.rstrip("0123456789").replace("_", " "), given)
        for key, given in keys.items()
        if key.rstrip("0123456789").replace("_", " ") in SOURCES
    )
    return Fact(
        name=name,
        type=value_type,
        sources=sources,
        label=name,
        if_=expr(keys.get("if_")),
        else_=expr(keys.get("else_")),
        lapse=expr(keys.get("lapse")),
        optional=keys.get("optional", False),
        checks=tuple(Check(must=Expression(text=must), say=say) for must, say in keys.get("check", ())),
        agree=Agree(fact=keys["agree"]) if "agree" in keys else None,
        doubts=keys.get("doubts", {}),
        fresh=span(keys["fresh"]) if "fresh" in keys else None,
        discreet=keys.get("discreet", False),
        hide=keys.get("hide", ()),
        many=keys.get("many", (0, None)),
        of=keys.get("of", ""),
        starts=expr(keys.get("starts")),
        done=expr(keys.get("done")),
        repeat=expr(keys.get("repeat")),
        facts={one.name: one for one in keys.get("facts", ())},
        actions={one.name: one for one in keys.get("actions", ())},
    )


def source(kind: str, given: Any) -> Source:
    """A source from what stands behind its key."""
    options: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {}
    main = options.pop("to", options.pop("who", options.pop("team", options.pop("call", options.pop("from", given)))))
    options = {key: _option(key, value) for key, value in options.items()}
    if kind in ("is", "yes if", "no if"):
        return Source(kind=kind, expression=Expression(text=str(main)), **options)  # type: ignore[arg-type]
    if kind == "decide":
        return Source(kind="decide", table=main, **options)
    if kind == "read":
        document, _, field = main.partition(".")
        return Source(kind="read", document=document, field=field, **options)
    if kind in ("lookup", "event"):
        return Source(kind=kind, call=main, **options)  # type: ignore[arg-type]
    if kind == "work":
        return Source(kind="work", team=main, **{"shows": ("customer",), **options})
    return Source(kind=kind, who=(main,) if isinstance(main, str) else tuple(main), **options)  # type: ignore[arg-type]


def action(name: str, call: str = "", **keys: Any) -> Action:
    """An action that calls a system, or with ``letter=`` or ``message=`` writes."""
    kind = next((one for one in ("letter", "message", "make", "open") if one in keys), "call")
    given = keys.get("with_", {})
    return Action(
        name=name,
        kind=kind,
        target=keys.get(kind, call),
        when=expr(keys.get("when")),  # type: ignore[arg-type]
        arguments={one: Expression(text=text) for one, text in given.items()},
        gives={one: ValueType(kind=value) for one, value in keys.get("gives", {}).items()},
        at=expr(keys.get("at")),
        every=span(keys["every"]) if "every" in keys else None,
        most=keys.get("most"),
        undo=keys.get("undo", ""),
        amend=keys.get("amend", ""),
        refused=keys.get("refused", {}),
        follows_changes=keys.get("follows_changes", False),
        one_at_a_time=expr(keys.get("one_at_a_time")),
        was=keys.get("was", ""),
    )


def outcome(name: str, when: str | None, *do: str) -> Outcome:
    """An outcome; ``undo pay`` is a step that undoes."""
    steps = tuple(Step(action=one.removeprefix("undo "), undo=one.startswith("undo ")) for one in do)
    return Outcome(name=name, when=expr(when), do=steps)


def case(*parts: Fact | Action | Outcome | Promise | Role, **keys: Any) -> CaseType:
    """A case type of these parts."""
    roles = {one.name: one for one in parts if isinstance(one, Role)}
    roles = {"customer": Role(name="customer"), **roles}
    return CaseType(
        key=keys.pop("key", "test"),
        title="Test",
        for_="customer",
        owner="owners",
        currency="EUR",
        roles=roles,
        facts={one.name: one for one in parts if isinstance(one, Fact)},
        actions={one.name: one for one in parts if isinstance(one, Action)},
        outcomes=tuple(one for one in parts if isinstance(one, Outcome)),
        promises={one.name: one for one in parts if isinstance(one, Promise)},
        **keys,
    )


def compiled(
    *parts: Fact | Action | Outcome | Promise | Role, operations: Mapping[str, Operation] = {}, **keys: Any
) -> Program:
    """A program of these parts."""
    return compile_type(check(case(*parts, **keys), Surroundings(operations=operations)))


_ids = count(1)


def said(fact: str, value: Any, *, by: str = "customer", when: datetime = START, **keys: Any) -> Assertion:
    """Somebody said something."""
    item, _, name = fact.rpartition("/")
    return Assertion(
        id=keys.pop("id", f"a{next(_ids):05}"),
        fact=name,
        item=keys.pop("item", item),
        value=value,
        source=keys.pop("source", "ask"),
        who=by,
        holds_from=keys.pop("holds_from", when),
        said_at=when,
        **keys,
    )


def item(path: str, value: bool = True, **keys: Any) -> Assertion:
    """An item comes to be: ``bills/1``, ``owners/2/hits/1``."""
    name = path.split("/")[-2]
    return Assertion(
        id=f"a{next(_ids):05}", fact=name, item=path, value=value, source="ask", holds_from=START, said_at=START
    )


def silence(fact: str, **keys: Any) -> Assertion:
    """A source that kept silent."""
    return said(fact, Failure("silence"), **keys)


def effect(
    name: str, state: str = "done", *, generation: int = 1, kind: str = "do", when: datetime = START, **keys: Any
) -> EffectRecord:
    """An effect as it is stored."""
    return EffectRecord(
        action=name,
        state=state,
        generation=generation,
        kind=kind,
        planned_at=when,  # type: ignore[arg-type]
        started_at=None if state == "planned" else when,
        settled_at=when if state in ("done", "refused", "failed", "given up") else None,
        **keys,
    )


def record(*parts: Assertion | EffectRecord | Wait | PromiseRecord, **keys: Any) -> CaseRecord:
    """A case as it is known."""
    return CaseRecord(
        opened_at=keys.pop("opened_at", START),
        case="T-1",
        assertions=tuple(one for one in parts if isinstance(one, Assertion)),
        effects=tuple(one for one in parts if isinstance(one, EffectRecord)),
        waits=tuple(one for one in parts if isinstance(one, Wait)),
        promises=tuple(one for one in parts if isinstance(one, PromiseRecord)),
        **keys,
    )


def answer(
    program: Program, *parts: Assertion | EffectRecord | Wait | PromiseRecord, now: datetime | None = None, **keys: Any
) -> Evaluation:
    """The evaluation of these assertions and effects."""
    return evaluate(program, record(*parts, **keys), now=now or at(minutes=1), calendar=CALENDAR)


def wants(found: Evaluation) -> set[str]:
    """Facts that are wanted, as ``fact:source``."""
    return {f"{one.item}/{one.fact}:{one.source}" if one.item else f"{one.fact}:{one.source}" for one in found.wanted}


def does(found: Evaluation) -> list[str]:
    """Effects that are wished, as ``kind action generation``."""
    return [f"{one.kind} {one.item + '/' if one.item else ''}{one.action} {one.generation}" for one in found.effects]


def _option(key: str, value: Any) -> Any:
    if key == "within":
        return span(value)
    if key == "remind":
        return tuple(span(one) for one in value)
    if key == "with_":
        return value
    if key in ("while_", "level", "match"):
        return Expression(text=value)
    if key == "arguments":
        return {name: Expression(text=text) for name, text in value.items()}
    return tuple(value) if isinstance(value, list) else value
