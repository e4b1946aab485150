"""Writes the whole module of a case type: ``run``, ``demand`` and the small parts beside them."""

from __future__ import annotations

from collections.abc import Iterable

from backline.engine.definition import Action
from backline.engine.expressions.typed import Read, Typed, reads
from backline.engine.generating.facts import FactWriter
from backline.engine.generating.grounds import Grounds, is_checked, is_list
from backline.engine.generating.lists import PAD, ListWriter
from backline.engine.generating.naming import Names
from backline.engine.generating.ordering import Order, path_of, reads_of, resolve_name
from backline.engine.generating.program import Node


class Module:
    """The text of a module, and what is needed to read its results."""

    def __init__(self, grounds: Grounds, order: Order) -> None:
        self.grounds, self.order = grounds, order
        self.names = Names(grounds, order)
        self.lists = ListWriter(self.names)
        self.writers: dict[int, FactWriter] = self.lists.writers
        self.part_names: dict[str, str] = {}
        self.given: dict[str, tuple[str, ...]] = {}

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
        for part in self._parts():
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

    def _done_of_items(self, node: Node) -> list[str]:
        """What was done per item, where no condition has to be known first."""
        lines = []
        for read in sorted(self.names.used):
            path = path_of(read)
            if (
                read.kind in ("done", "times", "at action")
                and "." in read.name
                and path.rpartition("/")[0] == node.path
            ):
                if read.kind == "done" and path in self.order.whens:
                    continue
                call = {"done": "done", "times": "times", "at action": "at_action"}[read.kind]
                lines.append(f"{PAD}{self.names.known[read]} = [E.{call}({path!r}, P) for P in i{node.number}]")
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

    # -- the small parts

    def _parts(self) -> Iterable[list[str]]:
        for node in self.order.nodes:
            if node.kind in ("fact", "list"):
                yield from self._fact_parts(node)
        for path, action in self.names.actions.items():
            yield from self._action_parts(path, action)
        for promise in self.grounds.definition.promises.values():
            if promise.by is not None:
                yield self._part(f"by {promise.name}", "", [self.grounds.typed(promise.by)])
            if promise.when is not None:
                yield self._part(f"if {promise.name}", "", [self.grounds.typed(promise.when)])

    def _fact_parts(self, node: Node) -> Iterable[list[str]]:
        assert node.fact is not None
        for position, source in enumerate(node.fact.sources):
            place = f"{node.number} {position}"
            for what, expression in (("while", source.while_), ("level", source.level), ("match", source.match)):
                if expression is not None:
                    yield self._part(f"{what} {place}", node.level, [self.grounds.typed(expression)])
            if source.arguments:
                self.given[f"call {place}"] = tuple(source.arguments)
                yield self._part(
                    f"call {place}", node.level, [self.grounds.typed(one) for one in source.arguments.values()]
                )
        if node.fact.type.choices_from is not None:
            yield self._part(f"offered {node.number}", node.level, [self.grounds.typed(node.fact.type.choices_from)])
        for number, check in enumerate(node.fact.checks):
            yield self._part(f"must {node.number} {number}", node.level, [self.grounds.typed(check.must)])

    def _action_parts(self, path: str, action: Action) -> Iterable[list[str]]:
        level = path.rpartition("/")[0]
        for what, expression in (("when", action.when), ("at", action.at), ("turn", action.one_at_a_time)):
            if expression is not None:
                yield self._part(f"{what} {path}", level, [self.grounds.typed(expression)])
        names, texts, found = list(action.arguments), [], set[Read]()
        for name in self.grounds.definition.letter_fields.get(action.target, ()):
            text = self._printed(level, name, found)
            if text is not None and name not in names:
                names.append(name)
                texts.append(text)
        self.given[f"payload {path}"] = tuple(names)
        arguments = [self.grounds.typed(one) for one in action.arguments.values()]
        yield self._part(f"payload {path}", level, arguments, texts, found)

    def _printed(self, level: str, name: str, found: set[Read]) -> tuple[str, int | str] | None:
        """A fact that a letter prints: where its value is, and its bit."""
        path = resolve_name(self.grounds, level, name.partition(".")[0])
        node = self.order.by_path.get(path or "")
        if (
            node is None
            or node.kind != "fact"
            or (node.level and not (level == node.level or level.startswith(f"{node.level}/")))
        ):
            return None
        found.add(Read("own" if node.level else "fact", node.path))
        return f"v{node.number}", self.names.in_frame(self.names.wanted(node))

    def _part(
        self,
        name: str,
        level: str,
        parts: list[Typed],
        texts: Iterable[tuple[str, int | str]] = (),
        more: Iterable[Read] = (),
    ) -> list[str]:
        function = f"part{len(self.part_names)}"
        self.part_names[name] = function
        found: set[Read] = set(more).union(*(reads(part) for part in parts))
        lines = [f"def {function}(F, E, k):  # {name}", *self._locals(found, level), f"{PAD}w = 0"]
        columns = self.names.columns(found)
        lines += [f"{PAD}{self.names.rows[read]} = 0" for read in columns]
        locals_ = [f"a{number}" for number in range(len(parts))]
        for part, local in zip(parts, locals_, strict=True):
            lines += self.names.emit(part, local, "w", 1)
        for local, bit in texts:
            lines.append(f"{PAD}if {local} is UNKNOWN or {local} is CONFLICT: w |= {bit}")
            locals_.append(local)
        pairs = "".join(f"({self.order.by_path[path_of(read)].number}, {self.names.rows[read]}), " for read in columns)
        return [*lines, f"{PAD}return ({''.join(f'{local}, ' for local in locals_)}), w, ({pairs})"]

    def _locals(self, found: set[Read], level: str) -> list[str]:
        """Locals of a part, from the frame."""
        lines = [f"{PAD}{name} = F[{self.names.slots[name]}]" for name in sorted(self._from_frame(found, level))]
        lines += self.names.environment(found, 1)
        for node in self.order.nodes:
            if node.kind == "list" and f"{PAD}i{node.number} = " in "\n".join(lines):
                lines += self._done_of_items_in(found, node)
        lines += self.names.whole_lists(found, 1)
        return [*lines, *self.lists.item_locals(found, self.order.by_path[level], 1)] if level else lines

    def _done_of_items_in(self, found: set[Read], node: Node) -> list[str]:
        wanted = {self.names.known[read] for read in found}
        made = [line for line in self._done_of_items(node) if line.strip().partition(" ")[0] in wanted]
        for read in sorted(found):
            if read.kind == "done" and "." in read.name and path_of(read) in self.order.whens:
                when = self.order.whens[path_of(read)]
                if when.level == node.path:
                    made.append(f"{PAD}{self.names.known[read]} = F[{self.names.slots[self.names.known[read]]}]")
        return made

    def _from_frame(self, found: set[Read], level: str) -> set[str]:
        names: set[str] = set()
        for read in found:
            node = self.order.by_path.get(path_of(read))
            if read.kind in ("fact", "lapsed") and node is not None and not node.level:
                names.add(self.names.known[read])
            elif read.kind == "raw" and node is not None:
                names.add(f"u{node.number}")
            elif read.kind == "raw own" and node is not None:
                names |= {f"cu{node.number}", *self._owners(node.level)}
            elif read.kind in ("column", "own", "previous") and node is not None and node.level:
                names |= {f"c{node.number}", *self._owners(node.level)}
            elif read.kind in ("items", "closed", "rows") and node is not None:
                close = self.order.closes[node.path]
                names |= {f"i{node.number}", f"z{close.number}", *self._owners(node.path)}
                names |= {f"zs{close.number}"} if close.level else set()
                if read.kind == "rows":
                    names |= {
                        f"c{one.number}" for one in self.order.nodes if one.level == node.path and one.kind == "fact"
                    }
            elif read.kind in ("done", "times", "at action") and "/" in path_of(read):
                names |= self._owners(path_of(read).rpartition("/")[0])
        return names | (self._owners(level) if level else set())

    def _owners(self, level: str) -> set[str]:
        names: set[str] = set()
        while level:
            number = self.order.by_path[level].number
            names |= {f"i{number}", f"p{number}"}
            level = level.rpartition("/")[0]
        return names


def levels_of(order: Order, module: Module) -> dict[int, str]:
    """The level of each bit that stands for something in a list's items."""
    found = {node.number: node.level for node in order.nodes if node.level and node.kind == "fact"}
    found |= {
        leaf.number: leaf.level for leaf in module.names.leaves if leaf.level and leaf.kind not in ("items", "effect")
    }
    return found


def has_items(grounds: Grounds) -> bool:
    """Whether the type has lists with facts of their own."""
    return any(is_list(fact) for fact in grounds.definition.facts.values())
