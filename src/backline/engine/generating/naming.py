"""How the generated source names what it reads, and the bits by which wants are told."""

from __future__ import annotations

import re
from collections.abc import Iterable

from backline.engine.definition import Source
from backline.engine.expressions import Emitter, Read
from backline.engine.expressions.typed import Typed, reads
from backline.engine.generating.grounds import Grounds, all_actions
from backline.engine.generating.ordering import Order, path_of
from backline.engine.generating.program import Leaf, LeafKind, Node

ENVIRONMENT = {
    "role": ("g", "E.role({0!r})"),
    "roles": ("gs", "E.roles({0!r})"),
    "done": ("d", "E.done({0!r}, {1})"),
    "times": ("m", "E.times({0!r}, {1})"),
    "at action": ("y", "E.at_action({0!r}, {1})"),
    "at fact": ("af", "E.at_fact({0!r}, {1})"),
    "at outcome": ("ao", "E.at_outcome({0!r})"),
    "at promise": ("ap", "E.at_promise({0!r})"),
    "late": ("la", "E.late({0!r})"),
    "created": ("CREATED", "E.created"),
    "case": ("CASE", "E.case"),
    "clock": ("CLOCK", "E.clock"),
}
"""Kind of read -> how its local is called, and where its value comes from; the item's path is the second argument"""

WANTS = re.compile(r"\bw\d+\b")


class Names:
    """The locals, slots and bits of one generated module."""

    def __init__(self, grounds: Grounds, order: Order) -> None:
        self.grounds, self.order = grounds, order
        self.actions = dict(all_actions(grounds.definition))
        self.flat = not any(node.kind == "list" or node.level for node in order.nodes)
        """No lists: what settles a fact is known where the fact is computed, and wants are leaves at once"""
        self.leaves: list[Leaf] = []
        self.slots: dict[str, int] = {}
        self.known: dict[Read, str] = {}
        self.bits: dict[Read, int | str] = {}
        self.rows: dict[Read, str] = {}
        self._numbers: dict[str, int] = {}
        self.constants: dict[str, object] = {}
        self.used = self._all_reads()
        self.whole: dict[str, int] = {}
        """For lists that are read as a whole: the bit that wants every fact of every item"""
        self.effects = {path: self._effect(path) for path in self.actions}
        self.time = self.leaf("time", -1).bit
        self._name_facts()
        self._name_environment(self.used)
        self.emitter = Emitter(self.known, bits=self.bits, rows=self.rows)

    def leaf(
        self,
        kind: LeafKind,
        node: int,
        *,
        level: str = "",
        position: int = -1,
        key: str = "",
        who: str = "",
        source: Source | None = None,
        optional: bool = False,
    ) -> Leaf:
        """A new leaf with the next bit."""
        leaf = Leaf(
            number=len(self.order.nodes) + len(self.leaves),
            kind=kind,
            node=node,
            level=level,
            position=position,
            key=key,
            who=who,
            source=source,
            optional=optional,
        )
        self.leaves.append(leaf)
        return leaf

    def slot(self, name: str) -> None:
        """A local that the frame holds."""
        self.slots.setdefault(name, len(self.slots))

    def emit(self, typed: Typed, target: str, wants: str, indent: int) -> list[str]:
        """The lines that compute a checked expression."""
        return self.emitter.emit(typed, target, wants=wants, indent=indent)

    def wanted(self, node: Node) -> int | str:
        """What is wanted with a fact that is not known: its bit, and where there are no lists what settles it."""
        return f"{node.bit} | w{node.number}" if self.flat else node.bit

    def from_frame(self) -> None:
        """From here on, wants of facts are read from the frame: the lines stand outside ``run``."""
        for read, bit in self.bits.items():
            if isinstance(bit, str):
                self.bits[read] = self.in_frame(bit)

    def in_frame(self, wanted: int | str) -> int | str:
        """The same wants, read from the frame."""
        return WANTS.sub(lambda found: f"F[{self.slots[found.group()]}]", wanted) if isinstance(wanted, str) else wanted

    def columns(self, found: Iterable[Read]) -> list[Read]:
        """Those reads that are columns, of which single items may be wanted."""
        return sorted(read for read in found if read in self.rows)

    def environment(self, found: Iterable[Read], indent: int, item: str = "''") -> list[str]:
        """Lines that define what does not come from facts, for the case or for one item."""
        lines = []
        for read in sorted(set(found)):
            if read.kind in ENVIRONMENT and ("." not in read.name):
                inside = "/" in read.name
                if inside == (item != "''") or read.kind == "clock":
                    lines.append("    " * indent + f"{self.known[read]} = {self._environment(read, item)}")
        return lines

    def whole_lists(self, found: Iterable[Read], indent: int) -> list[str]:
        """Lines that define lists as a whole: what is given to a system."""
        lines = []
        for read in sorted(found):
            if read.kind == "rows" and read.name in self.order.closes:
                node, close = self.order.by_path[read.name], self.order.closes[read.name]
                inside = [one for one in self.order.nodes if one.level == read.name and one.kind == "fact"]
                names, columns = tuple(one.name for one in inside), "".join(f"c{one.number}, " for one in inside)
                call = f"listed(z{close.number}, i{node.number}, {names!r}, ({columns}))"
                lines.append("    " * indent + f"{self.known[read]} = {call}")
        return lines

    def number(self, name: str) -> int:
        """A number of its own for a name."""
        return self._numbers.setdefault(name, len(self._numbers))

    def constant(self, value: object) -> str:
        """The name of a global of the module that holds a value."""
        for name, known in self.constants.items():
            if type(known) is type(value) and known == value:
                return name
        name = f"C{len(self.constants)}"
        self.constants[name] = value
        return name

    def again(self, node: int) -> str:
        """The name of the global that tells, by position, the bit of the source that has to be asked again."""
        self.constants[f"AGAIN{node}"] = _Again(self.leaves, node)
        return f"AGAIN{node}"

    def _environment(self, read: Read, item: str) -> str:
        return ENVIRONMENT[read.kind][1].format(path_of(read), item)

    def _effect(self, path: str) -> int:
        return self.leaf("effect", -1, level=path.rpartition("/")[0], key=path).bit

    def _name_facts(self) -> None:
        for node in self.order.nodes:
            if node.kind == "list":
                self._name_list(node)
            elif node.kind == "fact":
                self._name_fact(node)

    def _name_fact(self, node: Node) -> None:
        path, number = node.path, node.number
        if not node.level:
            self._know(Read("fact", path), f"v{number}", self.wanted(node))
            self._know(Read("raw", path), f"u{number}", 0)
            self._know(Read("lapsed", path), f"lp{number}", self.wanted(node))
            return
        self._know(Read("own", path), f"v{number}", node.bit)
        self._know(Read("raw own", path), f"u{number}", 0)
        self._know(Read("previous", path), f"q{number}", 0)
        self._know(Read("lapsed", path), f"lp{number}", node.bit)
        flat = Read("column", _flat(node.level) + "." + node.name)
        self._know(flat, f"c{number}", node.bit)
        self.rows[flat] = f"r{number}"
        if "/" in node.level:
            near = Read("column", f"{node.level}.{node.name}")
            self._know(near, f"h{number}", node.bit)
            self.rows[near] = f"hr{number}"

    def _name_list(self, node: Node) -> None:
        number, path = node.number, node.path
        self._know(Read("items", _flat(path)), f"i{number}", 0)
        close = self.order.closes[path]
        self._know(Read("closed", _flat(path)), f"z{close.number}", close.bit)
        if Read("rows", path) in self.used:
            self.whole[path] = self.leaf("time", -1).bit
            self._know(Read("rows", path), f"rw{number}", close.bit | self.whole[path])
        if node.level:
            self._know(Read("items", path), f"hi{number}", 0)
            self._know(Read("closed", path), f"hz{close.number}", close.bit)

    def _name_environment(self, found: Iterable[Read]) -> None:
        for path, when in self.order.whens.items():
            column = f"{when.level.replace('/', '.')}.{when.name}" if when.level else path
            found = {*found, Read("done", column)}
        for read in sorted(found):
            if read.kind in ENVIRONMENT and read not in self.known:
                prefix = ENVIRONMENT[read.kind][0]
                plain = read.kind in ("created", "case", "clock")
                column = "c" if "." in read.name else ""
                name = prefix if plain else f"{prefix}{column}_{self.number(path_of(read))}"
                self._know(read, name, self._bit(read))

    def _bit(self, read: Read) -> int | str:
        path = path_of(read)
        if read.kind in ("done", "at action"):
            when, effect = self.order.whens.get(path), self.effects.get(path, self.time)
            return f"{effect} | {self.wanted(when)}" if when is not None and read.kind == "done" else effect
        if read.kind in ("role", "roles"):
            person = self.order.by_path.get(f"{path}_person")
            return self.wanted(person) if person is not None else self.leaf("party", -1, who=path).bit
        if read.kind == "at fact" and path in self.order.by_path:
            return self.wanted(self.order.by_path[path])
        return 0 if read.kind in ("created", "case", "clock", "times") else self.time

    def _know(self, read: Read, name: str, bit: int | str) -> None:
        self.known[read] = name
        if bit:
            self.bits[read] = bit

    def _all_reads(self) -> set[Read]:
        found: set[Read] = set()
        for typed in self.grounds.all_typed():
            found |= reads(typed)
        return found


class _Again:
    """Position of a source -> its bit. The leaves are complete only when the whole module is written."""

    def __init__(self, leaves: list[Leaf], node: int) -> None:
        self._leaves, self._node = leaves, node

    def get(self, position: int, default: int) -> int:
        for leaf in self._leaves:
            if leaf.node == self._node and leaf.position == position:
                return leaf.bit
        return default


def _flat(path: str) -> str:
    return path.replace("/", ".")
