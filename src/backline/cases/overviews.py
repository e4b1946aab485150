"""One picture of a person over several systems: what is there now, what failed and why, and what was last known."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from backline.cases import last_known
from backline.cases.last_known import Kept
from backline.cases.models import Case
from backline.cases.reach import cases_within_reach
from backline.cases.refusals import Refusal
from backline.connectors.contract import Found, Missing
from backline.connectors.views.declarations import Part, Shown, View
from backline.connectors.views.gathering import Answer, Unmatched, gather
from backline.connectors.views.loading import views
from backline.engine.definition import ValueType
from backline.engine.values import Row, decode
from backline.people.actors import Actor
from backline.people.looking import log_look, looks_at
from backline.people.models import Identifier, Party

MOST_ROWS = 100
AGAIN_AFTER = timedelta(minutes=10)
"""Parts of one picture that are shown one after the other are one look"""


class ViewNotFound(Refusal):
    """There is no such view, or this person is out of reach: a stranger can't tell which."""

    def __init__(self) -> None:
        super().__init__(_("There is no such view."))


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One member in the words of the view. ``value`` is a value of the engine."""

    name: str
    label: str
    type: ValueType
    value: Any


@dataclass(frozen=True, kw_only=True)
class SeenPart:
    """What one system says. ``rows`` where it says several; ``at`` is when it said so."""

    name: str
    title: str
    sign: str
    system: str
    state: str
    """found; none: it has nothing · unmatched: no proven key · missing: it did not say · open: not asked yet"""
    reason: str = ""
    """Why it is missing, as a word: late, down, paused, broken, refused"""
    rows: tuple[tuple[Detail, ...], ...] = ()
    several: bool = False
    at: datetime | None = None
    is_last_known: bool = False
    """The rows are what was known at ``at``; the system did not say it now"""
    hidden: tuple[str, ...] = ()
    """Members that this asker may not see"""
    ms: int = 0


@dataclass(frozen=True, kw_only=True)
class SeenView:
    """A view of one person, as this asker may see it."""

    name: str
    title: str
    party: int
    parts: tuple[SeenPart, ...]


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who looks at whom, what for, and in which words."""

    by: Actor
    party: Party
    purpose: str
    language: str
    now: datetime
    case: str = ""


def views_of(by: Actor, party: Party, *, now: datetime) -> list[View]:
    """The views of this person which the asker may open."""
    if not _reaches(by, party, now):
        return []
    return [view for view in views().values() if any(_sees(by, part.seen_by & view.seen_by) for part in _all(view))]


def see_view(name: str, asking: Asking, *, parts: Collection[str] = (), ask: bool = True) -> SeenView:
    """The view, or some parts of it; with ``ask=False`` only what is known without asking any system.

    Raises ViewNotFound. The look is noted unless it is one's own.
    """
    view = views().get(name)
    if view is None or view not in views_of(asking.by, asking.party, now=asking.now):
        raise ViewNotFound
    chosen = [part for part in _all(view) if _may_see(asking.by, view, part) and (not parts or part.name in parts)]
    if not chosen:
        raise ViewNotFound
    _log(view, asking)
    kept = last_known.of(asking.party.pk, view, now=asking.now)
    answers = _ask(view, chosen, asking, kept) if ask else {}
    seen = tuple(_seen(view, part, answers.get(part.name), kept.get(part.name), asking) for part in chosen)
    title = view.text("", view.title, asking.language)
    return SeenView(name=view.name, title=title, party=asking.party.pk, parts=seen)


def _ask(view: View, chosen: list[Part], asking: Asking, kept: Mapping[str, Kept]) -> dict[str, Answer]:
    """Ask the systems for what is not fresh, and for the parts whose values are keys of those."""
    stale = [part for part in chosen if not _is_fresh(part, kept.get(part.name), asking.now)]
    wanted = {part.name: part for part in stale}
    while missing := {name for part in wanted.values() for name in part.needs} - wanted.keys():
        wanted |= {name: view.parts[name] for name in missing}
    answers = gather(wanted.values(), proven(asking.party))
    for name, answer in answers.items():
        last_known.keep(asking.party.pk, view, view.parts[name], answer.result, now=asking.now)
    return answers


def proven(party: Party) -> Row:
    """The party with those identifiers alone that were proven to be theirs: nobody claims a stranger's records."""
    members: dict[str, Any] = {"name": party.name, "birth_date": party.birth_date}
    rows = Identifier.objects.filter(party=party, verified_at__isnull=False).order_by("verified_at", "pk")
    for kind, value in rows.values_list("kind", "value"):
        members.setdefault(kind, value)
    return Row(party.kind, str(party.pk), {name: value for name, value in members.items() if value})


def _seen(view: View, part: Part, answer: Answer | None, kept: Kept | None, asking: Asking) -> SeenPart:
    state, reason, value, at, last = _state(part, answer, kept, asking.now)
    visible = [one for one in part.shown if _sees(asking.by, one.seen_by)]
    there = [one for one in visible if one.kept or not last]
    return SeenPart(
        name=part.name, title=view.text(part.name, part.title, asking.language), sign=part.sign,
        system=view.systems.get(part.system, part.system), state=state, reason=reason,
        several=part.returns.kind == "list",
        rows=tuple(_rows(view, part, there, value, asking.language)), at=at, is_last_known=last,
        hidden=tuple(one.name for one in part.shown if one not in visible), ms=answer.ms if answer else 0,
    )  # fmt: skip


def _state(
    part: Part, answer: Answer | None, kept: Kept | None, now: datetime
) -> tuple[str, str, Any, datetime | None, bool]:
    """State, reason, value, when it was said, and whether that is only what was last known."""
    match answer.result if answer else None:
        case Found() as found:
            return "found", "", decode(found.type, found.value), now, False
        case Unmatched():
            return "unmatched", "", None, None, False
        case Missing(reason="none"):
            return "none", "", None, now, False
        case Missing() as missing:
            return "missing", missing.reason, kept.value if kept else None, kept.at if kept else None, kept is not None
    if kept is None:
        return "open", "", None, None, False
    return ("found" if _is_fresh(part, kept, now) else "open"), "", kept.value, kept.at, not _is_fresh(part, kept, now)


def _rows(view: View, part: Part, shown: list[Shown], value: Any, language: str) -> Iterator[tuple[Detail, ...]]:
    for one in value[:MOST_ROWS] if isinstance(value, tuple) else [value] if value is not None else ():
        told = tuple(_detail(view, part, member, one, language) for member in shown)
        if kept := tuple(detail for detail in told if detail.value is not None):
            yield kept if part.returns.kind != "list" else told


def _detail(view: View, part: Part, shown: Shown, value: Any, language: str) -> Detail:
    found = value.get(shown.name) if shown.name and isinstance(value, Row) else value
    label = view.text(f"{part.name}.{shown.name}", shown.label, language)
    if shown.type.kind == "choice":
        words = shown.type.choices.get(str(found), found)
        found = view.text(f"{part.name}.{shown.name}.{found}", str(words), language) if found is not None else None
    return Detail(name=shown.name or part.name, label=label, type=shown.type, value=found)


def _is_fresh(part: Part, kept: Kept | None, now: datetime) -> bool:
    return kept is not None and kept.is_whole and (now - kept.at).total_seconds() < part.fresh_s


def _all(view: View) -> list[Part]:
    return list(view.parts.values())


def _may_see(by: Actor, view: View, part: Part) -> bool:
    return _sees(by, view.seen_by) and _sees(by, part.seen_by) and any(_sees(by, one.seen_by) for one in part.shown)


def _sees(by: Actor, seen_by: frozenset[str]) -> bool:
    """Named are ``customer``, ``staff``, ``program`` and teams. A program sees what any colleague does."""
    if by.kind == "party":
        return "customer" in seen_by
    return bool(seen_by & ({"staff"} | by.teams | ({"program"} if by.kind == "token" else set())))


def _reaches(by: Actor, party: Party, now: datetime) -> bool:
    """A customer themselves; a colleague whoever takes part in a case within reach; a program with people:read all."""
    if by.kind == "party":
        return by.party_id == party.pk
    if by.kind == "token":
        return "people:read" in by.scopes
    reached: Any = cases_within_reach(by, now=now)
    return by.kind == "system" or _takes_part(reached.filter(participations__until=None), party)


def _takes_part(cases: Any, party: Party) -> bool:
    return bool(Case.objects.filter(pk__in=cases.filter(participations__party=party).values("pk")[:1]).exists())


def _log(view: View, asking: Asking) -> None:
    if asking.by.kind == "party" and asking.by.party_id == asking.party.pk:
        return
    recent = looks_at(asking.party, since=asking.now - AGAIN_AFTER, own=True)
    if not recent.filter(by=asking.by.id, what=view.title[:200], case=asking.case).exists():
        log_look(
            by=asking.by, party=asking.party, purpose=asking.purpose, what=view.title, now=asking.now, case=asking.case
        )
