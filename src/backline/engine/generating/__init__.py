"""From a checked case type to one straight-line function: source text of ours, compiled once. No text of a user is in
it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from backline.engine import choosing
from backline.engine.checking import CheckedType
from backline.engine.definition import CaseType, Fact
from backline.engine.expressions import running
from backline.engine.generating.grounds import Grounds, all_actions, all_facts
from backline.engine.generating.module import Module, levels_of
from backline.engine.generating.ordering import ordered
from backline.engine.generating.polarity import doubled
from backline.engine.generating.program import Program
from backline.engine.generating.rows import items_wanted, listed, rows_said, said_complete, started
from backline.engine.record import Assertion, Failure
from backline.engine.resolving import Doubts
from backline.engine.statuses import ABSENT, CONFLICT, UNKNOWN, Missing

__all__ = ["Program", "compile_type"]

GLOBALS: dict[str, Any] = {
    name: getattr(choosing, name)
    for name in (
        "BLANK",
        "LEFT_OUT",
        "NEXT",
        "NOBODY",
        "UNANSWERED",
        "NOTHING_SETTLES",
        "NO_DOCUMENT",
        "OVER",
        "SURE",
        "agreeing",
        "answer",
        "digest",
        "item_ids",
        "offers",
        "over",
        "own",
        "shown",
        "spread",
        "still_open",
        "turn",
    )
} | {
    "ABSENT": ABSENT,
    "CONFLICT": CONFLICT,
    "UNKNOWN": UNKNOWN,
    "Missing": Missing,
    "Said": Assertion,
    "Failure": Failure,
    "items_wanted": items_wanted,
    "listed": listed,
    "rows_said": rows_said,
    "said_complete": said_complete,
    "started": started,
}


WORD = re.compile(r"\b[A-Za-z_]\w*\b")


def compile_type(checked: CheckedType) -> Program:
    """Compiles a checked case type."""
    grounds = Grounds(checked)
    order = ordered(grounds)
    module = Module(grounds, order)
    text = module.text()
    names = module.names
    leaves = ((1 << len(names.leaves)) - 1) << len(order.nodes)
    space: dict[str, Any] = {**running.NAMES, **GLOBALS, **names.emitter.constants, **names.constants, "LEAVES": leaves}
    space["LEVELS"] = levels_of(order, module)
    space["OWNERS"] = {
        node.path: names.slots[f"p{node.number}"] for node in order.nodes if node.kind == "list" and node.level
    }
    space["COMPUTED"] = frozenset(
        node.path for node in order.nodes if node.fact is not None and _is_computed(node.fact)
    )
    text = _with_locals(text, space)
    exec(compile(text, f"<{grounds.definition.key}>", "exec"), space)  # noqa: S102 - the text is written here, from checked parts alone
    return Program(
        grounds=grounds,
        definition=grounds.definition,
        text=text,
        nodes=order.nodes,
        leaves=tuple(names.leaves),
        slots=dict(names.slots),
        run=space["run"],
        demand=space["demand"],
        parts={part: space[function] for part, function in module.part_names.items()},
        names=module.given,
        by_path=order.by_path,
        closes=order.closes,
        actions=names.actions,
        whens=_whens(grounds),
        doubts=_doubts(grounds.definition),
        refusals={path: tuple(action.refused.items()) for path, action in names.actions.items() if action.refused},
        steady=_steady(grounds.definition),
        doubled=doubled(grounds, order),
        flat=names.flat,
        outward=_is_outward(text, module.part_names),
        inputs=order.inputs,
    )


def _with_locals(text: str, space: dict[str, Any]) -> str:
    """Gives ``run`` its globals as locals: it looks at them hundreds of times."""
    body = text[: text.index("def demand(")]
    used = sorted((set(WORD.findall(body)) & space.keys()) | {"type"})
    return text.replace("def run(H, E, Q):", f"def run(H, E, Q, {', '.join(f'{name}={name}' for name in used)}):", 1)


def _is_outward(text: str, parts: Mapping[str, str]) -> bool:
    """Whether facts, conditions or arguments look at anything but facts."""
    looked_at = {"run"} | {
        function for part, function in parts.items() if part.partition(" ")[0] in ("when", "payload")
    }
    functions = {one.partition("(")[0]: one for one in text.removeprefix("def ").split("\ndef ")}
    return any(re.search(r"\bE\.", functions[name]) for name in looked_at)


def _is_computed(fact: Fact) -> bool:
    return bool(fact.sources) and fact.sources[0].kind in ("is", "decide")


def _whens(grounds: Grounds) -> tuple[str, ...]:
    """Actions with a condition, each after those whose doing it reads."""
    actions = {path: action for path, action in all_actions(grounds.definition) if action.when is not None}
    found: list[str] = []

    def visit(path: str, above: frozenset[str]) -> None:
        action = actions[path]
        assert action.when is not None
        for other in sorted(actions):
            name = other.rpartition("/")[2]
            if other not in above and other not in found and name in action.when.text:
                visit(other, above | {other})
        if path not in found:
            found.append(path)

    for path in actions:
        visit(path, frozenset({path}))
    return tuple(found)


def _doubts(definition: CaseType) -> Doubts:
    found: dict[str, tuple[tuple[object, tuple[str, ...]], ...]] = {}
    for path, fact in all_facts(definition.facts, ""):
        if fact.doubts:
            yes_no = fact.type.kind in ("yes/no", "consent")
            found[path.rpartition("/")[2]] = tuple(
                (value == "yes" if yes_no else value, facts) for value, facts in fact.doubts.items()
            )
    return found


def _steady(definition: CaseType) -> frozenset[str]:
    """Facts that have a value before anybody said one."""
    return frozenset(
        path.rpartition("/")[2]
        for path, fact in all_facts(definition.facts, "")
        if fact.sources and all(source.kind in ("event", "offer") for source in fact.sources) and fact.else_ is not None
    )
