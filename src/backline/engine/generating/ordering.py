"""In which order a case type's facts are computed: each after all that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from backline.engine.definition import Action, CaseType, Fact, Source
from backline.engine.expressions.typed import Read, reads
from backline.engine.generating.grounds import Grounds, all_actions, expressions_of, is_list
from backline.engine.generating.program import Node

Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """The nodes in their order, in blocks: facts of one list that have to be computed item by item stand together."""

    nodes: tuple[Node, ...]
    blocks: tuple[tuple[Node, ...], ...]
    by_path: Mapping[str, Node]
    closes: Mapping[str, Node]
    """Nodes that say whether a list is complete"""
    whens: Mapping[str, Node]
    """Nodes of conditions that facts and outcomes rest on, since they read whether the action is done"""
    inputs: Mapping[int, frozenset[int]]


def ordered(checked: Grounds) -> Order:
    """Sorts the facts of a checked type, and the conditions of actions on which facts and outcomes rest."""
    found = list(_facts(checked.definition.facts, ""))
    found += list(_given(checked, {node.path for node in found}))
    actions = dict(all_actions(checked.definition))
    needed = _needed_whens(checked, found, actions)
    found += [replace(node, kind="close") for node in found if node.kind == "list"]
    found += [
        Node(number=0, kind="when", path=path, level=path.rpartition("/")[0], action=actions[path])
        for path in sorted(needed)
    ]
    groups = _groups(found)
    return _numbered(checked, groups)


def reads_of(checked: Grounds, node: Node) -> frozenset[Read]:
    """All that the value of a node looks at."""
    found: set[Read] = set()
    if node.kind == "when":
        assert node.action is not None
        assert node.action.when is not None
        return reads(checked.typed(node.action.when))
    fact = node.fact
    assert fact is not None
    late = {id(one) for one in (fact.done, *(check.must for check in fact.checks))} if is_list(fact) else set()
    for expression in expressions_of(fact):
        if (id(expression) in late) == (node.kind == "close"):
            found |= reads(checked.typed(expression))
    if node.kind == "close":
        return frozenset(found)
    for number, source in enumerate(fact.sources):
        if source.kind == "decide":
            found |= reads(checked.decided(node.path, number))
    found |= {Read("fact" if not level else "own", path) for path, level in _named(checked, node)}
    return frozenset(found - {Read("raw", node.path), Read("raw own", node.path)})


def resolve_name(checked: Grounds, level: str, name: str) -> str | None:
    """The path that a bare name means at a level: the item's fact, its owner's, then the case's."""
    known = checked.paths
    while True:
        path = f"{level}/{name}" if level else name
        if path in known:
            return path
        if not level:
            return None
        level = level.rpartition("/")[0]


def path_of(read: Read) -> str:
    """The path of the fact that a read looks at."""
    return read.name.replace(".", "/")


def _facts(facts: Mapping[str, Fact], level: str) -> Iterator[Node]:
    for name, fact in facts.items():
        path = f"{level}/{name}" if level else name
        yield Node(number=0, kind="list" if is_list(fact) else "fact", path=path, level=level, fact=fact)
        yield from _facts(fact.facts, path)


def _given(checked: Grounds, known: set[str]) -> Iterator[Node]:
    """Facts that only an action gives."""
    for path, fact in checked.given.items():
        if path not in known:
            yield Node(number=0, kind="fact", path=path, level=path.rpartition("/")[0], fact=fact)


def _named(checked: Grounds, node: Node) -> Iterator[tuple[str, str]]:
    """What a fact looks at by name: what its sources show, the document that is read, who is asked, what has to
    agree."""
    assert node.fact is not None
    names: list[str] = []
    for source in node.fact.sources:
        names += [*source.shows, *([source.document] if source.document else []), *_people(checked.definition, source)]
    if node.fact.agree is not None:
        names.append(node.fact.agree.fact)
    for name in names:
        first = name.partition(".")[0]
        path = resolve_name(checked, node.level, first)
        if path is not None and path != node.path:
            yield path, path.rpartition("/")[0]


def _people(definition: CaseType, source: Source) -> list[str]:
    return [f"{role}_person" for role in source.who if role in definition.roles]


def _needed_whens(checked: Grounds, found: Iterable[Node], actions: Mapping[str, Action]) -> set[str]:
    needed: set[str] = set()
    conditions = [outcome.when for outcome in checked.definition.outcomes if outcome.when is not None]
    waiting = [*(reads(checked.typed(condition)) for condition in conditions), *(reads_of(checked, n) for n in found)]
    while waiting:
        for read in waiting.pop():
            path = path_of(read)
            if read.kind == "done" and path in actions and path not in needed and actions[path].when is not None:
                needed.add(path)
                level = path.rpartition("/")[0]
                waiting.append(
                    reads_of(checked, Node(number=0, kind="when", path=path, level=level, action=actions[path]))
                )
    return needed


def _groups(found: list[Node]) -> list[tuple[Node, ...]]:
    """Lists that look back at the item before, or repeat, are computed item by item: their facts are one group."""
    joined: dict[str, list[Node]] = {}
    alone: list[tuple[Node, ...]] = []
    by_item = {node.path for node in found if node.kind == "list" and _item_by_item(node)}
    for node in found:
        if node.path in by_item and node.kind == "list":
            joined.setdefault(node.path, []).insert(0, node)
        elif node.level in by_item and node.kind == "fact":
            joined.setdefault(node.level, []).append(node)
        else:
            alone.append((node,))
    return [*alone, *(tuple(group) for group in joined.values())]


def _item_by_item(node: Node) -> bool:
    assert node.fact is not None
    if node.fact.repeat is not None:
        return True
    texts = [expression.text for fact in node.fact.facts.values() for expression in expressions_of(fact)]
    shows = [name for fact in node.fact.facts.values() for source in fact.sources for name in source.shows]
    return any("previous" in text for text in (*texts, *shows))


def _numbered(checked: Grounds, groups: list[tuple[Node, ...]]) -> Order:
    by_key = {key_of(node): index for index, group in enumerate(groups) for node in group}
    edges = {index: _edges(checked, group, by_key) for index, group in enumerate(groups)}
    sequence: list[int] = []
    _visit_all(edges, sequence)
    nodes: list[Node] = []
    blocks: list[tuple[Node, ...]] = []
    for index in sequence:
        block = _sorted_within(checked, groups[index])
        numbered = tuple(replace(node, number=len(nodes) + offset) for offset, node in enumerate(block))
        nodes += numbered
        blocks.append(numbered)
    by_path = {node.path: node for node in nodes if node.kind in ("fact", "list")}
    closes = {node.path: node for node in nodes if node.kind == "close"}
    whens = {node.path: node for node in nodes if node.kind == "when"}
    return Order(
        nodes=tuple(nodes),
        blocks=tuple(blocks),
        by_path=by_path,
        closes=closes,
        whens=whens,
        inputs=_inputs(checked, nodes),
    )


def _edges(checked: Grounds, group: tuple[Node, ...], by_key: Mapping[Key, int]) -> set[int]:
    own = {by_key[key_of(node)] for node in group}
    found: set[int] = set()
    for node in group:
        found |= {by_key[key] for key in _paths_read(checked, node) if key in by_key}
    return found - own


def key_of(node: Node) -> Key:
    """What tells a node from the others of its path."""
    return (node.kind if node.kind in ("when", "close") else "fact", node.path)


def _paths_read(checked: Grounds, node: Node) -> set[Key]:
    found: set[Key] = {("fact", node.level)} if node.level else set()
    if node.kind == "close":
        found.add(("fact", node.path))
    if node.kind in ("close", "list") and node.level:
        found.add(("close" if node.kind == "close" else "fact", node.level))
    for read in reads_of(checked, node):
        found |= _keys_read(checked, read)
    for shown, _ in _named(checked, node) if node.kind == "fact" else ():
        if any(known.startswith(f"{shown}/") for known in checked.paths):
            found.add(("close", shown))
        found |= {("fact", known) for known in checked.paths if known.startswith(f"{shown}/") and known != node.path}
    return found - {key_of(node)}


def _keys_read(checked: Grounds, read: Read) -> set[Key]:
    path = path_of(read)
    if read.kind == "done":
        return {("when", path)}
    if read.kind in ("role", "roles"):
        return {("fact", f"{path}_person")}
    if read.kind == "closed":
        return {("close", path)}
    if read.kind == "rows":
        return {
            ("fact", path),
            ("close", path),
            *(("fact", known) for known in checked.paths if known.rpartition("/")[0] == path),
        }
    return set() if read.kind == "previous" else {("fact", path)}


def _visit_all(edges: Mapping[int, set[int]], sequence: list[int]) -> None:
    state: dict[int, bool] = {}

    def visit(index: int) -> None:
        if index in state:
            return
        state[index] = False
        for other in sorted(edges[index]):
            visit(other)
        state[index] = True
        sequence.append(index)

    for index in sorted(edges):
        visit(index)


def _sorted_within(checked: Grounds, group: tuple[Node, ...]) -> list[Node]:
    if len(group) == 1:
        return list(group)
    by_key = {key_of(node): index for index, node in enumerate(group)}
    edges: dict[int, set[int]] = {}
    for index, node in enumerate(group):
        paths = set() if node.kind == "list" else _paths_read(checked, node)
        edges[index] = {by_key[key] for key in paths if key in by_key and by_key[key] != index}
    sequence: list[int] = []
    _visit_all(edges, sequence)
    return [group[index] for index in sequence]


def _inputs(checked: Grounds, nodes: Iterable[Node]) -> dict[int, frozenset[int]]:
    found: dict[int, frozenset[int]] = {}
    numbers = {key_of(node): node.number for node in nodes}
    for node in nodes:
        direct = {numbers[key] for key in _paths_read(checked, node) if key in numbers}
        found[node.number] = frozenset(direct.union(*(found.get(number, frozenset()) for number in direct)))
    return found
