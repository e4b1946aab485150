"""One expression written as lines: how each kind of node becomes code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backline.engine.expressions.listing import ListLines
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


class Writer(ListLines):
    """Writes any typed tree."""

    def into(self, typed: Typed, target: str) -> None:
        """Lines that assign the node's value."""
        METHODS[type(typed)](self, typed, target)

    def at_hand(self, typed: Typed, target: str) -> None:
        self.line(f"{target} = {self.leaf(typed)}")
        self.want(typed, target)

    def time(self, typed: TimeCompare, target: str) -> None:
        guards: dict[str, Typed] = {}
        start = len(self.lines)
        parts = [
            self.pure(part, guards) if part is not None else "None"
            for part in (typed.shift or typed.birth, typed.other)
        ]
        clock = self.emitter.names[Read("clock")]
        self.guarded(guards, target, f"{clock}.compare_{typed.subject}({typed.operator!r}, {', '.join(parts)})", start)

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
                    usual = f"({target} is U or {target} is {neutral}) and ({local} is U or {local} is {neutral})"
                    self.line(f"{target} = U if {usual} else {both}({target}, {local})")
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
            self.line(f"{target} = U if {local} is U else undecided({local})")

    def choose(self, typed: Choose, target: str) -> None:
        local = self.atom(typed.condition)
        with self.block(f"if {local} is True:"):
            self.into(typed.then, target)
        with self.block(f"elif {local} is False:"):
            self.into(typed.otherwise, target)
        with self.block("else:"):
            if self.leaf(typed.condition):
                self.want(typed.condition, local)
            self.line(f"{target} = U if {local} is U else undecided({local})")

    def known(self, typed: Known, target: str) -> None:
        local = self.atom(typed.operand, bare=True)
        with self.block(f"if type({local}) is M:"):
            if self.leaf(typed.operand):
                self.want(typed.operand, local)
            self.line(f"{target} = U if {local} is U else undecided({local})")
        with self.block("else:"):
            self.line(f"{target} = True")


METHODS: Mapping[type[Typed], Callable[[Writer, Any, str], None]] = {
    Constant: Writer.at_hand,
    Get: Writer.at_hand,
    Slot: Writer.at_hand,
    Strict: Writer.strict,
    Member: Writer.strict,
    TimeCompare: Writer.time,
    Logic: Writer.logic,
    Not: Writer.negation,
    Choose: Writer.choose,
    Known: Writer.known,
    Loop: Writer.loop,
    Fold: Writer.fold,
    Bounded: Writer.fold,
    Cases: Writer.cases,
}
"""How each kind of node is written"""
