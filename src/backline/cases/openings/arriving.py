"""Something came from outside: a payment, a scan, an alarm. It opens the cases that begin with it, and finds the facts
that wait for it by its value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

from backline.cases import input
from backline.cases.changing import change
from backline.cases.facts import declared, path, source_of, sources
from backline.cases.models import Case, Want
from backline.cases.openings.opening import open_case
from backline.cases.openings.opening_by_clock import told_by_row
from backline.cases.openings.opening_rows import parties_of, read_rows
from backline.cases.refusals import FactsRefused, SameAlreadyOpen
from backline.cases.said import Said
from backline.cases.storage.encoding import decode_members
from backline.catalogue import listing, versions
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Fact, Opening, Source
from backline.engine.evaluation import Wanted
from backline.engine.record import Assertion
from backline.engine.values import ValueProblem
from backline.people.actors import SYSTEM


def take_event(
    *,
    event: str,
    match: str,
    value: object = True,
    now: datetime,
    channel: str = "event",
    by: str = "system:event",
    parties: Mapping[str, int] | None = None,
    once: str = "",
) -> list[Case]:
    """Open what ``event`` (``post.returned``) opens, and tell all that wait for it with this ``match``; the cases as
    they then are.

    ``value`` may be several by name, of which each fact takes what its source ``gives``. ``parties`` take part in what
    is opened; ``once`` names this very event, which then opens nothing twice. Raises FactsRefused.
    """
    waiting = Want.objects.filter(kind="event", who=event, match=match, closed_at__isnull=True).select_related("case")
    reached = list(waiting)
    opened: list[Case] = []
    for loaded, opening in _opened_by(event):
        if opening.for_each:
            opened += _for_each(loaded, opening, event, match, value, by=by, channel=channel, once=once, now=now)
            continue
        with suppress(SameAlreadyOpen):  # nobody is here who could say that this is another one
            opened.append(
                open_case(
                    type_key=loaded.key,
                    by=SYSTEM,
                    channel=channel,
                    parties={r: party for r, party in (parties or {}).items() if r in loaded.definition.roles},
                    facts=_matched(loaded, event, match),
                    told=tuple(_said_at_once(loaded, event, value, by=by, now=now)),
                    now=now,
                    once=f"{once}/{loaded.key}" if once else "",
                    at_once=False,
                )
            )
    return opened + [_told(want, value, by=by, channel=channel, now=now) for want in reached]


def _for_each(
    loaded: LoadedType,
    opening: Opening,
    event: str,
    match: str,
    value: object,
    *,
    by: str,
    channel: str,
    once: str,
    now: datetime,
) -> Iterator[Case]:
    """One case for each row that the event is about; raises RowsMissing where the system does not tell now."""
    told = {**value, "match": match} if isinstance(value, Mapping) else {"match": match}
    for row in read_rows(opening.for_each, told):
        with suppress(SameAlreadyOpen):
            yield open_case(
                type_key=loaded.key,
                by=SYSTEM,
                channel=channel,
                parties=parties_of(row, loaded.definition, now=now),
                told=tuple(told_by_row(row, loaded, now=now, by=by)),
                now=now,
                once=f"{once}/{loaded.key}/{row.key}" if once else "",
                at_once=False,
            )


def _opened_by(event: str) -> Iterator[tuple[LoadedType, Opening]]:
    """The case types, as they are published now, that begin with this event."""
    for version in listing.newest():
        loaded = versions.load(version.key, version.number)
        for opening in loaded.definition.openings:
            if opening.event == event:
                yield loaded, opening


def _sources_of(loaded: LoadedType, event: str) -> Iterator[tuple[Fact, str, Source]]:
    """The facts of the case that this event tells."""
    for fact in loaded.definition.facts.values():
        for name, source in sources(fact):
            if source.kind == "event" and source.call == event:
                yield fact, name, source


def _matched(loaded: LoadedType, event: str, match: str) -> dict[str, object]:
    """The facts by whose value the event finds its case: it brings them along."""
    names = {source.match.text for _, _, source in _sources_of(loaded, event) if source.match is not None}
    return {name: match for name in names if name in loaded.definition.facts}


def _said_at_once(loaded: LoadedType, event: str, value: object, *, by: str, now: datetime) -> Iterator[Assertion]:
    for fact, name, source in _sources_of(loaded, event):
        if source.gives and not (isinstance(value, Mapping) and source.gives in value):
            continue
        known = _value(fact, source, value, loaded, at=fact.name)
        yield Assertion(
            id=uuid4().hex[:12], fact=fact.name, value=known, source=name, who=by, holds_from=now, said_at=now
        )


def _told(want: Want, value: object, *, by: str, channel: str, now: datetime) -> Case:
    def say(case: Case, loaded: LoadedType) -> Said:
        wanted = Wanted(fact=want.fact, item=want.item, source=want.source)
        fact, source = declared(loaded.definition, want.fact, want.item), source_of(loaded.definition, wanted)
        assertion = Assertion(
            id=uuid4().hex[:12],
            fact=want.fact,
            item=want.item,
            value=_value(fact, source, value, loaded, at=path(want.fact, want.item)),
            source=want.source,
            who=by,
            holds_from=now,
            said_at=now,
            basis=None if want.basis is None else decode_members(want.basis),
        )
        return Said(assertions=(assertion,))

    return change(want.case, say, by=SYSTEM, channel=channel, now=now)


def _value(fact: Fact, source: Source, value: object, loaded: LoadedType, *, at: str) -> object:
    """What the event says of this fact."""
    own = value.get(source.gives) if source.gives and isinstance(value, Mapping) else value
    try:
        return input.value_of(fact, own, known={}, currency=loaded.definition.currency)
    except ValueProblem as wrong:
        raise FactsRefused({at: input.refusal(wrong)})
