"""The lines of one expression: blocks, leaves, what is wanted, and guarded strict parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backline.engine.expressions.exact import in_one_currency
from backline.engine.expressions.templates import NEVER_RAISE, ROUNDED, TEMPLATES
from backline.engine.expressions.typed import Constant, Get, Member, Read, Slot, Strict, Typed
from backline.engine.statuses import Missing

if TYPE_CHECKING:
    from backline.engine.expressions.emitting import Emitter


ABOUT_NONE = frozenset({"is none", "is not none"})


def is_recognised(typed: Member) -> bool:
    """Whether a member is what a document was taken for: empty where it was not recognised."""
    return typed.name == "kind" and typed.base.type.kind in ("document", "any")


@dataclass(frozen=True, slots=True)
class Place:
    """A local that stands for a slot, and what to want when it is unknown: a read, and in a loop the position's
    local."""

    local: str
    read: Read | None = None
    position: str = ""


class Lines(ABC):
    """Collects the lines of one expression."""

    @abstractmethod
    def into(self, typed: Typed, target: str) -> None:
        """Lines that assign the node's value."""

    def __init__(self, emitter: Emitter, *, wants: str, indent: int) -> None:
        self.emitter = emitter
        self.wants = wants
        self.rows: Mapping[Read, str] = emitter.rows
        self.lines: list[str] = []
        self.depth = indent
        self.slots: Mapping[tuple[int, int], Place] = {}

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

    def leaf(self, typed: Typed) -> str:
        """The text of a node that is at hand; empty for one that has to be computed."""
        if isinstance(typed, Constant):
            return "U" if isinstance(typed.value, Missing) else self.emitter.constant(typed.value)
        if isinstance(typed, Get):
            return self.emitter.names[typed.read]
        return self.slots[typed.level, typed.number].local if isinstance(typed, Slot) else ""

    def atom(self, typed: Typed, *, bare: bool = False) -> str:
        """A local (or constant) that holds the node's value, computed first where needed.

        A member that its row does not have is a failure wherever anything is made of it; ``bare``: it is none, which
        ``known`` and ``== none`` ask about.
        """
        text = self.leaf(typed)
        if not text:
            text = self.emitter.temporary()
            self.into(typed, text)
            if isinstance(typed, Member) and not bare:
                nothing = f"{text} is None or {text} == ''" if is_recognised(typed) else f"{text} is None"
                self.line(f"if {nothing}: {text} = failed({f'there is no {typed.name}'!r})")
        return text

    def want(self, typed: Typed, local: str) -> None:
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
            place = self.slots[typed.level, typed.number]
            read, position = place.read, place.position
        bit = self.emitter.bits.get(read, 0) if read else 0
        if not bit or read is None:
            return []
        row = self.rows.get(read, "") if position else ""
        return [f"{self.wants} |= {bit}", *([f"{row} |= 1 << {position}"] if row else [])]

    def strict(self, typed: Typed, target: str) -> None:
        """One guard for all that the strict part reads, then the plain Python of it."""
        guards: dict[str, Typed] = {}
        start = len(self.lines)
        text = self.member(typed, guards) if isinstance(typed, Member) else self.pure(typed, guards)
        self.guarded(guards, target, text, start, raises=self.may_raise(typed))

    def guarded(self, guards: Mapping[str, Typed], target: str, text: str, start: int, *, raises: bool = True) -> None:
        """``target = text`` where no guard is missing, else what is missing decides.

        The lines from ``start`` on compute the guards; what they want counts only if the target stays unknown.
        """
        if not guards:
            self.attempt(target, text, raises)
            return
        saved = self.save_before(start) if any(not self.leaf(guard) for guard in guards.values()) else ""
        with self.block(f"if {' or '.join(f'type({local}) is M' for local in guards)}:"):
            self.line(f"{target} = {self.missing(guards)}")
            wanted = [(local, typed) for local, typed in guards.items() if self.bits_of(typed)]
            if wanted:
                with self.block(f"if {target} is U:"):
                    for local, leaf in wanted:
                        self.want(leaf, local)
            self.restore(saved, target)
        with self.block("else:"):
            self.attempt(target, text, raises)

    def save_before(self, start: int) -> str:
        """A local that remembers what was wanted before the line at ``start``; empty where nobody listens."""
        if not self.wants:
            return ""
        saved = self.emitter.temporary()
        self.lines.insert(start, "    " * self.depth + f"{saved} = {self.wants}")
        return saved

    def restore(self, saved: str, target: str) -> None:
        """Takes back what was wanted, unless the target stays unknown."""
        if saved:
            with self.block(f"if {target} is not U:"):
                self.line(f"{self.wants} = {saved}")

    def missing(self, guards: Mapping[str, Typed]) -> str:
        """What missing operands make; in line for the usual case, in which all of them are plainly unknown."""
        locals_ = list(guards)
        if len(locals_) == 1:
            return f"U if {locals_[0]} is U else strict({locals_[0]})"
        call = f"strict({', '.join(locals_)})"
        if len(locals_) > 3:
            return call
        usual = " and ".join(f"({local} is U or type({local}) is not M)" for local in locals_)
        return f"U if {usual} else {call}"

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
            exact = in_one_currency(typed, lambda part: self.pure(part, guards)) if typed.function == ROUNDED else ""
            if exact:
                return exact
            bare = typed.function in ABOUT_NONE
            arguments = [
                self.member(argument, guards) if bare and isinstance(argument, Member) else self.pure(argument, guards)
                for argument in typed.arguments
            ]
            template = TEMPLATES[typed.function]
            clock = self.emitter.names[Read("clock")] if "{clock}" in template else ""
            return template.format(*arguments, all=", ".join(arguments), clock=clock)
        local = self.atom(typed)
        guards.setdefault(local, typed)
        return local

    def member(self, typed: Member, guards: dict[str, Typed]) -> str:
        """The Python text of a member, which is None where the row does not have it."""
        return f"{self.pure(typed.base, guards)}.members.get({typed.name!r})"

    def may_raise(self, typed: Typed) -> bool:
        if isinstance(typed, Strict):
            return typed.function not in NEVER_RAISE or any(self.may_raise(argument) for argument in typed.arguments)
        return isinstance(typed, Member)
