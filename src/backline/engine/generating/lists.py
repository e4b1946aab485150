"""Writes the source that finds a list's items, whether it is complete, and the facts of each item."""

from __future__ import annotations

from collections.abc import Iterable

from backline.engine.definition import Fact
from backline.engine.expressions.typed import Read, reads
from backline.engine.generating.facts import FactWriter
from backline.engine.generating.grounds import is_checked, source_keys
from backline.engine.generating.naming import Names
from backline.engine.generating.ordering import reads_of
from backline.engine.generating.program import Leaf, Node

MOST = 100
"""How often a list may repeat"""
PAD = "    "


class ListWriter:
    """The lines of list nodes and of the facts in their items."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.writers: dict[int, FactWriter] = {}
        self.leaves: dict[int, Leaf] = {}

    def items(self, node: Node) -> list[str]:
        """Finds a list's items: ``i`` their full paths, ``p`` the positions of their owners."""
        number = node.number
        lines = [f"{PAD}# {node.path}: items", f"{PAD}w{number} = 0; x{number} = ()"]
        if not node.level:
            paths = f"{PAD}i{number} = [{node.name + '/'!r} + one for one in ids]; p{number} = None"
            return [*lines, *self._ids(node, 1, "''"), paths]
        owner = self.names.order.by_path[node.level].number
        return [
            *lines,
            f"{PAD}i{number} = []; p{number} = []",
            f"{PAD}for k in range(len(i{owner})):",
            f"{PAD * 2}P = i{owner}[k]",
            *self._ids(node, 2, "P"),
            f"{PAD * 2}for one in ids: i{number}.append(P + {'/' + node.name + '/'!r} + one); p{number}.append(k)",
        ]

    def closing(self, close: Node) -> list[str]:
        """Says whether a list is complete, after the facts of its items, which ``done`` may read: ``z``, ``zs`` per
        owner."""
        assert close.fact is not None
        node, number = self.names.order.by_path[close.path], close.number
        self.leaves[number] = self._leaf(close)
        lines = [f"{PAD}# {close.path}: complete?", f"{PAD}w{number} = 0; x{number} = ()"]
        if close.fact.repeat is not None:
            return []
        if not close.level:
            return [*lines, *self._closed(close, 1, f"i{node.number}"), *self._checked(close), f"{PAD}z{number} = z"]
        owner = self.names.order.by_path[close.level].number
        return [
            *lines,
            f"{PAD}zs{number} = []",
            f"{PAD}for k in range(len(i{owner})):",
            f"{PAD * 2}P = i{owner}[k]",
            f"{PAD * 2}ids = [one for one, at in zip(i{node.number}, p{node.number}) if at == k]",
            *self._closed(close, 2, "ids"),
            f"{PAD * 2}zs{number}.append(z)",
            f"{PAD}z{number} = True if all(one is True for one in zs{number}) else False",
            f"{PAD}if z{number} is not True: w{number} |= {self.leaves[number].bit}",
        ]

    def _checked(self, close: Node) -> list[str]:
        """A list that does not pass its checks is not complete, and whoever adds items is asked again."""
        assert close.fact is not None
        number, lines = close.number, []
        for check in close.fact.checks:
            must = self.names.grounds.typed(check.must)
            lines += [f"{PAD}{self.names.rows[read]} = 0" for read in self.names.columns(reads(must))]
            lines += self.names.emit(must, "g", f"w{number}", 1)
            again = f"z = False; w{number} |= {self.leaves[number].bit}"
            lines.append(f"{PAD}if z is True and g is not True and g is not ABSENT: {again}")
            lines += self._rows_of(must, number)
        return lines

    def block(self, block: Iterable[Node]) -> list[str]:
        """The facts of one list's items, item by item."""
        nodes = list(block)
        level = nodes[0].level
        owner = self.names.order.by_path[level]
        lines = [f"{PAD}# {level}: {', '.join(node.name for node in nodes)}"]
        lines += [f"{PAD}{self.empty(node)}" for node in nodes]
        lines.append(f"{PAD}for k in range(len(i{owner.number})):")
        lines += self.body(nodes, owner, 2)
        return lines

    def repeated(self, node: Node, inside: list[Node]) -> list[str]:
        """A list that grows while its ``repeat`` holds, computed together with its items."""
        assert node.fact is not None
        assert node.fact.repeat is not None
        number, close = node.number, self.names.order.closes[node.path].number
        repeat = self.names.grounds.typed(node.fact.repeat)
        lines = [f"{PAD}# {node.path}: items, one after the other", *self._ids(node, 1, "''"), f"{PAD}said = ids"]
        lines.append(
            f"{PAD}i{number} = []; p{number} = None; w{number} = w{close} = 0; x{number} = x{close} = (); g = False"
        )
        lines += [f"{PAD}{self.empty(one)}" for one in inside]
        lines += [f"{PAD}for k in range({MOST}):", f"{PAD * 2}z{close} = True"]
        lines += [f"{PAD * 2}{self.names.rows[read]} = 0" for read in self.names.columns(reads(repeat))]
        lines += self.names.emit(repeat, "g", f"w{close}", 2)
        lines += [
            f"{PAD * 2}if g is not True and k >= len(said): break",
            f"{PAD * 2}i{number}.append({node.name + '/'!r} + (said[k] if k < len(said) else str(k + 1)))",
            *self.body(inside, node, 2),
            f"{PAD}z{close} = g is not True and g is not UNKNOWN and g is not CONFLICT",
            *self._rows_of(repeat, close),
        ]
        return lines

    def body(self, nodes: list[Node], owner: Node, indent: int) -> list[str]:
        """The facts of item ``k``."""
        pad = PAD * indent
        found: set[Read] = set().union(*(reads_of(self.names.grounds, node) for node in nodes))
        lines = self.item_locals(found, owner, indent, nodes)
        for node in nodes:
            writer = FactWriter(names=self.names, node=node, indent=indent)
            self.writers[node.number] = writer
            lines += writer.write()
            lines.append(pad + self._keep(node, writer))
        return lines

    def item_locals(
        self, found: Iterable[Read], owner: Node, indent: int, nodes: list[Node] | None = None
    ) -> list[str]:
        """Locals that hold what expressions of item ``k`` read."""
        lines = [f"{PAD * indent}P = i{owner.number}[k]", *self._owned(found, nodes or [], owner, indent)]
        whens = [
            read
            for read in sorted(found)
            if read.kind == "done" and "/" in read.name and read.name in self.names.order.whens
        ]
        for read in whens:
            column = Read("done", read.name.rpartition("/")[0].replace("/", ".") + "." + read.name.rpartition("/")[2])
            position = self._position(owner, read.name.rpartition("/")[0])
            lines.append(f"{PAD * indent}{self.names.known[read]} = {self.names.known[column]}[{position}]")
        return [*lines, *self.names.environment(set(found) - set(whens), indent, "P")]

    def _owned(self, found: Iterable[Read], nodes: list[Node], owner: Node, indent: int) -> list[str]:
        """Locals for facts of this item, of its owners, and of the item before."""
        pad, lines = PAD * indent, []
        mine = {node.number for node in nodes}
        paths = {read.name for read in found if read.kind == "own"} | self._shown(nodes)
        wanted = {node.number: node for node in map(self.names.order.by_path.get, paths) if node is not None}
        for _, node in sorted(wanted.items()):
            if node.number not in mine and node.level and node.kind == "fact":
                lines.append(f"{pad}v{node.number} = c{node.number}[{self._position(owner, node.level)}]")
        for read in sorted(found):
            if read.kind == "raw own" and read.name in self.names.order.by_path and not nodes:
                number = self.names.order.by_path[read.name].number
                lines.append(f"{pad}u{number} = cu{number}[k]")
            if read.kind == "previous" and read.name in self.names.order.by_path:
                number = self.names.order.by_path[read.name].number
                lines.append(f"{pad}q{number} = c{number}[k - 1] if k else ABSENT")
            elif read.kind in ("column", "items", "closed") and "/" in read.name:
                lines += self._near(read, owner, pad)
        return lines

    def _shown(self, nodes: list[Node]) -> set[str]:
        names = {
            name
            for node in nodes
            if node.fact
            for source in node.fact.sources
            for name in (*source.shows, source.document)
        }
        return {f"{node.level}/{name}" for node in nodes for name in names if name}

    def _position(self, owner: Node, level: str) -> str:
        position = "k"
        while owner.path != level and owner.level:
            position = f"p{owner.number}[{position}]"
            owner = self.names.order.by_path[owner.level]
        return position

    def _near(self, read: Read, owner: Node, pad: str) -> list[str]:
        """The part of a nested list that belongs to this owner."""
        path = read.name.partition(".")[0]
        inner = self.names.order.by_path[path]
        here = f"hp{inner.number}"
        owned = f"p{inner.number}[j] == {self._position(owner, inner.level)}"
        lines = [f"{pad}{here} = [j for j in range(len(i{inner.number})) if {owned}]"]
        if read.kind == "closed":
            close = self.names.order.closes[path].number
            return [f"{pad}hz{close} = zs{close}[{self._position(owner, inner.level)}]"]
        source = (
            f"i{inner.number}"
            if read.kind == "items"
            else f"c{self.names.order.by_path[read.name.replace('.', '/')].number}"
        )
        return [*lines, f"{pad}{self.names.known[read]} = [{source}[j] for j in {here}]"]

    def empty(self, node: Node) -> str:
        number = node.number
        return f"c{number} = []; cw{number} = []; cs{number} = []; cx{number} = []; ce{number} = []; cu{number} = []"

    def _keep(self, node: Node, writer: FactWriter) -> str:
        number = node.number
        rows = f"x{number}" if writer.columns else "()"
        events = f"e{number}" if writer.has_events else "0"
        raw = f"u{number}" if is_checked(writer.fact) else "None"
        return (
            f"c{number}.append(v{number}); cw{number}.append(w{number}); cs{number}.append(s{number}); "
            f"cx{number}.append({rows}); ce{number}.append({events}); cu{number}.append({raw})"
        )

    def _ids(self, node: Node, indent: int, item: str) -> list[str]:
        assert node.fact is not None
        fact, pad = node.fact, PAD * indent
        if fact.of:
            return [f"{pad}ids = E.holders({fact.of!r})"]
        lines = [f"{pad}ids = item_ids(H, {item} + '/' if {item} else '', {node.name!r})"]
        if fact.starts is not None:
            lines += self.names.emit(self.names.grounds.typed(fact.starts), "g", f"w{node.number}", indent)
            lines.append(f"{pad}ids = started(g, ids)")
        key = f"{item} + {'/' + node.name!r}" if node.level else repr(node.name)
        lines.append(f"{pad}h = get({key})")
        if any(source.kind in ("lookup", "read", "is", "event") for source in fact.sources):
            lines.append(f"{pad}ids = rows_said(h, ids)")
        return lines

    def _closed(self, node: Node, indent: int, ids: str) -> list[str]:
        """``z``: True when nothing can be added any more, else UNKNOWN with wants."""
        assert node.fact is not None
        fact, pad, number = node.fact, PAD * indent, node.number
        leaf = self.leaves[number].bit
        low, high = fact.many
        enough = f"len({ids}) >= {low}" if low else "True"
        if fact.of or (fact.done is None and not _added_by_asking(fact)):
            wait = f"({enough})" if not fact.of else "True"
            if fact.starts is not None:
                wait += " and g is not UNKNOWN"
            return [f"{pad}z = True if {wait} else False", f"{pad}if z is not True: w{number} |= {leaf}"]
        lines = []
        if fact.done is not None:
            done = self.names.grounds.typed(fact.done)
            lines += [f"{pad}z{number} = True"]
            lines += [f"{pad}{self.names.rows[read]} = 0" for read in self.names.columns(reads(done))]
            lines += self.names.emit(done, "z", f"w{number}", indent)
            lines += [f"{pad}if z is not True: z = False"]
            lines += [] if node.level else [f"{pad}{line.strip()}" for line in self._rows_of(done, number)]
        else:
            key = f"P + {'/' + node.name!r}" if node.level else repr(node.name)
            lines.append(f"{pad}z = True if said_complete(get({key})) else False")
        if high is not None:
            lines.append(f"{pad}if len({ids}) >= {high}: z = True")
        lines.append(f"{pad}if not {enough}: z = False") if low else None
        lines.append(f"{pad}if z is not True: w{number} |= {leaf}")
        return lines

    def _rows_of(self, expression: object, number: int) -> list[str]:
        pairs = "".join(
            f"({self.names.order.by_path[read.name.replace('.', '/')].number}, {self.names.rows[read]}), "
            for read in self.names.columns(reads(expression))  # type: ignore[arg-type]
            if "/" not in read.name
        )
        return [f"{PAD}x{number} = ({pairs})"] if pairs else []

    def _leaf(self, node: Node) -> Leaf:
        """Whoever adds items, or says that there are no more."""
        assert node.fact is not None
        keys = source_keys(node.fact.sources)
        for position, source in enumerate(node.fact.sources):
            if source.kind in ("ask", "work", "lookup", "read", "event"):
                who = source.who[0] if source.who else source.team or source.call
                return self.names.leaf(
                    "items" if source.kind in ("ask", "work", "event") else source.kind,
                    node.number,
                    level=node.level,
                    position=position,
                    key=keys[position],
                    who=who,
                    source=source,
                )
        return self.names.leaf("time", node.number, level=node.level)


def _added_by_asking(fact: Fact) -> bool:
    return any(source.kind in ("ask", "work", "lookup", "read", "is") for source in fact.sources)
