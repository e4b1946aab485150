"""What names mean at one place of a case type: facts of the case, of the item, roles, actions, promises, records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from backline.engine.definition import Action, CaseType, Expression, Fact, Promise, RecordType, Role, ValueType
from backline.engine.expressions.kinds import ANY, Type, type_of

TEXT, YES_NO = Type(kind="text"), Type(kind="yes/no")
PARTY = {
    **dict.fromkeys(("id", "name", "email", "phone", "language"), TEXT),
    "is_organisation": YES_NO,
}
BUILT_IN_MEMBERS: dict[str, dict[str, Type]] = {
    "person": {**PARTY, "birth_date": Type(kind="date")},
    "organisation": PARTY,
    "document": {
        **dict.fromkeys(("id", "kind", "name", "media_type", "sha256"), TEXT),
        "pages": Type(kind="integer"),
    },
    "signature": {**dict.fromkeys(("id", "by", "document"), TEXT), "signed_at": Type(kind="datetime")},
    "address": dict.fromkeys(("street", "line2", "postcode", "city", "region", "country"), TEXT),
    "case": dict.fromkeys(("id", "reference", "type", "outcome"), TEXT),
}
TRUSTING = frozenset({"person", "organisation", "case"})
"""Kinds of row that may have more members than the built-in ones, while no record of that name declares them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """The facts and actions of one nesting: the case itself, or the item of a list (``path`` is ``owners/hits``)."""

    path: str
    facts: Mapping[str, Fact]
    actions: Mapping[str, Action]

    def key(self, name: str) -> str:
        """How a read names something of this level."""
        return f"{self.path}/{name}" if self.path else name

    def given(self, name: str) -> ValueType | None:
        """The type of what an action of this level gives back under this name."""
        return next((action.gives[name] for action in self.actions.values() if name in action.gives), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Where an expression stands. Levels run from the case to the innermost item."""

    levels: tuple[Level, ...]
    roles: Mapping[str, Role] = field(default_factory=dict)
    promises: Mapping[str, Promise] = field(default_factory=dict)
    outcomes: frozenset[str] = frozenset()
    records: Mapping[str, RecordType] = field(default_factory=dict)
    several: frozenset[str] = frozenset()
    """Roles that more than one party may hold"""
    complete: bool = False
    raw: str = ""
    """The key of the fact whose own value is read before its check"""
    bare: str = ""
    """The key of the list whose items' facts may be named without the list, and which counts as closed (its own done,
    repeat, check)"""
    assumed: tuple[tuple[Expression, bool], ...] = ()
    """Conditions that hold (or do not) wherever this expression counts"""

    @classmethod
    def of(cls, case_type: CaseType, records: Mapping[str, RecordType], *, complete: bool = False) -> Scope:
        """The scope of the case itself."""
        several = frozenset(of_roles(case_type.facts))
        return cls(
            levels=(Level(path="", facts=case_type.facts, actions=case_type.actions),),
            roles=case_type.roles,
            promises=case_type.promises,
            outcomes=frozenset(outcome.name for outcome in case_type.outcomes) | {"outcome"},
            records=records,
            several=several & frozenset(case_type.roles),
            complete=complete,
        )

    @property
    def here(self) -> Level:
        """The innermost level."""
        return self.levels[-1]

    def inside(self, fact: Fact) -> Scope:
        """The scope of the items of a list fact that stands at this level."""
        level = Level(path=self.here.key(fact.name), facts=fact.facts, actions=fact.actions)
        return replace(self, levels=(*self.levels, level), raw="", bare="")

    def judging(self, fact: Fact) -> Scope:
        """The scope of a fact's own checks, or of a list's ``done`` and ``repeat``."""
        key = self.here.key(fact.name)
        return replace(self, bare=key) if fact.facts else replace(self, raw=key)

    def assuming(self, expression: Expression | None, holds: bool = True) -> Scope:
        """The same scope where a condition is known to hold."""
        return self if expression is None else replace(self, assumed=(*self.assumed, (expression, holds)))

    def names(self) -> set[str]:
        """Every name that means a value here."""
        found = {name for level in self.levels for name in (*level.facts, *gives_of(level.actions))}
        if self.bare:
            found |= set(self.bare_fact().facts)
        return (
            found
            | set(self.roles)
            | {"today", "now", "created", "case"}
            | ({"previous"} if len(self.levels) > 1 else set())
        )

    def bare_fact(self) -> Fact:
        """The list whose own rule is being read."""
        return self.here.facts[self.bare.rsplit("/", 1)[-1]]

    def actions(self) -> set[str]:
        """Every action that can be named here."""
        return {name for level in self.levels for name in level.actions}

    def members(self, row: Type) -> tuple[Mapping[str, Type], bool]:
        """The members of a row's type, and whether there may be others."""
        if row.kind == "record" or (row.kind == "case" and row.of) or row.kind in self.records:
            declared = self.records.get(row.of if row.kind == "record" else row.kind)
            if declared is None:
                return BUILT_IN_MEMBERS.get(row.kind, {}), True
            types = {name: type_of(value_type) for name, value_type in declared.members.items()}
            return {**BUILT_IN_MEMBERS.get(row.kind, {}), "id": Type(kind="text"), **types}, False
        return BUILT_IN_MEMBERS.get(row.kind, {}), row.kind in TRUSTING


def gives_of(actions: Mapping[str, Action]) -> set[str]:
    """The names that actions give back."""
    return {name for action in actions.values() for name in action.gives}


def of_roles(facts: Mapping[str, Fact]) -> set[str]:
    """Roles over whose holders a list runs."""
    found = {fact.of for fact in facts.values() if fact.of}
    return found.union(*(of_roles(fact.facts) for fact in facts.values()))


def value_of(value_type: ValueType | None) -> Type:
    """A declared type, or anything where nothing was declared."""
    return ANY if value_type is None else type_of(value_type)
