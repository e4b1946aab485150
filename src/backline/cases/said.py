"""What a door brings to a change: what was said of facts, and what else happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from backline.cases.storage.happenings import Happening, asserted
from backline.engine.building import quick
from backline.engine.once import once
from backline.engine.record import Assertion


@quick
@dataclass(frozen=True, kw_only=True)
class Said:
    """Assertions and other happenings, in the order in which the timeline tells them."""

    assertions: tuple[Assertion, ...] = ()
    before: tuple[Happening, ...] = ()
    """What happened before anything was said: opened, joined, done"""
    after: tuple[Happening, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    """How actors are called now, by id"""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why somebody said it, by the assertion's id"""
    places: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Where on a page a value was read, by the assertion's id"""
    version: int = 0
    """The version of the case type under which the case goes on from here; 0 for its own"""

    def happenings(self) -> tuple[Happening, ...]:
        """All of it."""
        return self._happenings

    @once
    def _happenings(self) -> tuple[Happening, ...]:
        said = (
            asserted(
                a,
                name=self.names.get(a.who, ""),
                reason=self.reasons.get(a.id, ""),
                place=self.places.get(a.id),
                channel="system" if a.who.startswith("system:") else "",
            )
            for a in self.assertions
        )
        return (*self.before, *said, *self.after)

    def and_then(self, more: Said) -> Said:
        """This, and then more."""
        return Said(
            assertions=self.assertions + more.assertions,
            before=self.before + more.before,
            after=self.after + more.after,
            names={**self.names, **more.names},
            reasons={**self.reasons, **more.reasons},
            places={**self.places, **more.places},
            version=more.version or self.version,
        )
