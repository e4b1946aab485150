"""Writes the small functions beside ``run``: conditions and arguments of actions, checks, offers, promises."""

from __future__ import annotations

from collections.abc import Iterable

from backline.engine.definition import Action
from backline.engine.expressions.typed import Read, Typed, reads
from backline.engine.generating.facts import FactWriter
from backline.engine.generating.grounds import Grounds
from backline.engine.generating.lists import PAD, ListWriter
from backline.engine.generating.naming import Names
from backline.engine.generating.ordering import Order, path_of, resolve_name
from backline.engine.generating.program import Node


class Parts:
    """The small functions of a module. Each is given the frame, the environment and the position of an item."""

    def __init__(self, grounds: Grounds, order: Order) -> None:
        self.grounds, self.order = grounds, order
        self.names = Names(grounds, order)
        self.lists = ListWriter(self.names)
        self.writers: dict[int, FactWriter] = self.lists.writers
        self.part_names: dict[str, str] = {}
        self.given: dict[str, tuple[str, ...]] = {}

    def parts(self) -> Iterable[list[str]]:
        """All small functions."""
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
