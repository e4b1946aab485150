"""What an organisation declares of a view: parts, the keys by which they are matched, who may see what. Frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backline.engine.definition import Place, ValueType

EVERYBODY = frozenset({"customer", "staff"})
"""Who sees what is not said otherwise: the person it is about, and any colleague who reaches them"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """Where the value of a parameter comes from: ``party``, ``party.email``, or ``PART.MEMBER`` of another part."""

    source: str
    member: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One member that is shown."""

    name: str
    label: str
    type: ValueType
    seen_by: frozenset[str] = EVERYBODY
    kept: bool = True
    """Whether its last known value may be kept with that of the part"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What one system contributes."""

    name: str
    title: str
    operation: str
    returns: ValueType
    keys: Mapping[str, Key]
    shown: tuple[Shown, ...]
    """In order; of a plain value the one without a name"""
    place: Place
    sign: str = ""
    seen_by: frozenset[str] = EVERYBODY
    within_s: float = 3.0
    fresh_s: float = 0.0
    """How old a kept value may be so that the system is not asked again"""
    keep_s: float = 0.0
    """How long the last known value may be kept; 0: never"""

    @property
    def system(self) -> str:
        """The name of the system that is asked."""
        return self.operation.partition(".")[0]

    @property
    def needs(self) -> frozenset[str]:
        """The parts that have to be read before."""
        return frozenset(key.source for key in self.keys.values() if key.source != "party")


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """One picture of a party over several systems."""

    name: str
    title: str
    parts: Mapping[str, Part]
    seen_by: frozenset[str] = EVERYBODY
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By language: ``""`` the title, ``PART`` a part's title, ``PART.MEMBER`` a label"""
    systems: Mapping[str, str] = field(default_factory=dict)
    """Titles of the systems by their names"""

    def text(self, path: str, fallback: str, language: str) -> str:
        """A title or label in this language, else as the view itself says it."""
        return self.texts.get(language, {}).get(path) or fallback
