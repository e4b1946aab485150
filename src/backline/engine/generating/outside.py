"""Writes the source that hears what comes from outside: people, systems, events and readings, under their basis."""

from __future__ import annotations

from dataclasses import dataclass

from backline.engine.definition import Source
from backline.engine.generating.lines import FactLines
from backline.engine.generating.ordering import resolve_name
from backline.engine.generating.program import UNSAID, Leaf, Node, shown_columns


@dataclass(kw_only=True)
class OutsideLines(FactLines):
    """The lines that hear one source outside."""

    def _said(self, position: int, source: Source) -> None:
        """A source outside: a person, a system, an event, a reading."""
        self.add("while 1:")
        self.level += 1
        basis_names, basis = self._basis(source)
        for role in source.who:
            self._role(role)
        self._take(position, source, basis_names, basis)
        self.level -= 1
        self.add("else: pass") if False else None
        self.add(f"if {self.v} is not NEXT: break")

    def _basis(self, source: Source) -> tuple[tuple[str, ...], str]:
        """Waits for what is shown or given; returns its names and the source of its values."""
        parts: list[tuple[str, str]] = []
        for number, (name, argument) in enumerate(source.arguments.items()):
            self.expression(self.names.grounds.typed(argument), f"b{number}")
            self.add(f"if b{number} is UNKNOWN or b{number} is CONFLICT: {self.v} = UNKNOWN; break")
            parts.append((name, f"shown(b{number})"))
        shows = [*source.shows, *([source.document] if source.document else [])]
        for name in shows:
            found = self._shown(name)
            if found is not None:
                parts.append((name, found))
        if source.document and (path := resolve_name(self.names.grounds, self.node.level, source.document)):
            local = f"v{self.names.order.by_path[path].number}"
            self.add(f"if {local}.__class__ is Missing or {local} is None: {self.v} = NEXT; y = NO_DOCUMENT; break")
        names = tuple(name for name, _ in parts)
        return names, "(" + "".join(f"{value}, " for _, value in parts) + ")"

    def _shown(self, name: str) -> str | None:
        first, _, member = name.partition(".")
        if first == "previous":
            return self._shown_before(member)
        path = resolve_name(self.names.grounds, self.node.level, first)
        node = self.names.order.by_path.get(path or "")
        if node is None or (member and node.kind == "list"):
            return None
        if node.kind == "list":
            return self._whole_list(node)
        local = f"v{node.number}"
        wait = f"{self.v} = UNKNOWN; {self.w} |= {self.names.wanted(node)}; break"
        self.add(f"if {local} is UNKNOWN or {local} is CONFLICT: {wait}")
        return f"shown({local})"

    def _shown_before(self, member: str) -> str | None:
        """A fact of the item before: the first item has none."""
        node = self.names.order.by_path.get(f"{self.node.level}/{member}")
        if node is None or node.kind != "fact":
            return None
        self.add(f"b = c{node.number}[k - 1] if k else ABSENT")
        self.add(f"if b is UNKNOWN or b is CONFLICT: {self.v} = UNKNOWN; break")
        return f"shown(c{node.number}[k - 1] if k else ABSENT)"

    def _whole_list(self, node: Node) -> str | None:
        if node.level:
            return self._own_list(node) if node.level == self.node.level else None
        before = shown_columns(self.names.order.nodes, node, self.node)
        close = self.names.order.closes[node.path]
        self.add(f"if z{close.number} is not True: {self.v} = UNKNOWN; {self.w} |= {close.bit}; break")
        return f"digest(i{node.number}{''.join(f', c{other.number}' for other in before)})"

    def _own_list(self, node: Node) -> str:
        """A list inside this item: the part of it that is this item's own."""
        columns = "".join(f", c{other.number}" for other in shown_columns(self.names.order.nodes, node, self.node))
        close = self.names.order.closes[node.path]
        self.add(f"if zs{close.number}[k] is not True: {self.v} = UNKNOWN; {self.w} |= {close.bit}; break")
        return f"digest(*own(p{node.number}, k, i{node.number}{columns}))"

    def _role(self, role: str) -> None:
        """Somebody who is not there because of a condition is not asked."""
        definition = self.names.grounds.definition.roles.get(role)
        if definition is None:
            return
        if definition.if_ is not None:
            self.expression(self.names.grounds.typed(definition.if_), "g")
            self.add(f"if g is UNKNOWN or g is CONFLICT: {self.v} = UNKNOWN; break")
            self.add(f"if g is not True: {self.v} = NEXT; y = NOBODY; break")
        person = self.names.order.by_path.get(f"{role}_person")
        if person is not None and person.number < self.node.number:
            self.add(f"if v{person.number} is UNKNOWN or v{person.number} is CONFLICT:")
            self.add(f"    {self.v} = UNKNOWN; {self.w} |= {self.names.wanted(person)}; break")
            self.add(f"if v{person.number}.__class__ is Missing or v{person.number} is None:")
            self.add(f"    {self.v} = NEXT; y = NOBODY; break")

    def _take(self, position: int, source: Source, basis_names: tuple[str, ...], basis: str) -> None:
        key, leaves = self.keys[position], self._leaves(position, source)
        plain = not basis_names
        nothing = self._nothing(source, leaves)
        if plain:
            self.add(f"if h is None: {nothing}")
            self.add(f"if h.__class__ is Said and h.source == {key!r}:")
            self.add(f"    {self.v} = h.value")
            sure = " and h.confidence >= SURE" if source.kind == "read" else ""
            self.add(
                f"    if {self.v}.__class__ is not Failure and {self.v} is not None{sure}: {self.s} = {position}; break"
            )
        others = frozenset(other for other in self.keys if other != key) if position == self._first else None
        constant = self.names.constant(others) if others is not None else "None"
        self.add(f"{self.v} = answer(h, {key!r}, {constant}, {basis_names!r}, {basis if basis_names else '()'})")
        self.add(f"if {self.v} is UNANSWERED: {nothing}")
        self.add(f"if {self.v}.__class__ is not Missing: {self.s} = {position}; break")
        self.add(f"if {self.v} is CONFLICT: {self.w} |= {self.conflict}; {self.s} = {position}; break")
        self.add(f"if {self.v} is BLANK:")
        self.add(f"    {self.s} = {UNSAID}")
        self._otherwise(1)
        self.add("    break")
        if len(leaves) > 1:
            self._in_turn(source, key, leaves)
        self.add(f"y = {self.v}; {self.v} = NEXT; break")

    @property
    def _first(self) -> int:
        """The source that takes what was said under no known key: the first that asks a person, else the first from
        outside."""
        kinds = [source.kind for source in self.fact.sources]
        for wanted in (("ask",), ("work",), ("offer",), ("event", "lookup", "read")):
            for position, kind in enumerate(kinds):
                if kind in wanted:
                    return position
        return -1

    def _leaves(self, position: int, source: Source) -> list[Leaf]:
        who = source.who if source.kind == "ask" and source.who else (source.team or source.call,)
        return [
            self.names.leaf(
                source.kind if source.kind in ("ask", "work", "lookup", "read", "event") else "time",
                self.node.number,
                level=self.node.level,
                position=position,
                key=self.keys[position],
                who=one,
                source=source,
                optional=self.fact.optional,
            )
            for one in who
        ]

    def _nothing(self, source: Source, leaves: list[Leaf]) -> str:
        """What follows when nothing was said yet."""
        if source.kind == "event":
            return f"{self.e} |= {leaves[0].bit}; {self.v} = NEXT; break"
        if source.kind == "offer":
            return f"{self.v} = NEXT; break"
        wait = f"{self.v} = UNKNOWN; {self.w} |= {leaves[0].bit}; break"
        if self.fact.optional and source.kind == "ask":
            blank = f"{self.v} = NEXT; y = LEFT_OUT; break"
            return f"\n{'    ' * (self.level + 1)}if Q & {leaves[0].bit}: {blank}\n{'    ' * (self.level + 1)}{wait}"
        return wait

    def _in_turn(self, source: Source, key: str, leaves: list[Leaf]) -> None:
        self.add(f"j = turn(h, {key!r}, {source.who!r})")
        bits = tuple(leaf.bit for leaf in leaves)
        self.add(f"if j < {len(leaves)}: {self.v} = UNKNOWN; {self.w} |= {bits!r}[j]; break")
