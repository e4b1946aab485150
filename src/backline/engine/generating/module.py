"""Writes the whole module of a case type: ``run``, ``demand`` and the small parts beside them."""

from __future__ import annotations

from backline.engine.expressions.typed import Read, Typed, reads
from backline.engine.generating.facts import FactWriter
from backline.engine.generating.grounds import is_checked
from backline.engine.generating.lists import PAD
from backline.engine.generating.ordering import Order, path_of, reads_of
from backline.engine.generating.parts import Parts
from backline.engine.generating.program import Node


class Module(Parts):
    """The text of a module, and what is needed to read its results."""

    def text(self) -> str:
        """The module's source."""
        body = self._body()
        run = [
            "def run(H, E, Q):",
            f"{PAD}get = H.get; O = not COMPUTED.isdisjoint(H)",
            *self._environment(),
            *body,
            f"{PAD}return ({self._frame()})",
        ]
        self.names.from_frame()
        lines = [*run, "", *self._demand()]
        for part in self.parts():
            lines += ["", *part]
        return "\n".join(lines) + "\n"

    def _body(self) -> list[str]:
        lines: list[str] = []
        for block in self.order.blocks:
            lines += self._block(block)
        for number, outcome in enumerate(self.grounds.definition.outcomes):
            lines += self._outcome(number, None if outcome.when is None else self.grounds.typed(outcome.when))
        return lines

    def _block(self, block: tuple[Node, ...]) -> list[str]:
        first = block[0]
        for node in block:
            self._slots(node)
        if first.kind == "list":
            assert first.fact is not None
            if first.fact.repeat is not None or len(block) > 1:
                return [*self._grown(first, list(block[1:])), *self._done_of_items(first)]
            return [*self.lists.items(first), *self._done_of_items(first)]
        if first.kind == "close":
            return self.lists.closing(first)
        if first.kind == "when":
            return self._when(first)
        if first.level:
            return self.lists.block(block)
        writer = FactWriter(names=self.names, node=first, indent=1)
        self.writers[first.number] = writer
        lines = writer.write()
        self._more_slots(first, writer)
        return lines

    def _grown(self, node: Node, inside: list[Node]) -> list[str]:
        assert node.fact is not None
        if node.fact.repeat is not None:
            return self.lists.repeated(node, inside)
        lines = [*self.lists.items(node), *(f"{PAD}{self.lists.empty(one)}" for one in inside)]
        return [*lines, f"{PAD}for k in range(len(i{node.number})):", *self.lists.body(inside, node, 2)]

    def _slots(self, node: Node) -> None:
        number = node.number
        if node.kind == "list":
            names: tuple[str, ...] = (f"i{number}", f"p{number}", f"w{number}", f"x{number}")
        elif node.kind == "close":
            names = (f"z{number}", f"w{number}", f"x{number}", *((f"zs{number}",) if node.level else ()))
        elif node.kind == "when":
            done = self.names.known[Read("done", self._done_name(node))]
            names = (f"v{number}", f"w{number}", f"x{number}", done)
        elif node.level:
            names = (f"c{number}", f"cw{number}", f"cs{number}", f"cx{number}", f"ce{number}", f"cu{number}")
        else:
            names = (
                f"v{number}",
                f"w{number}",
                f"s{number}",
                *((f"u{number}",) if node.fact and is_checked(node.fact) else ()),
            )
        for name in names:
            self.names.slot(name)

    def _more_slots(self, node: Node, writer: FactWriter) -> None:
        if writer.columns:
            self.names.slot(f"x{node.number}")
        if writer.has_events:
            self.names.slot(f"e{node.number}")
        if Read("lapsed", node.path) in self.names.used:
            self.names.slot(f"lp{node.number}")

    def _done_name(self, node: Node) -> str:
        return f"{node.level.replace('/', '.')}.{node.name}" if node.level else node.path

    def _when(self, node: Node) -> list[str]:
        """An action's condition on which facts rest, since they read whether it is done: not yet is unknown while it
        may come."""
        assert node.action is not None
        assert node.action.when is not None
        typed, number = self.grounds.typed(node.action.when), node.number
        done = self.names.known[Read("done", self._done_name(node))]
        columns = self.names.columns(reads(typed))
        lines = [f"{PAD}# {node.path}: done?", f"{PAD}w{number} = 0"]
        if not node.level:
            lines += [f"{PAD}{self.names.rows[read]} = 0" for read in columns]
            lines += self.names.emit(typed, f"v{number}", f"w{number}", 1)
            coming = f"v{number} is not True and v{number} is not UNKNOWN and v{number} is not CONFLICT"
            lines.append(f"{PAD}{done} = True if E.done({node.path!r}, '') else False if {coming} else UNKNOWN")
            pairs = "".join(
                f"({self.order.by_path[path_of(read)].number}, {self.names.rows[read]}), " for read in columns
            )
            return [*lines, f"{PAD}x{number} = ({pairs})"]
        owner = self.order.by_path[node.level]
        lines += [f"{PAD}v{number} = []; {done} = []; x{number} = ()", f"{PAD}for k in range(len(i{owner.number})):"]
        lines += self.lists.item_locals(reads(typed), owner, 2)
        lines += self.names.emit(typed, "g", f"w{number}", 2)
        coming = "g is not True and g is not UNKNOWN and g is not CONFLICT"
        lines.append(f"{PAD * 2}v{number}.append(g)")
        lines.append(f"{PAD * 2}{done}.append(True if E.done({node.path!r}, P) else False if {coming} else UNKNOWN)")
        return lines

    def _outcome(self, number: int, typed: Typed | None) -> list[str]:
        for name in (f"o{number}", f"ow{number}", f"ox{number}"):
            self.names.slot(name)
        if typed is None:
            return [f"{PAD}o{number} = True; ow{number} = 0; ox{number} = ()"]
        columns = self.names.columns(reads(typed))
        lines = [f"{PAD}# outcome {self.grounds.definition.outcomes[number].name}", f"{PAD}ow{number} = 0"]
        lines += [f"{PAD}{self.names.rows[read]} = 0" for read in columns]
        lines += self.names.emit(typed, f"o{number}", f"ow{number}", 1)
        pairs = "".join(f"({self.order.by_path[path_of(read)].number}, {self.names.rows[read]}), " for read in columns)
        return [*lines, f"{PAD}ox{number} = ({pairs})"]

    def _environment(self) -> list[str]:
        found: set[Read] = set()
        for node in self.order.nodes:
            found |= reads_of(self.grounds, node)
        for outcome in self.grounds.definition.outcomes:
            if outcome.when is not None:
                found |= reads(self.grounds.typed(outcome.when))
        found = {read for read in found if not (read.kind == "done" and read.name in self.order.whens)}
        return self.names.environment(found, 1)

    def _frame(self) -> str:
        return "".join(f"{name}, " for name in self.names.slots)

    def _demand(self) -> list[str]:
        """From wanted facts to the leaves that settle them, in the reverse order of computation."""
        if self.names.flat:
            return ["def demand(F, W, R):", f"{PAD}return W & LEAVES, {{}}"]
        slots, lines = self.names.slots, ["def demand(F, W, R):", f"{PAD}L = {{}}"]
        for node in reversed(self.order.nodes):
            number = node.number
            if node.kind == "fact" and node.level:
                columns = ", ".join(f"F[{slots[name]}]" for name in (f"cw{number}", f"cx{number}"))
                if node.level in self.names.whole:
                    every = f"(1 << len(F[{slots[f'c{number}']}])) - 1"
                    lines.append(
                        f"{PAD}if W & {self.names.whole[node.level]}: R[{number}] = R.get({number}, 0) | {every}"
                    )
                call = f"items_wanted({node.level!r}, {columns}, F, W, R[{number}], (R, L), LEVELS, OWNERS)"
                lines.append(f"{PAD}if {number} in R: W = {call}")
                continue
            lines.append(f"{PAD}if W & {node.bit}:")
            lines.append(f"{PAD * 2}W |= F[{slots[f'w{number}']}]")
            if f"x{number}" in slots:
                lines.append(f"{PAD * 2}for c, m in F[{slots[f'x{number}']}]: R[c] = R.get(c, 0) | m")
        return [*lines, f"{PAD}return W & LEAVES, L"]


def levels_of(order: Order, module: Module) -> dict[int, str]:
    """The level of each bit that stands for something in a list's items."""
    found = {node.number: node.level for node in order.nodes if node.level and node.kind == "fact"}
    found |= {
        leaf.number: leaf.level for leaf in module.names.leaves if leaf.level and leaf.kind not in ("items", "effect")
    }
    return found
