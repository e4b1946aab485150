"""What there is and what hangs on what: systems, operations, information, teams, case types, promises. Read from the
published versions and the connectors' files; nothing is counted or guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backline.cases.resting import behind_promise
from backline.catalogue import listing, versions
from backline.catalogue.versions import LoadedType
from backline.connectors import systems
from backline.connectors.contract import UnknownOperation
from backline.connectors.declarations import Operation, System
from backline.engine.definition import DefinitionProblems, ValueType
from backline.engine.generating.grounds import all_actions, all_facts
from backline.people.models import Team


@dataclass(frozen=True, kw_only=True)
class Use:
    """One place in a case type that needs an operation."""

    type: str
    how: str
    """read, done, changed, taken back"""
    name: str
    """The fact or action"""
    label: str


@dataclass(frozen=True, kw_only=True)
class Capability:
    """One operation of a system: what it takes and gives, and who needs it."""

    name: str
    label: str
    writes: bool
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    used: tuple[Use, ...]


@dataclass(frozen=True, kw_only=True)
class SystemNode:
    """A system of record."""

    name: str
    title: str
    kind: str
    operations: tuple[Capability, ...]
    types: tuple[str, ...]
    """Keys of case types that need it"""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class PromiseNode:
    """A promise, and the operations that it can't be kept without."""

    name: str
    label: str
    of: str
    rests_on: tuple[str, ...]

    @property
    def systems(self) -> tuple[str, ...]:
        """Their systems."""
        return tuple(dict.fromkeys(one.partition(".")[0] for one in self.rests_on))


@dataclass(frozen=True, kw_only=True)
class TypeNode:
    """A case type."""

    key: str
    title: str
    owner: str
    teams: tuple[str, ...]
    """All that work on it, the owner first"""
    operations: tuple[str, ...]
    promises: tuple[PromiseNode, ...]

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems that it needs."""
        return tuple(dict.fromkeys(one.partition(".")[0] for one in self.operations))


@dataclass(frozen=True, kw_only=True)
class TeamNode:
    """A team and what it works on."""

    key: str
    name: str
    types: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CapabilityMap:
    """All of it."""

    systems: tuple[SystemNode, ...]
    types: tuple[TypeNode, ...]
    teams: tuple[TeamNode, ...]


def capability_map(*, language: str = "") -> CapabilityMap:
    """As it is published now."""
    loaded = [versions.load(one.key, one.number) for one in listing.newest()]
    types = tuple(sorted((_type(one, language) for one in loaded), key=lambda node: node.title.casefold()))
    uses = [pair for one in loaded for pair in _uses(one, language)]
    return CapabilityMap(systems=tuple(_systems(uses)), types=types, teams=tuple(_teams(types)))


def _type(loaded: LoadedType, language: str) -> TypeNode:
    definition, texts = loaded.definition, loaded.texts
    working = sorted(
        {source.team for _, fact in all_facts(definition.facts, "") for source in fact.sources if source.team}
    )
    promises = tuple(
        PromiseNode(
            name=name,
            label=texts.promise(name, language),
            of=promise.of,
            rests_on=tuple(sorted(behind_promise(loaded.program, name))),
        )
        for name, promise in definition.promises.items()
    )
    operations = tuple(sorted({operation for operation, _use in _uses(loaded, language)}))
    teams = tuple(dict.fromkeys(one for one in (definition.owner, *working) if one))
    return TypeNode(
        key=loaded.key, title=texts.title(language), owner=definition.owner, teams=teams, operations=operations,
        promises=promises,
    )  # fmt: skip


def _uses(loaded: LoadedType, language: str) -> Iterator[tuple[str, Use]]:
    """Every operation that the type calls, with where."""
    for path, fact in all_facts(loaded.definition.facts, ""):
        label = loaded.texts.label(path.replace("/", "."), language)
        for source in fact.sources:
            if source.kind == "lookup" and _is_outside(source.call):
                yield source.call, Use(type=loaded.key, how="read", name=path, label=label)
    for path, action in all_actions(loaded.definition):
        label = loaded.texts.action(action.name, language)
        called = (action.target if action.kind == "call" else "", action.amend, action.undo)
        for operation, how in zip(called, ("done", "changed", "taken back"), strict=True):
            if _is_outside(operation):
                yield operation, Use(type=loaded.key, how=how, name=path, label=label)


def _is_outside(operation: str) -> bool:
    return "." in operation and ":" not in operation and not operation.startswith("people.")


def _systems(uses: Iterable[tuple[str, Use]]) -> Iterator[SystemNode]:
    by_operation: dict[str, list[Use]] = {}
    for operation, use in uses:
        by_operation.setdefault(operation, []).append(use)
    named = {operation.partition(".")[0] for operation in by_operation}
    for name in sorted({path.stem for path in systems.files()} | named):
        yield _system(name, by_operation)


def _system(name: str, uses: dict[str, list[Use]]) -> SystemNode:
    system, problem = _declared(name)
    own = {operation: used for operation, used in uses.items() if operation.partition(".")[0] == name}
    declared = {f"{name}.{short}": one for short, one in (system.operations if system else {}).items()}
    operations = tuple(_capability(one, declared.get(one), own.get(one, [])) for one in sorted({*declared, *own}))
    types = tuple(sorted({use.type for used in own.values() for use in used}))
    return SystemNode(
        name=name, title=system.title if system else name, kind=system.kind if system else "", operations=operations,
        types=types, problem=problem,
    )  # fmt: skip


def _declared(name: str) -> tuple[System | None, str]:
    try:
        return systems.link_of(name).system, ""
    except UnknownOperation:
        return None, "no file declares it"
    except (DefinitionProblems, ValueError) as wrong:
        return None, str(wrong)


def _capability(name: str, operation: Operation | None, used: list[Use]) -> Capability:
    if operation is None:
        return Capability(name=name, label=name, writes=False, takes=(), gives=(), used=tuple(used))
    gives = [f"{one}: {_words(type)}" for one, type in operation.gives.items()]
    if operation.returns is not None:
        gives.append(_words(operation.returns))
    takes = tuple(f"{one}: {_words(type)}" for one, type in operation.parameters.items())
    return Capability(
        name=name, label=operation.label, writes=operation.writes, takes=takes, gives=tuple(gives), used=tuple(used)
    )


def _words(type: ValueType) -> str:
    return f"{type.kind} {type.of}".strip()


def _teams(types: Iterable[TypeNode]) -> Iterator[TeamNode]:
    names = dict(Team.objects.values_list("key", "name"))
    used: dict[str, list[str]] = {}
    for one in types:
        for team in one.teams:
            used.setdefault(team, []).append(one.key)
    for key in sorted({*names, *used}):
        yield TeamNode(key=key, name=names.get(key, key), types=tuple(used.get(key, ())))
