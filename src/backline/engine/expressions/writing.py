"""One expression written as lines: how each kind of node becomes code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backline.engine.expressions.templates import NEVER_RAISE, TEMPLATES
from backline.engine.expressions.typed import (
    Bounded,
    Cases,
    Choose,
    Constant,
    Fold,
    Get,
    Known,
    Logic,
    Loop,
    Member,
    Not,
    Read,
    Slot,
    Strict,
    TimeCompare,
    Typed,
)
from backline.engine.statuses import Missing

if TYPE_CHECKING:
    from backline.engine.expressions.emitting import Emitter

ITEM_FOLDS = {"sum": "sum_of", "any": "any_of", "all": "all_of", "min": "min_of", "max": "max_of", "len": "len_of", "count": "count_of",
              "last": "last_of", "known": "known_all"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A local that stands for a slot, and what to want when it is unknown: a read, and in a loop the position's local."""

    local: str
    read: Read | None = None
    position: str = ""


class Writer:
    """Collects the lines of one expression."""

    def __init__(self, emitter: Emitter, *, wants: str, indent: int) -> None:
        self.emitter = emitter
        self.wants = wants
        self.rows: Mapping[Read, str] = emitter.rows
        self.lines: list[str] = []
        self.depth = indent
        self.slots: tuple[Place, ...] = ()

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """An indented block; it must not stay empty."""
        self.line(head)
        self.depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.line("pass")
        self.depth -= 1

    # -- leaves

    def leaf(self, typed: Typed) -> str:
        """The text of a node that is at hand; empty for one that has to be computed."""
        if isinstance(typed, Constant):
            return "U" if isinstance(typed.value, Missing) else self.emitter.constant(typed.value)
        if isinstance(typed, Get):
            return self.emitter.names[typed.read]
        return self.slots[typed.number].local if isinstance(typed, Slot) else ""

    def atom(self, typed: Typed) -> str:
        """A local (or constant) that holds the node's value, computed first where needed."""
        text = self.leaf(typed)
        if not text:
            text = self.emitter.temporary()
            self.into(typed, text)
        return text

    def want(self, typed: Typed, local: str, *, guarded: bool = False) -> None:
        """A line that wants a leaf if it is unknown or in conflict."""
        bits = self.bits_of(typed)
        if bits:
            with self.block(f"if {local} is U or {local} is C:"):
                for line in bits:
                    self.line(line)

    def bits_of(self, typed: Typed) -> list[str]:
        """The lines that want a leaf; none when nobody listens or it cannot be had."""
        if not self.wants:
            return []
        read: Read | None = None
        position = ""
        if isinstance(typed, Get):
            read = typed.read
        elif isinstance(typed, Slot):
            read, position = self.slots[typed.number].read, self.slots[typed.number].position
        bit = self.emitter.bits.get(read, 0) if read else 0
        if not bit or read is None:
            return []
        row = self.rows.get(read, "") if position else ""
        return [f"{self.wants} |= {bit}", *([f"{row} |= 1 << {position}"] if row else [])]

    # -- nodes

    def into(self, typed: Typed, target: str) -> None:
        """Lines that assign the node's value."""
        match typed:
            case Constant() | Get() | Slot():
                local = self.leaf(typed)
                self.line(f"{target} = {local}")
                self.want(typed, target)
            case Strict() | Member():
                self.strict(typed, target)
            case TimeCompare():
                self.time(typed, target)
            case Logic():
                self.logic(typed, target)
            case Not():
                self.negation(typed, target)
            case Choose():
                self.choose(typed, target)
            case Known():
                self.known(typed, target)
            case Loop():
                self.loop(typed, target)
            case Fold() | Bounded():
                self.fold(typed, target)
            case Cases():
                self.cases(typed, target)
            case _:
                raise AssertionError(typed)

    def strict(self, typed: Typed, target: str) -> None:
        """One guard for all that the strict part reads, then the plain Python of it."""
        guards: dict[str, Typed] = {}
        text = self.pure(typed, guards)
        self.guarded(guards, target, text, raises=self.may_raise(typed))

    def guarded(self, guards: Mapping[str, Typed], target: str, text: str, *, raises: bool = True) -> None:
        """``target = text`` where no guard is missing, else what is missing decides."""
        if not guards:
            self.attempt(target, text, raises)
            return
        with self.block(f"if {' or '.join(f'type({local}) is M' for local in guards)}:"):
            self.line(f"{target} = strict({', '.join(guards)})")
            wanted = [(local, typed) for local, typed in guards.items() if self.bits_of(typed)]
            if wanted:
                with self.block(f"if {target} is U:"):
                    for local, leaf in wanted:
                        self.want(leaf, local)
        with self.block("else:"):
            self.attempt(target, text, raises)

    def attempt(self, target: str, text: str, raises: bool) -> None:
        """``target = text``; what Python raises is a failed value."""
        if not raises:
            self.line(f"{target} = {text}")
            return
        with self.block("try:"):
            self.line(f"{target} = {text}")
        with self.block("except Exception as error:"):
            self.line(f"{target} = failing(error)")

    def pure(self, typed: Typed, guards: dict[str, Typed]) -> str:
        """The Python text of a strict part; what it reads goes into the guards."""
        if isinstance(typed, Constant) and not isinstance(typed.value, Missing):
            return self.emitter.constant(typed.value)
        if isinstance(typed, Strict):
            arguments = [self.pure(argument, guards) for argument in typed.arguments]
            template = TEMPLATES[typed.function]
            clock = self.emitter.names[Read("clock")] if "{clock}" in template else ""
            return template.format(*arguments, all=", ".join(arguments), clock=clock)
        if isinstance(typed, Member):
            return f"{self.pure(typed.base, guards)}.members.get({typed.name!r})"
        local = self.atom(typed)
        guards.setdefault(local, typed)
        return local

    def may_raise(self, typed: Typed) -> bool:
        if isinstance(typed, Strict):
            return typed.function not in NEVER_RAISE or any(self.may_raise(argument) for argument in typed.arguments)
        return isinstance(typed, Member)

    def time(self, typed: TimeCompare, target: str) -> None:
        guards: dict[str, Typed] = {}
        parts = [
            self.pure(part, guards) if part is not None else "None"
            for part in (typed.shift or typed.birth, typed.other)
        ]
        clock = self.emitter.names[Read("clock")]
        self.guarded(guards, target, f"{clock}.compare_{typed.subject}({typed.operator!r}, {', '.join(parts)})")

    def logic(self, typed: Logic, target: str) -> None:
        """Part after part into the target, until one decides; a decision takes back what was wanted."""
        decisive, neutral, both = ("False", "True", "both") if typed.operator == "and" else ("True", "False", "either")
        saved = self.save_wants(typed.parts)
        self.into(typed.parts[0], target)
        for part in typed.parts[1:]:
            with self.block(f"if {target} is not {decisive}:"):
                local = self.atom(part)
                with self.block(f"if {local} is {decisive}:"):
                    self.line(f"{target} = {decisive}")
                    if saved:
                        self.line(f"{self.wants} = {saved}")
                with self.block(f"elif {target} is not {neutral} or {local} is not {neutral}:"):
                    self.line(f"{target} = {both}({target}, {local})")
                    if self.leaf(part):
                        self.want(part, local)

    def save_wants(self, parts: tuple[Typed, ...]) -> str:
        """A local that remembers what was wanted before, where there is somebody to listen."""
        if not self.wants:
            return ""
        saved = self.emitter.temporary()
        self.line(f"{saved} = {self.wants}")
        return saved

    def negation(self, typed: Not, target: str) -> None:
        local = self.atom(typed.operand)
        with self.block(f"if {local} is True:"):
            self.line(f"{target} = False")
        with self.block(f"elif {local} is False:"):
            self.line(f"{target} = True")
        with self.block("else:"):
            if self.leaf(typed.operand):
                self.want(typed.operand, local)
            self.line(f"{target} = undecided({local})")

    def choose(self, typed: Choose, target: str) -> None:
        local = self.atom(typed.condition)
        with self.block(f"if {local} is True:"):
            self.into(typed.then, target)
        with self.block(f"elif {local} is False:"):
            self.into(typed.otherwise, target)
        with self.block("else:"):
            if self.leaf(typed.condition):
                self.want(typed.condition, local)
            self.line(f"{target} = undecided({local})")

    def known(self, typed: Known, target: str) -> None:
        local = self.atom(typed.operand)
        with self.block(f"if type({local}) is M:"):
            if self.leaf(typed.operand):
                self.want(typed.operand, local)
            self.line(f"{target} = undecided({local})")
        with self.block("else:"):
            self.line(f"{target} = True")

    # -- lists

    def fold(self, typed: Fold | Bounded, target: str) -> None:
        fold = typed.fold if isinstance(typed, Bounded) else typed
        guards: dict[str, Typed] = {}
        extra = self.pure(typed.other, guards) if isinstance(typed, Bounded) else self.default(fold)
        outer = (self.wants, self.rows)
        inner = self.inner_wants() if isinstance(fold.over, Loop) else []
        over = self.atom(fold.over)
        self.wants, self.rows = outer
        closed = self.emitter.names[fold.closed] if fold.closed else "True"
        if isinstance(typed, Bounded):
            text = f"bounded_{fold.function}({typed.operator!r}, {over}, {closed}, {extra})"
        else:
            text = f"{ITEM_FOLDS[fold.function]}({over}, {closed}{', ' + extra if extra else ''})"
        self.guarded(guards, target, text)
        self.want_items(fold, over, closed, target, inner)

    def default(self, fold: Fold) -> str:
        """The further argument of a fold: the zero of a sum, the default of last."""
        if fold.function == "sum":
            return {"money": "NOTHING", "duration": "NO_TIME"}.get(fold.type.kind, "0")
        return self.atom(fold.default) if fold.default is not None else ""

    def inner_wants(self) -> list[tuple[str, str]]:
        """Locals of their own for what a loop wants: it counts only where the fold stays unknown."""
        if not self.wants:
            return []
        pairs = [(self.wants, self.emitter.temporary())]
        renamed: dict[Read, str] = {}
        for read, row in self.rows.items():
            renamed[read] = self.emitter.temporary()
            pairs.append((row, renamed[read]))
        for _, local in pairs:
            self.line(f"{local} = 0")
        self.wants, self.rows = pairs[0][1], renamed
        return pairs

    def want_items(self, fold: Fold, over: str, closed: str, target: str, inner: list[tuple[str, str]]) -> None:
        """What a fold that stays unknown wants: its unknown items, and the list's completion."""
        lines = [f"{outer} |= {local}" for outer, local in inner]
        guards: list[tuple[str, list[str]]] = []
        if self.wants and fold.closed and self.emitter.bits.get(fold.closed, 0):
            guards.append((f"if {closed} is not True:", [f"{self.wants} |= {self.emitter.bits[fold.closed]}"]))
        bits = [] if isinstance(fold.over, Loop) else self.bits_of(fold.over)
        read = fold.over.read if isinstance(fold.over, Get) else None
        row = self.rows.get(read, "") if read else ""
        if bits:
            found = "last_row" if fold.function == "last" else "open_rows"
            rows = self.emitter.temporary()
            lines.append(f"{rows} = {found}({over})")
            guards.append((f"if {rows}:", [*bits, *([f"{row} |= {rows}"] if row else [])]))
        if not lines and not guards:
            return
        with self.block(f"if {target} is U:"):
            for text in lines:
                self.line(text)
            for head, body in guards:
                with self.block(head):
                    for text in body:
                        self.line(text)

    def loop(self, typed: Loop, target: str) -> None:
        """A list of the elements, one per item that the condition lets through."""
        columns = [self.atom(column) for column in typed.columns]
        whole = [local for local, column in zip(columns, typed.columns, strict=True) if column.type.kind != "column"]
        outer = self.slots
        locals_ = [self.emitter.temporary() for _ in columns]
        position = self.emitter.temporary()
        self.slots = tuple(
            Place(local, column.read if isinstance(column, Get) and column.type.kind == "column" else None, position)
            for local, column in zip(locals_, typed.columns, strict=True)
        )
        head = (
            f"({', '.join(locals_)}) in enumerate(zip({', '.join(columns)}))"
            if len(columns) > 1
            else f"{locals_[0]} in enumerate({columns[0]})"
        )
        if whole:
            self.line(
                f"{target} = strict({', '.join(whole)}) if {' or '.join(f'type({local}) is M' for local in whole)} else []"
            )
        else:
            self.line(f"{target} = []")
        with (
            self.block(f"for {position}, {head}:")
            if not whole
            else self.unless_missing(target, f"for {position}, {head}:")
        ):
            self.element(typed, target)
        self.slots = outer

    @contextmanager
    def unless_missing(self, target: str, head: str) -> Iterator[None]:
        with self.block(f"if type({target}) is not M:"), self.block(head):
            yield

    def element(self, typed: Loop, target: str) -> None:
        """One turn of a loop."""
        if typed.condition is None:
            self.append(typed.element, target)
            return
        condition = self.atom(typed.condition)
        with self.block(f"if {condition} is True:"):
            self.append(typed.element, target)
        with self.block(f"elif {condition} is not False and {condition} is not A:"):
            if self.leaf(typed.condition):
                self.want(typed.condition, condition)
            self.line(f"{target}.append(undecided({condition}))")

    def append(self, element: Typed, target: str) -> None:
        local = self.atom(element)
        self.line(f"{target}.append({local})")
        if self.leaf(element):
            self.want(element, local)

    # -- tables

    def cases(self, typed: Cases, target: str) -> None:
        """Row after row, without nesting: a loop that runs once and is left at the first row that decides."""
        outer = self.slots
        inputs = [self.atom(part) for part in typed.inputs]
        self.slots = tuple(
            Place(local, part.read if isinstance(part, Get) else None)
            for local, part in zip(inputs, typed.inputs, strict=True)
        )
        with self.block("for _ in ONCE:"):
            for condition, output in typed.rows:
                self.row(condition, output, target)
        with self.block("else:"):
            self.line(f"{target} = failed({'no row in ' + typed.table!r})")
        self.slots = outer

    def row(self, condition: Typed | None, output: Typed, target: str) -> None:
        if condition is None:
            self.into(output, target)
            self.line("break")
            return
        local = self.atom(condition)
        with self.block(f"if {local} is True:"):
            self.into(output, target)
            self.line("break")
        with self.block(f"if {local} is not False:"):
            self.line(f"{target} = undecided({local})")
            self.line("break")
