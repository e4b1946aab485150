"""Where each fact stands, read from the frame of a view: value or status, from whom, and what a check says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from backline.engine.answered import Answered
from backline.engine.building import builder
from backline.engine.choosing import answers, kind_of, offers
from backline.engine.evaluation import FactState, Status
from backline.engine.generating.grounds import is_checked
from backline.engine.generating.program import GIVEN, LAPSED, NOT_APPLICABLE, REMEMBERED, SETTLED, UNSAID, Node
from backline.engine.record import Assertion, Failure
from backline.engine.resolving import each
from backline.engine.statuses import ABSENT, CONFLICT, UNKNOWN, Missing
from backline.engine.values import show
from backline.engine.values.problems import refuse
from backline.engine.views import View

Heads = Assertion | tuple[Assertion, ...] | None
ELSEWHERE = {
    SETTLED: "settle",
    REMEMBERED: "memory",
    GIVEN: "effect",
    NOT_APPLICABLE: "else",
    LAPSED: "lapse",
    UNSAID: "else",
}
HOLE = re.compile(r"\{(\w+)\}")


def fact_states(answer: Answered) -> Mapping[str, FactState]:
    """Every fact's state, keyed by ``name`` or ``bills/1/billed``."""
    return states_in(answer.view)


def states_in(view: View) -> dict[str, FactState]:
    """Every fact's state in one view."""
    found: dict[str, FactState] = {}
    for node in view.program.in_order:
        if not node.level:
            found[node.path] = state_of(view, node, "", 0)
            continue
        for position, item in enumerate(view.items(node.level)):
            found[f"{item}/{node.name}"] = state_of(view, node, item, position)
    return found


def state_of(view: View, node: Node, item: str, position: int) -> FactState:
    """One fact's state, of the case or of one item."""
    if node.kind == "list":
        return _list_state(view, node, item, position)
    value, source, wants = (view.frame[slot] for slot in view.program.standing[node.number])
    if node.level:
        value, source, wants = value[position], source[position], wants[position]
    name = node.name
    if value is UNKNOWN:
        refusals = _refusals(view, node, position) if wants else ()
        return state(name, item, "unknown", None, "", "", "", value.reason, (), refusals)
    heads = view.heads.get(f"{item}/{name}" if item else name)
    key = _source_key(view, node, source, value)
    if type(value) is Missing:
        return _missing(name, item, value, heads, key)
    said = _said(heads, key)
    by, assertion = (said.who, said.id) if said else ("", "")
    return state(name, item, "value", value, key, by, assertion, "", (), ())


def _missing(name: str, item: str, value: Missing, heads: Heads, key: str) -> FactState:
    status = status_of(value)
    candidates = tuple(one.id for one in each(heads) if type(one.value) is not Failure) if status == "conflict" else ()
    key = key if status in ("conflict", "absent") else ""
    return state(name, item, status, None, key, "", "", value.reason, candidates, ())


state = builder(FactState)


def value_at(view: View, node: Node, position: int) -> Any:
    """A fact's value in the frame."""
    return view.slot(f"c{node.number}")[position] if node.level else view.slot(f"v{node.number}")


def status_of(value: Any) -> Status:
    """The status that a run-time value has."""
    if type(value) is not Missing:
        return "value"
    return (
        "unknown"
        if value is UNKNOWN
        else "absent"
        if value is ABSENT
        else "conflict"
        if value is CONFLICT
        else value.status
    )


def _at(view: View, letter: str, node: Node, position: int) -> Any:
    return view.slot(f"c{letter}{node.number}")[position] if node.level else view.slot(f"{letter}{node.number}")


def _list_state(view: View, node: Node, item: str, position: int) -> FactState:
    close = view.program.closes[node.path]
    closed = view.slot(f"zs{close.number}")[position] if node.level else view.slot(f"z{close.number}")
    prefix = f"{item}/{node.name}/" if item else f"{node.name}/"
    ids = tuple(path[len(prefix) :] for path in view.slot(f"i{node.number}") if path.startswith(prefix))
    return FactState(name=node.name, item=item, status="value" if closed is True else "unknown", value=ids)


def _source_key(view: View, node: Node, source: int, value: Any) -> str:
    if source >= 0:
        return view.program.keys[node.number][source]
    if source == UNSAID and type(value) is Missing:
        return ""
    return ELSEWHERE.get(source, "")


def _said(heads: Heads, key: str) -> Assertion | None:
    if not key or heads is None:
        return None
    mine = [one for one in each(heads) if one.source == key and type(one.value) is not Failure]
    if not mine and kind_of(key) in ("ask", "work", "offer", "event", "lookup", "read"):
        mine = [one for one in answers(heads, key, frozenset(), (), ()) if type(one.value) is not Failure]
    return mine[-1] if mine else None


def _refusals(view: View, node: Node, position: int) -> tuple[str, ...]:
    """What the checks say of the value that was said."""
    assert node.fact is not None
    if not is_checked(node.fact):
        return ()
    raw = _at(view, "u", node, position)
    if type(raw) is Missing:
        return ()
    found = []
    if node.fact.type.choices_from is not None:
        (offered,), _, _ = view.part(f"offered {node.number}", position)
        found += [] if offers(offered, raw) else [refuse("not offered").message]
    for number, check in enumerate(node.fact.checks):
        (holds,), _, _ = view.part(f"must {node.number} {number}", position)
        if holds is False:
            found.append(filled(view, check.say))
    return tuple(found)


def filled(view: View, text: str) -> str:
    """A text with the values of facts in its holes."""

    def value(found: re.Match[str]) -> str:
        node = view.program.by_path.get(found.group(1))
        if node is None or node.kind != "fact" or node.level:
            return found.group(0)
        known = value_at(view, node, 0)
        return found.group(0) if type(known) is Missing else show(known)

    return HOLE.sub(value, text)
