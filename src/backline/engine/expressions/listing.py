"""Lists and decision tables as lines: loops, folds, rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from backline.engine.expressions.lines import Lines, Place
from backline.engine.expressions.typed import INPUTS, Bounded, Cases, Fold, Get, Loop, Read, Typed, reads

FOLDS = {
    "sum": "sum_of",
    "any": "any_of",
    "all": "all_of",
    "min": "min_of",
    "max": "max_of",
    "len": "len_of",
    "count": "count_of",
    "last": "last_of",
    "known": "known_all",
}
"""The run-time function of each fold"""


class ListLines(Lines):
    """The part of the writer that knows lists."""

    def fold(self, typed: Fold | Bounded, target: str) -> None:
        fold = typed.fold if isinstance(typed, Bounded) else typed
        guards: dict[str, Typed] = {}
        start = len(self.lines)
        extra = self.pure(typed.other, guards) if isinstance(typed, Bounded) else self.default(fold)
        outer = (self.wants, self.rows)
        inner = self.inner_wants(fold.over) if isinstance(fold.over, Loop) else []
        over = self.atom(fold.over)
        self.wants, self.rows = outer
        closed = self.emitter.names[fold.closed] if fold.closed else "True"
        if isinstance(typed, Bounded):
            text = f"bounded_{fold.function}({typed.operator!r}, {over}, {closed}, {extra})"
        else:
            text = f"{FOLDS[fold.function]}({over}, {closed}{', ' + extra if extra else ''})"
        self.guarded(guards, target, text, start)
        self.want_items(fold, over, closed, target, inner)

    def default(self, fold: Fold) -> str:
        """The further argument of a fold: the zero of a sum, the default of last."""
        if fold.function == "sum":
            return {"money": "NOTHING", "duration": "NO_TIME"}.get(fold.type.kind, "0")
        return self.atom(fold.default) if fold.default is not None else ""

    def inner_wants(self, over: Typed) -> list[tuple[str, str]]:
        """Locals of their own for what a loop wants: it counts only where the fold stays unknown."""
        if not self.wants:
            return []
        pairs = [(self.wants, self.emitter.temporary())]
        renamed: dict[Read, str] = {}
        looked_at = reads(over)
        for read, row in self.rows.items():
            if read not in looked_at:
                continue
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
        whole = {local: part for local, part in zip(columns, typed.columns, strict=True) if part.type.kind != "column"}
        outer, locals_ = self.slots, [self.emitter.temporary() for _ in columns]
        position = self.emitter.temporary()
        places = {
            (typed.level, number): Place(local, column_read(column), position)
            for number, (local, column) in enumerate(zip(locals_, typed.columns, strict=True))
        }
        together = f"({', '.join(locals_)}) in enumerate(zip({', '.join(columns)}))"
        head = together if len(columns) > 1 else f"{locals_[0]} in enumerate({columns[0]})"
        self.start(target, whole)
        self.slots = {**outer, **places}
        with self.unless_missing(target, f"for {position}, {head}:", bool(whole)):
            self.element(typed, target)
        self.slots = outer

    def start(self, target: str, whole: Mapping[str, Typed]) -> None:
        """An empty list, or what is missing of the list values that the loop runs over."""
        if not whole:
            self.line(f"{target} = []")
            return
        missing = " or ".join(f"type({local}) is M" for local in whole)
        self.line(f"{target} = strict({', '.join(whole)}) if {missing} else []")
        for local, part in whole.items():
            if self.leaf(part):
                self.want(part, local)

    @contextmanager
    def unless_missing(self, target: str, head: str, guarded: bool) -> Iterator[None]:
        """The loop's block, inside a guard where a list value may be missing."""
        if not guarded:
            with self.block(head):
                yield
            return
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

    def cases(self, typed: Cases, target: str) -> None:
        """Row after row, without nesting: a loop that runs once and is left at the first row that decides."""
        outer = self.slots
        start = len(self.lines)
        inputs = [self.atom(part) for part in typed.inputs]
        saved = self.save_before(start) if any(not self.leaf(part) for part in typed.inputs) else ""
        places = {
            (INPUTS, number): Place(local, part.read if isinstance(part, Get) else None)
            for number, (local, part) in enumerate(zip(inputs, typed.inputs, strict=True))
        }
        self.slots = {**outer, **places}
        with self.block("for _ in ONCE:"):
            for condition, output in typed.rows:
                self.row(condition, output, target)
        with self.block("else:"):
            self.line(f"{target} = failed({'no row in ' + typed.table!r})")
        self.restore(saved, target)
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
            self.line(f"{target} = U if {local} is U else undecided({local})")
            self.line("break")


def column_read(column: Typed) -> Read | None:
    """The read of a column whose items are told apart."""
    return column.read if isinstance(column, Get) and column.type.kind == "column" else None
