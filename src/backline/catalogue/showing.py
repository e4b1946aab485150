"""A case type in a few words per part, for a person who reads it on a screen."""

from __future__ import annotations

from collections.abc import Iterator

from backline.catalogue.comparing import spoken
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Action, Fact, Promise, Role, Source


def described(loaded: LoadedType) -> dict[str, dict[str, str]]:
    """Part -> name -> words."""
    definition = loaded.definition
    facts = dict(pair for fact in definition.facts.values() for pair in _facts("", fact))
    actions = {name: _action(action) for name, action in definition.actions.items()}
    for fact in definition.facts.values():
        actions |= {f"{fact.name}.{name}": _action(action) for name, action in fact.actions.items()}
    return {
        "roles": {name: _role(role, name == definition.for_) for name, role in definition.roles.items()},
        "facts": facts,
        "actions": actions,
        "outcomes": {one.name: spoken(one.when) or "what remains" for one in definition.outcomes},
        "promises": {name: _promise(promise) for name, promise in definition.promises.items()},
    }


def _facts(prefix: str, fact: Fact) -> Iterator[tuple[str, str]]:
    sources = ", then ".join(_source(source) for source in fact.sources)
    yield f"{prefix}{fact.name}", f"{fact.type.kind}: {sources or 'as it is given'}"
    for inner in fact.facts.values():
        yield from _facts(f"{prefix}{fact.name}.", inner)


def _source(source: Source) -> str:
    what = spoken(source.expression) or source.call or source.team or ", ".join(source.who)
    if source.kind == "read":
        what = f"{source.document}.{source.field}"
    return f"{source.kind} {what or source.table}"


def _action(action: Action) -> str:
    when = f" when {action.when.text}" if action.when else ""
    return f"{action.kind} {action.target}{when}"


def _role(role: Role, served: bool) -> str:
    if role.who:
        return f"found by {role.who.text}"
    return (
        "whom the case is for"
        if served
        else (f"by mandate for {role.mandate}" if role.mandate else "named at the start")
    )


def _promise(promise: Promise) -> str:
    by = f"by {promise.by.text}" if promise.by else f"within {spoken(promise.within)}"
    return f"{promise.of} {by}"
