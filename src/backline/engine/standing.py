"""Where each fact stands, read from the frame of a view: value or status, from whom, and what a check says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from backline.engine.choosing import answers, kind_of
from backline.engine.evaluation import FactState, Status
from backline.engine.generating.naming import source_keys
from backline.engine.generating.program import GIVEN, LAPSED, NOT_APPLICABLE, REMEMBERED, SETTLED, UNSAID, Node
from backline.engine.record import Assertion, Failure
from backline.engine.resolving import each
from backline.engine.statuses import ABSENT, CONFLICT, UNKNOWN, Missing
from backline.engine.values import show
from backline.engine.views import View

if TYPE_CHECKING:
    from backline.engine.evaluating import Answered

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
    for node in sorted(view.program.by_path.values(), key=lambda one: one.path):
        for position, item in enumerate(view.items(node.level)):
            state = state_of(view, node, item, position)
            found[f"{item}/{node.name}" if item else node.name] = state
    return found


def state_of(view: View, node: Node, item: str, position: int) -> FactState:
    """One fact's state, of the case or of one item."""
    if node.kind == "list":
        return _list_state(view, node, item, position)
    value, source, wants = (
        value_at(view, node, position),
        _at(view, "s", node, position),
        _at(view, "w", node, position),
    )
    heads = view.heads.get(f"{item}/{node.name}" if item else node.name)
    key = _source_key(node, source, value)
    said = _said(heads, key)
    status = status_of(value)
    candidates = tuple(one.id for one in each(heads) if type(one.value) is not Failure) if status == "conflict" else ()
    return FactState(
        name=node.name,
        item=item,
        status=status,
        value=None if type(value) is Missing else value,
        source=key if status in ("value", "conflict", "absent") else "",
        by=said.who if said and status == "value" else "",
        assertion=said.id if said and status == "value" else "",
        reason=value.reason if type(value) is Missing else "",
        candidates=candidates,
        refusals=_refusals(view, node, position) if value is UNKNOWN and wants else (),
    )


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


def _source_key(node: Node, source: int, value: Any) -> str:
    assert node.fact is not None
    if source >= 0:
        return source_keys(node.fact.sources)[source]
    if source == UNSAID and type(value) is Missing:
        return ""
    return ELSEWHERE.get(source, "")


def _said(heads: Assertion | tuple[Assertion, ...] | None, key: str) -> Assertion | None:
    if not key or heads is None:
        return None
    mine = [one for one in each(heads) if one.source == key and type(one.value) is not Failure]
    if not mine and kind_of(key) in ("ask", "work", "offer", "event", "lookup", "read"):
        mine = [one for one in answers(heads, key, frozenset(), (), ()) if type(one.value) is not Failure]
    return mine[-1] if mine else None


def _refusals(view: View, node: Node, position: int) -> tuple[str, ...]:
    """What the checks say of the value that was said."""
    assert node.fact is not None
    if not node.fact.checks:
        return ()
    raw = _at(view, "u", node, position)
    if type(raw) is Missing:
        return ()
    found = []
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
