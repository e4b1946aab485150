"""The services that can be asked for, as customers see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.catalogue import listing, versions
from backline.catalogue.colleagues import is_for_colleagues
from backline.catalogue.versions import LoadedType
from backline.channels import outages
from backline.engine.definition import VISITOR, Fact
from backline.people.actors import Actor
from backline.web.portal.expecting import offered_words
from backline.web.portal.ordering import in_order
from backline.web.portal.wording import PromiseLine, promise_line

MOST_NEEDS = 10
TRIED = ("money", "integer", "decimal", "date", "choice", "choices", "yes/no", "record")
"""What can be tried without effect; the rest is told, not tried"""


@dataclass(frozen=True, kw_only=True)
class Service:
    """A line of the list."""

    key: str
    title: str
    about: str
    promise: str


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something that may be asked."""

    label: str
    sign: str


@dataclass(frozen=True, kw_only=True)
class ServicePage:
    """All that the page of a service shows."""

    key: str
    title: str
    about: str
    needs: tuple[Need, ...]
    promises: tuple[PromiseLine, ...]
    held: tuple[str, ...] = ()
    """Not promised now, since a system is down that they need"""
    held_until: datetime | None = None


def services(language: str, words: str = "", *, colleague: bool = False) -> list[Service]:
    """The published services that customers open and that match ``words``, the best first; those of colleagues only for
    a colleague."""
    found = listing.search(words, language=language)
    return [_service(loaded, language) for loaded in found if _is_offered(loaded, colleague=colleague)]


def loaded_type(key: str, *, colleague: bool = True) -> LoadedType | None:
    """The current version of a service that customers open, or colleagues for themselves."""
    try:
        loaded = versions.load_current(key)
    except versions.VersionNotFound:
        return None
    return loaded if _is_offered(loaded, colleague=colleague) else None


def service_page(loaded: LoadedType, language: str, *, now: datetime) -> ServicePage:
    """What the page of one service says; what needs a system that is down is not promised."""
    held = outages.held(loaded, now)
    definition, texts = loaded.definition, loaded.texts
    needs = tuple(
        Need(label=texts.label(fact.name, language), sign="file" if fact.type.kind == "document" else "pencil")
        for fact in in_order(definition)
        if is_asked(fact, definition.for_) and fact.type.kind not in ("consent", "signature")
    )
    promises = tuple(
        promise_line(texts.promise(name, language), offered_words(loaded.key, promise), "running")
        for name, promise in definition.promises.items()
        if name not in held
    )
    return ServicePage(
        key=loaded.key,
        title=texts.title(language),
        about=texts.summary(language),
        needs=needs[:MOST_NEEDS],
        promises=promises,
        held=tuple(texts.promise(name, language) for name in held),
        held_until=max(held.values(), default=None),
    )


def may_start(loaded: LoadedType, customer: Actor | None) -> bool:
    """Whether this person, or a visitor when None, may begin it here: a visitor only where the service says so."""
    return customer is not None or VISITOR in loaded.definition.opens


def may_try(loaded: LoadedType) -> bool:
    """Whether the service asks whom it is for anything that can be tried."""
    return any(can_be_tried(fact, loaded.definition.for_) for fact in loaded.definition.facts.values())


def can_be_tried(fact: Fact, role: str) -> bool:
    """Whether the role is asked for it and it is an amount, a date or a choice."""
    return fact.type.kind in TRIED and any(s.kind == "ask" and role in s.who for s in fact.sources)


def proxy_role(loaded: LoadedType) -> str:
    """The role of somebody who acts for the one the case is for, where the type has one."""
    roles = loaded.definition.roles.values()
    return next((role.name for role in roles if role.mandate and role.who is None), "")


def scopes(language: str) -> list[tuple[str, str]]:
    """What a permission can be for: the scope words of the published services, with words for people."""
    words: dict[str, str] = {}
    for loaded in _offered():
        for role in loaded.definition.roles.values():
            if role.mandate:
                words.setdefault(role.mandate, role.mandate.replace("_", " ").replace("-", " ").capitalize())
    return sorted(words.items(), key=lambda pair: pair[1])


def is_asked(fact: Fact, role: str) -> bool:
    """Whether the role is asked for the fact as a matter of course."""
    first = next((s for s in fact.sources if s.kind not in ("offer",)), None)
    return first is not None and first.kind == "ask" and role in first.who and not fact.optional


def _is_offered(loaded: LoadedType, *, colleague: bool) -> bool:
    return bool(loaded.definition.for_) and (colleague or not is_for_colleagues(loaded.definition))


def _offered() -> list[LoadedType]:
    current = (versions.load(version.key, version.number) for version in listing.newest())
    return [loaded for loaded in current if loaded.definition.for_]


def _service(loaded: LoadedType, language: str) -> Service:
    promises = [p for p in loaded.definition.promises.values() if p.within is not None]
    first = promises[0] if promises else None
    told = f"{loaded.texts.promise(first.name, language)}: {offered_words(loaded.key, first)}" if first else ""
    return Service(
        key=loaded.key, title=loaded.texts.title(language), about=loaded.texts.summary(language), promise=told
    )
