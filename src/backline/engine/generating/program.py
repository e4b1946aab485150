"""What a case type is compiled to: functions of generated source, and the tables by which their results are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from backline.engine.definition import Action, CaseType, Fact, Source
from backline.engine.generating.early import Early, early_of
from backline.engine.generating.grounds import Grounds, source_keys
from backline.engine.resolving import Doubts
from backline.engine.statuses import UNKNOWN, Missing

LeafKind = Literal["ask", "work", "lookup", "read", "event", "effect", "conflict", "items", "party", "time"]
FEW = 4
"""The most answers that a question may have to be tried one by one"""
Frame = tuple[Any, ...]
SETTLED, REMEMBERED, GIVEN, NOT_APPLICABLE, LAPSED, UNSAID = -1, -2, -3, -4, -5, -6
"""Where a value came from when not from a numbered source"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """One step of the generated function: a fact (of the case or of a list's items), a list, or an action's
    ``when``."""

    number: int
    kind: Literal["fact", "list", "close", "when"]
    path: str
    level: str = ""
    """The path of the list in whose items it stands; empty for the case"""
    fact: Fact | None = None
    action: Action | None = None

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def bit(self) -> int:
        """What stands for it in a mask of wants."""
        return 1 << self.number


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """Something outside that can settle a fact: one source, one role asked in turn, an effect, a person who decides."""

    number: int
    kind: LeafKind
    node: int
    """The fact, or -1 for an action's effect"""
    level: str = ""
    position: int = -1
    """Which source of the fact"""
    key: str = ""
    """The source's kind with its position"""
    who: str = ""
    source: Source | None = None
    optional: bool = False

    @property
    def bit(self) -> int:
        """What stands for it in a mask of wants."""
        return 1 << self.number


def shown_columns(nodes: Iterable[Node], shown: Node, to: Node) -> list[Node]:
    """The facts of a list's items that are shown with it: those that are known before the fact that is asked for."""
    return [one for one in nodes if one.level == shown.path and one.kind == "fact" and one.number < to.number]


Part = Callable[..., tuple[tuple[Any, ...], int, tuple[tuple[int, int], ...]]]
"""Gives values, the wants of those that are unknown, and the wanted rows of columns"""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Program:
    """A compiled case type. ``run`` answers all facts and outcomes in one frame, of which the slots say what stands
    where."""

    grounds: Grounds
    definition: CaseType
    text: str
    nodes: tuple[Node, ...]
    leaves: tuple[Leaf, ...]
    """In the order of their bits, which follow those of the nodes"""
    slots: Mapping[str, int]
    """``v3`` value, ``w3`` wants, ``s3`` source, ``x3`` wanted rows of node 3; ``i3`` item ids of list 3, ``z4``
    whether it is complete, ``o0`` outcome 0"""
    run: Callable[..., Frame]
    demand: Callable[..., tuple[int, dict[int, int]]]
    parts: Mapping[str, Part]
    """Small functions beside ``run``, of (frame, environment, position of the item): ``when pay``, ``payload pay``,
    ``turn pay``, ``at pay``,
    ``while 3 1`` (may source 1 of fact 3 be offered), ``call 3 1`` (its arguments), ``must 3 0`` (a check), ``by
    money``, ``if money``"""
    names: Mapping[str, tuple[str, ...]]
    """The names of what ``call`` and ``payload`` parts give, in order"""
    by_path: Mapping[str, Node]
    closes: Mapping[str, Node]
    """By path of a list: the node that says whether it is complete"""
    actions: Mapping[str, Action]
    """Every action by its path: ``pay``, ``lines/ship``"""
    whens: tuple[str, ...]
    """Paths of the actions that have a condition, each after those that it reads"""
    doubts: Doubts = field(default_factory=dict)
    refusals: Doubts = field(default_factory=dict)
    steady: frozenset[str] = frozenset()
    doubled: tuple[bool, ...] = ()
    """For each outcome, whether it might be certain although Kleene logic leaves it open"""
    flat: bool = False
    """Without lists: wants are leaves already, and need not be followed"""
    outward: bool = True
    """Whether the facts, conditions and arguments read anything beside facts"""
    inputs: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """For each node all nodes that it rests on"""

    def __repr__(self) -> str:
        return f"Program({self.definition.key})"

    def leaf(self, number: int) -> Leaf:
        """The leaf of a bit's position."""
        return self.leaves[number - len(self.nodes)]

    def mask(self, *kinds: LeafKind) -> int:
        """The bits of all leaves of these kinds."""
        return sum(leaf.bit for leaf in self.leaves if leaf.kind in kinds)

    @cached_property
    def personal(self) -> int:
        """Leaves for which a person is bothered."""
        return self.mask("ask", "work", "conflict") | sum(
            leaf.bit
            for leaf in self.leaves
            if leaf.kind == "items" and leaf.source is not None and leaf.source.kind != "event"
        )

    @cached_property
    def work(self) -> int:
        """Leaves for which an employee is bothered."""
        return self.mask("work", "conflict")

    @cached_property
    def optional(self) -> int:
        """Leaves that may be left blank."""
        return sum(leaf.bit for leaf in self.leaves if leaf.kind == "ask" and leaf.optional)

    @cached_property
    def pending(self) -> int:
        """Leaves of which something can be expected: all but parties and time."""
        return self.mask("ask", "work", "lookup", "read", "event", "conflict", "items")

    @cached_property
    def outcome_slots(self) -> tuple[tuple[int, int, int], ...]:
        """Where each outcome's condition, wants and wanted rows stand in the frame."""
        count = range(len(self.definition.outcomes))
        return tuple(
            (self.slots[f"o{number}"], self.slots[f"ow{number}"], self.slots[f"ox{number}"]) for number in count
        )

    @cached_property
    def coming(self) -> tuple[frozenset[str], ...]:
        """For each outcome, the actions that it makes."""
        return tuple(
            frozenset(step.action for step in outcome.do if not step.undo) for outcome in self.definition.outcomes
        )

    @cached_property
    def might(self) -> tuple[dict[str, Missing], ...]:
        """The same, as environments hold what may still come."""
        return tuple(dict.fromkeys(sorted(actions), UNKNOWN) for actions in self.coming)

    @cached_property
    def conditional(self) -> tuple[tuple[str, str, Action, Part], ...]:
        """Actions with a condition: path, level, action, and the part that says whether it holds."""
        return tuple(
            (path, path.rpartition("/")[0], self.actions[path], self.parts[f"when {path}"]) for path in self.whens
        )

    @cached_property
    def payloads(self) -> Mapping[str, tuple[Part, tuple[str, ...]]]:
        """For each action, the part that gives its arguments, and their names."""
        return {path: (self.parts[f"payload {path}"], self.names[f"payload {path}"]) for path in self.actions}

    @cached_property
    def perishable(self) -> tuple[tuple[str, Fact], ...]:
        """Lookups that are fresh for a time only."""
        return tuple(
            (path, node.fact)
            for path, node in self.by_path.items()
            if node.fact is not None
            and node.fact.fresh is not None
            and not node.level
            and any(source.kind == "lookup" for source in node.fact.sources)
        )

    @cached_property
    def conflicts(self) -> int:
        """Leaves for which a person decides between candidates."""
        return self.mask("conflict")

    @cached_property
    def few(self) -> Mapping[int, tuple[Any, ...]]:
        """Leaves whose question has few possible answers, by number; conflicts not counted."""
        found: dict[int, tuple[Any, ...]] = {}
        for leaf in self.leaves:
            fact = self.nodes[leaf.node].fact if leaf.node >= 0 else None
            if fact is None or fact.checks or leaf.kind in ("time", "party", "effect", "items", "conflict"):
                continue
            if fact.type.kind in ("yes/no", "consent"):
                found[leaf.number] = (True, False)
            elif fact.type.kind == "choice" and 0 < len(fact.type.choices) <= FEW and fact.type.choices_from is None:
                found[leaf.number] = tuple(fact.type.choices)
        return found

    @cached_property
    def few_mask(self) -> int:
        """The bits of these."""
        return sum(1 << number for number in self.few)

    @cached_property
    def promised(self) -> int:
        """The bits of facts that somebody was promised."""
        return sum(node.bit for node in self._promised_facts if not node.level)

    @cached_property
    def promised_of_items(self) -> tuple[Node, ...]:
        """The same of facts that every item of a list has."""
        return tuple(node for node in self._promised_facts if node.level)

    @cached_property
    def _promised_facts(self) -> tuple[Node, ...]:
        paths = dict.fromkeys(promise.of.replace(".", "/") for promise in self.definition.promises.values())
        found = (self.by_path.get(path) for path in paths)
        return tuple(node for node in found if node is not None and node.kind == "fact")

    @cached_property
    def steps(self) -> frozenset[str]:
        """Actions that an outcome makes."""
        return frozenset(step.action for outcome in self.definition.outcomes for step in outcome.do if not step.undo)

    @cached_property
    def was(self) -> Mapping[str, str]:
        """Former names of actions -> their names now."""
        return {action.was: action.name for action in self.actions.values() if action.was}

    @cached_property
    def by_name(self) -> Mapping[str, Action]:
        """Actions by their own name, as effects have it."""
        return {action.name: action for action in self.actions.values()}

    @cached_property
    def in_order(self) -> tuple[Node, ...]:
        """Facts and lists in the order of their paths."""
        return tuple(sorted(self.by_path.values(), key=lambda node: node.path))

    @cached_property
    def keys(self) -> Mapping[int, tuple[str, ...]]:
        """The keys of each fact's sources, by the fact's number."""
        return {node.number: tuple(source_keys(node.fact.sources)) for node in self.nodes if node.fact is not None}

    @cached_property
    def standing(self) -> Mapping[int, tuple[int, int, int]]:
        """Where the value, the source and the wants of each fact stand in the frame, by the fact's number."""
        return {
            node.number: tuple(self.slots[f"{'c' if node.level else ''}{letter}{node.number}"] for letter in letters)  # type: ignore[misc]
            for node in self.nodes
            if node.kind == "fact"
            for letters in [("", "s", "w") if node.level else ("v", "s", "w")]
        }

    @cached_property
    def offered(self) -> tuple[tuple[Node, int, Source], ...]:
        """What may be volunteered: the fact, and the position of the source."""
        return tuple(
            (node, position, source)
            for node in self.by_path.values()
            if node.fact is not None
            for position, source in enumerate(node.fact.sources)
            if source.kind == "offer"
        )

    @cached_property
    def events(self) -> tuple[Leaf, ...]:
        """Leaves that wait for an event."""
        return tuple(leaf for leaf in self.leaves if leaf.kind == "event")

    @cached_property
    def discreet(self) -> tuple[Node, ...]:
        """Facts of the case and of items that never steer a question."""
        facts = [node for node in self.nodes if node.kind == "fact"]
        return tuple(node for node in facts if node.fact is not None and node.fact.discreet)

    @cached_property
    def questions(self) -> int:
        """Leaves that ask a party, for a fact or for the items of a list."""
        items = (leaf for leaf in self.leaves if leaf.kind == "items")
        return self.mask("ask") | sum(leaf.bit for leaf in items if leaf.source and leaf.source.kind == "ask")

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """The names of the outcomes."""
        return tuple(outcome.name for outcome in self.definition.outcomes)

    @cached_property
    def calls(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """What each action calls, writes or opens, by its path, and who receives it."""
        return {
            path: (action.target if action.kind == "call" else f"{action.kind}:{action.target}", action.to)
            for path, action in self.actions.items()
        }

    @cached_property
    def early(self) -> Early | None:
        """The tables of the short way, unless the type needs the whole."""
        return early_of(self)
