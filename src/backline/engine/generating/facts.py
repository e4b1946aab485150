"""Writes the source that finds one fact's value: its sources in their order, the first that settles it decides."""

from __future__ import annotations

from dataclasses import dataclass

from backline.engine.definition import Expression, Source
from backline.engine.expressions import Read
from backline.engine.generating.grounds import is_checked
from backline.engine.generating.ordering import reads_of, resolve_name
from backline.engine.generating.outside import OutsideLines
from backline.engine.generating.program import GIVEN, LAPSED, NOT_APPLICABLE, UNSAID

QUIET = ("event", "offer")
"""Sources that never hold up the next one"""


@dataclass(kw_only=True)
class FactWriter(OutsideLines):
    """The lines for one fact: first the short forms of common facts, then the whole form."""

    def write(self) -> list[str]:
        """All lines of the fact."""
        if self._only_computed:
            return self._compute()
        if self._only_said:
            return self._hear()
        return self._whole()

    @property
    def _bare(self) -> bool:
        fact = self.fact
        extras = (fact.if_, fact.lapse, fact.agree, is_checked(fact))
        watched = Read("lapsed", self.node.path) in self.names.used
        return len(fact.sources) == 1 and not self.node.level and not any(extras) and not watched and not self._givers()

    @property
    def _only_computed(self) -> bool:
        """One rule and nothing else: the common case, written without detours."""
        return (
            self._bare
            and self.fact.sources[0].kind in ("is", "decide")
            and not self.columns
            and not self._reads_whole_lists
        )

    @property
    def _reads_whole_lists(self) -> bool:
        return any(read.kind == "rows" for read in reads_of(self.names.grounds, self.node))

    @property
    def _only_said(self) -> bool:
        """One source outside that rests on nothing: usually it has one answer, or none."""
        source = self.fact.sources[0] if self.fact.sources else None
        if (
            not self._bare
            or source is None
            or source.kind not in ("ask", "work", "lookup")
            or self.fact.optional
            or len(source.who) > 1
        ):
            return False
        return not (
            source.arguments
            or source.eager
            or self._is_shown(source)
            or any(self._is_guarded(role) for role in source.who)
        )

    def _is_shown(self, source: Source) -> bool:
        found = (resolve_name(self.names.grounds, self.node.level, name.partition(".")[0]) for name in source.shows)
        return any(path is not None for path in found)

    def _is_guarded(self, role: str) -> bool:
        definition = self.names.grounds.definition.roles.get(role)
        return (definition is not None and definition.if_ is not None) or f"{role}_person" in self.names.order.by_path

    def _compute(self) -> list[str]:
        source = self.fact.sources[0]
        self.add(f"{self.w} = {self.s} = 0")
        self.add(f"if O and (h := over(get({self.fact.name!r})))[0] is not UNANSWERED:")
        self.add(f"    {self.v}, {self.s} = h")
        self.add(f"    if {self.v} is CONFLICT: {self.w} = {self.conflict}")
        self.add("else:")
        self.level += 1
        if source.kind == "decide":
            self.expression(self.names.grounds.decided(self.node.path, 0), self.v)
        else:
            assert source.expression is not None
            self._value(source.expression)
        self.add(f"if {self.v}.__class__ is Missing:")
        self.add(
            f"    if {self.v} is UNKNOWN or {self.v} is CONFLICT: {self.v} = UNKNOWN if {self.w} else NOTHING_SETTLES"
        )
        self.level -= 1
        return self.lines

    def _hear(self) -> list[str]:
        key = self.keys[0]
        self.level += 1
        self._whole()
        self.level -= 1
        whole, self.lines = self.lines, []
        bit = next(leaf.bit for leaf in self.names.leaves if leaf.node == self.node.number and leaf.position == 0)
        self.add(f"h = get({self.fact.name!r})")
        self.add(f"if h is None: {self.v} = UNKNOWN; {self.w} = {bit}; {self.s} = {UNSAID}")
        value = f"({self.v} := h.value).__class__ is not Failure and {self.v} is not None"
        self.add(f"elif h.__class__ is Said and h.source == {key!r} and {value}: {self.w} = {self.s} = 0")
        self.add("else:")
        return [*self.lines, *whole]

    def _whole(self) -> list[str]:
        self._begin()
        self.add("while 1:")
        self.level += 1
        self._override()
        self._guard()
        self._given()
        for position, source in enumerate(self.fact.sources):
            self._source(position, source)
        self._end()
        self.level -= 1
        self._checks()
        self._agree()
        self._finish()
        return self.lines

    def _begin(self) -> None:
        key = repr(self.fact.name) if not self.node.level else f"P + {'/' + self.fact.name!r}"
        events = f"{self.e} = " if self.has_events else ""
        self.add(f"h = get({key}); {events}{self.w} = 0; {self.s} = {UNSAID}; y = NOTHING_SETTLES")
        self.lines += self.names.whole_lists(reads_of(self.names.grounds, self.node), self.level)
        if is_checked(self.fact):
            self.add(f"{self.u} = UNKNOWN")
        for read in self.columns:
            self.add(f"{self.names.rows[read]} = 0")

    def _override(self) -> None:
        """What a person settled comes first, then what the party's memory holds."""
        self.add("if h is not None and (h.__class__ is not Said or h.source in OVER):")
        self.add(f"    {self.v}, {self.s} = over(h)", 0)
        self.add(f"    if {self.v} is CONFLICT: {self.w} |= {self.conflict}")
        self.add(f"    if {self.v} is not UNANSWERED: break")

    def _guard(self) -> None:
        if self.fact.if_ is None:
            return
        self.expression(self.names.grounds.typed(self.fact.if_), "g")
        self.add("if g is not True:")
        self.add(f"    if g is UNKNOWN or g is CONFLICT: {self.v} = UNKNOWN; break")
        self.add(f"    if g is not False and g is not ABSENT: {self.v} = g; break")
        self.add(f"    {self.s} = {NOT_APPLICABLE}")
        self._otherwise(1)
        self.add("    break")

    def _given(self) -> None:
        """What actions gave. Without other sources the fact waits for them."""
        paths = self._givers()
        if not paths:
            return
        item = "P" if self.node.level else "''"
        self.add(f"{self.v} = E.given({self.fact.name!r}, {item}, h)")
        self.add(f"if {self.v} is not UNANSWERED: {self.s} = {GIVEN}; break")
        if not self.fact.sources:
            bits = 0
            for path in paths:
                bits |= self.names.effects[path]
            self.add(f"{self.v} = UNKNOWN; {self.w} |= {bits}; break")

    def _givers(self) -> list[str]:
        return [
            path
            for path, action in self.names.actions.items()
            if self.fact.name in action.gives and path.rpartition("/")[0] == self.node.level
        ]

    def _source(self, position: int, source: Source) -> None:
        self.add(f"# {self.node.path}: {self.keys[position]}")
        if source.kind in ("is", "decide"):
            self._computed(position, source)
        elif source.kind in ("yes if", "no if"):
            self._one_sided(position, source)
        else:
            self._said(position, source)

    def _computed(self, position: int, source: Source) -> None:
        grounds = self.names.grounds
        if source.kind == "decide":
            self.expression(grounds.decided(self.node.path, position), self.v)
        else:
            assert source.expression is not None
            self._value(source.expression)
        self.add(f"if {self.v}.__class__ is not Missing or {self.v} is ABSENT: {self.s} = {position}; break")
        self.add(f"if {self.v} is UNKNOWN or {self.v} is CONFLICT:")
        self.add(f"    if {self._wanting}: {self.v} = UNKNOWN; break")
        self.add(f"else: y = {self.v}")

    def _one_sided(self, position: int, source: Source) -> None:
        assert source.expression is not None
        self.expression(self.names.grounds.typed(source.expression), "g")
        value = "True" if source.kind == "yes if" else "False"
        self.add(f"if g is True: {self.v} = {value}; {self.s} = {position}; break")
        self.add(f"if (g is UNKNOWN or g is CONFLICT) and ({self._wanting}): {self.v} = UNKNOWN; break")

    def _end(self) -> None:
        """No source settled it: an event may still come, else the value of last resort, else it failed."""
        asked = [source for source in self.fact.sources if source.kind not in QUIET]
        if self.has_events:
            self.add(f"if {self.e}:")
            if self.fact.else_ is not None:
                self._otherwise(1)
            else:
                self.add(f"    {self.v} = UNKNOWN; {self.w} |= {self.e}")
            self.add("    break")
        if self.fact.optional:
            self.add("if y is LEFT_OUT:")
            self._otherwise(1)
            self.add("    break")
        if self.fact.lapse is not None and self.fact.sources:
            self.add(f"{self.s} = {LAPSED}")
            self._value(self.fact.lapse)
        elif (not asked and (self.fact.sources or self.fact.else_ is not None)) or (
            self.fact.else_ is not None and self.fact.optional
        ):
            self._otherwise(0)
        else:
            self.add(f"{self.v} = y")
        self.add("break")

    def _checks(self) -> None:
        if not is_checked(self.fact):
            return
        self.add(f"if {self.v}.__class__ is not Missing:")
        self.level += 1
        self.add(f"{self.u} = {self.v}")
        again = self.names.again(self.node.number)
        if self.fact.type.choices_from is not None:
            self._among_choices(self.fact.type.choices_from, again)
        for check in self.fact.checks:
            self.expression(self.names.grounds.typed(check.must), "g")
            self.add("if g is not True and g is not ABSENT:")
            self.add(f"    if g is False: {self.v} = UNKNOWN; {self.w} = {again}.get({self.s}, {self.conflict})")
            self.add(f"    elif g is UNKNOWN or g is CONFLICT: {self.v} = UNKNOWN")
            self.add(f"    else: {self.v} = g")
        self.level -= 1

    def _among_choices(self, offered: Expression, again: str) -> None:
        """What is offered no more counts no more, unless something was begun with it."""
        self.expression(self.names.grounds.typed(offered), "g", wants=False)
        refused = f"{self.v} = UNKNOWN; {self.w} = {again}.get({self.s}, {self.conflict})"
        self.add(f"if not E.begun and not offers(g, {self.v}): {refused}")

    def _agree(self) -> None:
        agree = self.fact.agree
        if agree is None:
            return
        path = resolve_name(self.names.grounds, self.node.level, agree.fact)
        other = self.names.order.by_path.get(path or "")
        if other is None:
            return
        self.add(f"if {self.v}.__class__ is not Missing and {self.s} != -1:")
        self.add(f"    {self.v} = agreeing({self.v}, v{other.number}, {self.names.constant(agree)})")
        self.add(f"    if {self.v} is UNKNOWN: {self.w} |= {self.names.wanted(other)}")
        self.add(f"    elif {self.v} is CONFLICT: {self.w} |= {self.conflict}")

    def _finish(self) -> None:
        number = self.node.number
        if self.has_events:
            self.add(f"if {self.v} is UNKNOWN: {self.w} |= {self.e}")
        eager = self._eager()
        if eager:
            waiting = f"{self.v} is UNKNOWN and {self.w} and {self.s} != {NOT_APPLICABLE}"
            self.add(f"if {waiting}: {self.w} |= still_open(h, {eager!r})")
        if self.columns:
            pairs = "".join(f"({self._column_node(read)}, {self._rows(read)}), " for read in self.columns)
            self.add(f"x{number} = ({pairs}) if {self.v} is UNKNOWN else ()")
        self.add(f"if {self.v} is not UNKNOWN and {self.v} is not CONFLICT: {self.w} = 0")
        if Read("lapsed", self.node.path) in self.names.used:
            silent = f"({self.v}.__class__ is Missing and {self.v}.reason == 'silence')"
            self.add(f"lp{number} = {self.s} == {LAPSED} or {silent}")

    def _eager(self) -> tuple[tuple[str, int], ...]:
        """Dear sources that are opened at once."""
        return tuple(
            (leaf.key, leaf.bit)
            for leaf in self.names.leaves
            if leaf.node == self.node.number and leaf.source is not None and leaf.source.eager
        )

    def _column_node(self, read: Read) -> int:
        return self.names.order.by_path[read.name.replace(".", "/")].number

    def _rows(self, read: Read) -> str:
        name = self.names.rows[read]
        near = "/" in read.name
        level = read.name.rpartition(".")[0]
        return f"spread({name}, hp{self.names.order.by_path[level].number})" if near else name
