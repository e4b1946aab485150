"""From the leaves that could settle something to what is wanted next, and from whom: the cheapest class first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from backline.engine.answered import Answered, Demand
from backline.engine.choosing import digest, own, shown
from backline.engine.conflicts import candidates_of
from backline.engine.definition import Source
from backline.engine.evaluation import PromiseStatus, Wanted
from backline.engine.generating.program import Leaf, Node, shown_columns
from backline.engine.relevance import relevant
from backline.engine.resolving import each
from backline.engine.standing import value_at
from backline.engine.statuses import Missing
from backline.engine.views import View

AUTOMATIC, PRESENT, PARTY, EMPLOYEE = range(4)
UNKNOWN_LEVEL: Final = "unknown"
"""The level can't be worked out (a row is missing, two currencies met): no level is enough for it"""


Place = tuple[Leaf, int]
"""A leaf and the position of the item"""


def wanted_of(answer: Answered, promises: tuple[PromiseStatus, ...]) -> tuple[Wanted, ...]:
    """What is wanted next. Of several classes the cheapest, and what is eager; events are waited for beside that.

    Once one of the promises is at risk, nothing waits for anything cheaper.
    """
    places = [place for place in _places(answer, answer.demand) if place[0].kind not in ("effect", "time", "party")]
    people = [place for place in places if _class(answer, place[0]) > AUTOMATIC]
    if people and not answer.program.discreet:
        places = [place for place in places if _class(answer, place[0]) == AUTOMATIC] + relevant(answer, people)
    chosen = places if _in_danger(promises) else _cheapest(answer, places)
    events = [place for place in _pending_events(answer) if place not in chosen]
    found = {_key(one): one for place in (*chosen, *events) for one in _wanted(answer, *place)}
    return tuple(found[key] for key in sorted(found))


def offers_of(answer: Answered) -> tuple[Wanted, ...]:
    """What may be volunteered now: offers whose condition holds, and questions that nobody has to be asked."""
    found, view = [], answer.view.so_far()
    for node, position, source in answer.program.offered:
        for row, item in enumerate(view.items(node.level)):
            if _may_offer(view, node, position, source, row):
                found += [
                    Wanted(fact=node.name, item=item, source="offer", who=who, optional=True)
                    for who in source.who or ("",)
                ]
    for leaf in answer.program.leaves:
        if leaf.bit & view.blank:
            fact = answer.program.nodes[leaf.node].name
            found.append(Wanted(fact=fact, source=leaf.key, who=leaf.who, optional=True))
    return tuple(sorted(found, key=_key))


def level_of(view: View, node: Node, position: int, row: int) -> Any:
    """The level that a source of a fact asks for; None where it asks for none, or where it does not apply."""
    if node.fact is None or node.fact.sources[position].level is None:
        return None
    found = view.part(f"level {view.program.by_path[node.path].number} {position}", row)[0][0]
    if type(found) is not Missing:
        return found
    return None if found.status == "absent" else UNKNOWN_LEVEL


def _places(answer: Answered, demand: Demand) -> list[Place]:
    program = answer.program
    found: list[Place] = [(program.leaf(number), 0) for number in bits_of(demand.mask)]
    for number, rows in sorted(demand.rows.items()):
        if number >= len(program.nodes):
            found += [(program.leaf(number), position) for position in bits_of(rows)]
    return found


def bits_of(mask: int) -> Iterator[int]:
    """The positions of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _class(answer: Answered, leaf: Leaf) -> int:
    if leaf.kind in ("lookup", "read", "event", "effect", "time", "party"):
        return AUTOMATIC
    source = leaf.source
    if leaf.kind in ("work", "conflict") or (source is not None and source.kind == "work"):
        return EMPLOYEE
    if source is not None and source.kind == "event":
        return AUTOMATIC
    present = answer.record.present or answer.program.definition.for_
    return PRESENT if leaf.who == present else PARTY


def _in_danger(promises: tuple[PromiseStatus, ...]) -> bool:
    return any(promise.state in ("at risk", "broken") for promise in promises)


def _cheapest(answer: Answered, places: list[Place]) -> list[Place]:
    """The cheapest class. What is waited for already holds nobody up."""
    classes = [_class(answer, leaf) for leaf, position in places if not _slow(answer, leaf, position)]
    if not classes:
        return places
    best = min(classes)
    return [
        place
        for place in places
        if _class(answer, place[0]) <= best or (place[0].source is not None and place[0].source.eager)
    ]


def _slow(answer: Answered, leaf: Leaf, position: int) -> bool:
    """An event, or a system that did not answer at once."""
    if leaf.kind == "event" or (leaf.source is not None and leaf.source.kind == "event"):
        return True
    if leaf.kind not in ("lookup", "read"):
        return False
    node = answer.program.nodes[leaf.node]
    item = answer.view.items(node.level)[position]
    return any(
        wait.fact == node.name and wait.item == item and wait.until is None and wait.since < answer.now
        for wait in answer.record.waits
    )


def _pending_events(answer: Answered) -> list[Place]:
    """Events that may still come, also where the fact has a value meanwhile."""
    found: list[Place] = []
    for leaf in answer.program.events:
        node = answer.program.nodes[leaf.node]
        for position in range(len(answer.view.items(node.level))):
            pending = (
                answer.view.slot(f"ce{node.number}")[position] if node.level else answer.view.slot(f"e{node.number}")
            )
            if pending & leaf.bit:
                found.append((leaf, position))
    return found


def _wanted(answer: Answered, leaf: Leaf, position: int) -> Iterator[Wanted]:
    node = answer.program.nodes[leaf.node]
    view = answer.view
    if leaf.kind == "conflict":
        item = view.items(node.level)[position]
        heads = candidates_of(view.heads, f"{item}/{node.name}" if item else node.name)
        yield Wanted(
            fact=node.name,
            item=item,
            source="settle",
            who=answer.program.definition.owner,
            conflict=tuple(one.id for one in heads),
        )
        return
    source = leaf.source
    assert source is not None
    assert node.fact is not None
    item, number = view.items(node.level)[position], view.program.by_path[node.path].number
    arguments = _arguments(view, node, leaf, source, position)
    basis = {**arguments, **_shown(view, node, source, position)}
    match = view.part(f"match {number} {leaf.position}", position)[0][0] if source.match is not None else None
    yield Wanted(
        fact=node.name,
        item=item,
        source=leaf.key,
        who=leaf.who,
        skill=source.skill,
        level=level_of(view, node, leaf.position, position),
        call=source.call or (f"{source.document}.{source.field}" if source.document else ""),
        arguments=arguments,
        shows=source.shows,
        basis=basis or None,
        not_by=_not_by(view, node, source, item),
        within=source.within,
        remind=source.remind,
        match=shown(match),
        optional=node.fact.optional,
    )


def _arguments(view: View, node: Node, leaf: Leaf, source: Source, position: int) -> dict[str, Any]:
    if not source.arguments:
        return {}
    place = f"call {view.program.by_path[node.path].number} {leaf.position}"
    values, _, _ = view.part(place, position)
    return {name: shown(value) for name, value in zip(view.program.names[place], values, strict=True)}


def _shown(view: View, node: Node, source: Source, position: int) -> Mapping[str, Any]:
    """The values of what is shown: the same that a later evaluation compares with."""
    found: dict[str, Any] = {}
    for name in (*source.shows, *((source.document,) if source.document else ())):
        other = _named(view, node, name)
        if other is None:
            continue
        if name.startswith("previous."):
            found[name] = shown(value_at(view, other, position - 1)) if position else None
        elif other.kind == "list":
            found[name] = _shown_list(view, node, other, position)
        else:
            found[name] = shown(value_at(view, other, _position(view, node, other, position)))
    return found


def _shown_list(view: View, node: Node, other: Node, position: int) -> str:
    """A whole list as it is shown; of a list inside items, what belongs to this item."""
    inside = shown_columns(view.program.nodes, other, node)
    columns = [view.slot(f"i{other.number}"), *(view.slot(f"c{one.number}") for one in inside)]
    return digest(*(own(view.slot(f"p{other.number}"), position, *columns) if other.level else columns))


def _named(view: View, node: Node, name: str) -> Node | None:
    first, _, member = name.partition(".")
    if first == "previous":
        before = view.program.by_path.get(f"{node.level}/{member}")
        return before if before is not None and before.kind == "fact" else None
    level = node.level
    while True:
        other = view.program.by_path.get(f"{level}/{first}" if level else first)
        if other is not None or not level:
            break
        level = level.rpartition("/")[0]
    if other is None or (other.kind == "list" and (member or other.level not in ("", node.level))):
        return None
    return other


def _position(view: View, node: Node, other: Node, position: int) -> int:
    """The position of the owner's item, when a nested item looks at its owner."""
    level = node.level
    while level and level != other.level:
        position = view.slot(f"p{view.program.by_path[level].number}")[position] if "/" in level else 0
        level = level.rpartition("/")[0]
    return position


def _not_by(view: View, node: Node, source: Source, item: str) -> tuple[str, ...]:
    who: set[str] = set()
    for name in source.not_by:
        path = name.replace(".", "/")
        last = path.rpartition("/")[2]
        keys = [
            key
            for key in view.heads
            if key in (name, f"{item}/{name}")
            or (key.startswith(f"{path.partition('/')[0]}/") and key.endswith(f"/{last}"))
        ]
        who |= {said.who for key in keys for said in each(view.heads[key]) if said.who}
    return tuple(sorted(who))


def _may_offer(view: View, node: Node, position: int, source: Source, row: int) -> bool:
    if source.while_ is None:
        return True
    (holds,), _, _ = view.part(f"while {node.number} {position}", row)
    return holds is True


def _key(wanted: Wanted) -> tuple[str, str, str, str]:
    return wanted.item, wanted.fact, wanted.source, wanted.who
