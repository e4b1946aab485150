"""Circles: facts that wait for one another, over sources, guards, roles and what actions give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from backline.engine.checking.findings import Findings
from backline.engine.checking.names import found_fact
from backline.engine.definition import Action, Expression, Fact, Place, Source
from backline.engine.expressions.scopes import Level, Scope
from backline.engine.expressions.typed import Read, reads

Node = tuple[str, str]
"""What waits: ``fact``, ``closed`` (a list complete), ``done`` or ``given`` (an action), ``role``; and its path"""


@dataclass(kw_only=True)
class Graph:
    """Who waits for whom."""

    findings: Findings
    edges: dict[Node, set[Node]] = field(default_factory=dict)
    places: dict[Node, Place] = field(default_factory=dict)

    def add(self, node: Node, place: Place, *expressions: Expression | None) -> None:
        """A node waits for all that its expressions read."""
        self.places.setdefault(node, place)
        waiting = self.edges.setdefault(node, set())
        for expression in expressions:
            found = self.findings.expressions.get(id(expression)) if expression is not None else None
            if found is not None:
                waiting |= {
                    target for read in reads(found[1]) if not looks_back(node, read) for target in nodes_of(read)
                }


def looks_back(node: Node, read: Read) -> bool:
    """An item that looks at the other items of its list sees those before it: that is no circle."""
    return read.kind == "column" and node[0] == "fact" and node[1].startswith(read.name.rpartition(".")[0] + "/")


def check_cycles(scope: Scope, findings: Findings) -> None:
    """Reports each circle once, with its members in order."""
    graph = Graph(findings=findings)
    for role in findings.definition.roles.values():
        graph.add(("role", role.name), role.place, role.who, role.if_)
    add_level(graph, scope.here, scope)
    for circle in circles(graph.edges):
        first = circle[0]
        names = [path.replace("/", ".") for _, path in circle]
        chain = ", ".join(
            f"'{left}' needs '{right}'" for left, right in zip(names, [*names[1:], names[0]], strict=True)
        )
        message = f"Going round in circles: {chain}."
        mend = "None of them can be known first; give one another source, or take one out of a condition."
        findings.problem(graph.places.get(first, findings.definition.place), message, mend)


def add_level(graph: Graph, level: Level, scope: Scope) -> None:
    """The facts and actions of the case, or of the items of a list."""
    for name, action in level.actions.items():
        add_action(graph, level.key(name), action, level)
    for fact in level.facts.values():
        add_fact(graph, fact, level, scope)


def add_fact(graph: Graph, fact: Fact, level: Level, scope: Scope) -> None:
    """A fact waits for its guard, its sources, who is asked, and what is shown to them."""
    key = level.key(fact.name)
    node = ("fact", key)
    graph.add(node, fact.place, fact.if_, fact.else_, fact.lapse, fact.type.choices_from, fact.starts)
    waiting = graph.edges[node]
    for position, source in enumerate(fact.sources):
        graph.add(node, fact.place, source.expression, source.while_, source.level, *source.arguments.values())
        waiting |= set(named_by(source, scope))
        table = graph.findings.tables.get((key, position))
        waiting |= {target for read in reads(table) for target in nodes_of(read)} if table else set()
        waiting |= {
            ("role", role) for role in source.who if role in graph.findings.definition.roles and source.kind == "ask"
        }
    if fact.of:
        waiting.add(("role", fact.of))
    if fact.facts:
        own = f"{key}/"
        graph.edges[node] = {target for target in waiting if not target[1].startswith(own) and target != node}
        graph.add(("closed", key), fact.place, fact.done, fact.repeat)
        graph.edges["closed", key].add(node)
        add_level(graph, Level(path=key, facts=fact.facts, actions=fact.actions), scope.inside(fact))


def named_by(source: Source, scope: Scope) -> Iterator[Node]:
    """Facts that a source names outside expressions."""
    for name in (*source.shows, source.document):
        first = name.split(".")[0]
        found = found_fact(first, scope) if first else None
        if found is not None:
            level, fact = found
            inner = name.split(".")[1:]
            if fact.facts and inner and inner[0] in fact.facts:
                yield "fact", f"{level.key(first)}/{inner[0]}"
            else:
                yield "fact", level.key(first)


def add_action(graph: Graph, key: str, action: Action, level: Level) -> None:
    """An action waits for its condition; what it gives waits for what it is called with, too."""
    graph.add(("done", key), action.place, action.when, action.at)
    for name in action.gives:
        graph.add(("fact", level.key(name)), action.place, action.when, action.at, *action.arguments.values())


def nodes_of(read: Read) -> Iterator[Node]:
    """What a read waits for."""
    path = read.name.replace(".", "/")
    match read.kind:
        case "fact" | "own" | "column" | "items" | "at fact" | "lapsed":
            yield "fact", path
        case "closed" | "rows":
            yield "closed", path
        case "role" | "roles":
            yield "role", path
        case "done" | "times" | "at action":
            yield "done", path
        case _:
            return


def circles(edges: Mapping[Node, set[Node]]) -> list[list[Node]]:
    """One circle out of each knot, its members in the order in which they wait."""
    found: list[list[Node]] = []
    settled: set[Node] = set()
    for start in edges:
        if start not in settled:
            walk(start, edges, settled, found)
    return found


def walk(start: Node, edges: Mapping[Node, set[Node]], settled: set[Node], found: list[list[Node]]) -> None:
    """Depth first without recursion; a step back onto the path closes a circle."""
    path: list[Node] = []
    on_path: set[Node] = set()
    todo: list[tuple[Node, bool]] = [(start, False)]
    while todo:
        node, leaving = todo.pop()
        if leaving:
            path.pop()
            on_path.discard(node)
            settled.add(node)
            continue
        if node in on_path:
            circle = path[path.index(node) :]
            if not any(set(circle) & set(other) for other in found):
                found.append(circle)
            continue
        if node in settled:
            continue
        path.append(node)
        on_path.add(node)
        todo.append((node, True))
        todo += [(target, False) for target in sorted(edges.get(node, ()))]
