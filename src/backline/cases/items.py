"""Lists: an item is added, taken away, and the list is closed, after which it counts as whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.utils.translation import gettext as _

from backline.cases.asserting import said_by
from backline.cases.authority import Voice, voice
from backline.cases.changing import change
from backline.cases.facts import NoSuchFact, declared, path
from backline.cases.models import Case
from backline.cases.refusals import FactsRefused
from backline.cases.said import Said
from backline.cases.storage import heads
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue.versions import LoadedType
from backline.engine.record import Assertion, CaseRecord
from backline.people.actors import Actor


def add_item(
    *,
    case: Case,
    by: Actor,
    channel: str,
    fact: str,
    now: datetime,
    facts: Mapping[str, object] | None = None,
    item: str = "",
    present: str = "",
) -> tuple[Case, str]:
    """Add an item with its facts by name; answers the case and the item's path, ``bills/7f3a``. ``item``: its
    parent."""
    added = f"{item}/{fact}/{uuid4().hex[:6]}" if item else f"{fact}/{uuid4().hex[:6]}"

    def say(case: Case, loaded: LoadedType) -> Said:
        said = _list_said(case, loaded, fact, added, True, by=by, now=now)
        record = snapshot(case, present=present, supposed=(said,))
        named = {path(name, added): value for name, value in (facts or {}).items()}
        return Said(assertions=(said, *said_by(case, loaded, record, named, by=by, now=now)), names={by.id: by.name})

    return change(case, say, by=by, channel=channel, now=now, present=present), added


def remove_item(*, case: Case, by: Actor, channel: str, item: str, now: datetime, present: str = "") -> Case:
    """Take an item away, named by its path."""
    fact = item.split("/")[-2] if "/" in item else item

    def say(case: Case, loaded: LoadedType) -> Said:
        return Said(assertions=(_list_said(case, loaded, fact, item, False, by=by, now=now),), names={by.id: by.name})

    return change(case, say, by=by, channel=channel, now=now, present=present)


def close_list(
    *,
    case: Case,
    by: Actor,
    channel: str,
    fact: str,
    now: datetime,
    item: str = "",
    whole: bool = True,
    present: str = "",
) -> Case:
    """Say that nothing more comes (or, with ``whole`` False, that something does)."""

    def say(case: Case, loaded: LoadedType) -> Said:
        return Said(assertions=(_list_said(case, loaded, fact, item, whole, by=by, now=now),), names={by.id: by.name})

    return change(case, say, by=by, channel=channel, now=now, present=present)


def _list_said(
    case: Case, loaded: LoadedType, name: str, item: str, value: bool, *, by: Actor, now: datetime
) -> Assertion:
    speaks = _voice(case, loaded, name, item, by, now)
    record = snapshot(case)
    return Assertion(
        id=uuid4().hex[:12],
        fact=name,
        item=item,
        value=value,
        source=speaks.source,
        who=by.id,
        role=speaks.role,
        holds_from=now,
        said_at=now,
        replaces=_replaced(record, name, item),
    )


def _replaced(record: CaseRecord, name: str, item: str) -> tuple[str, ...]:
    return tuple(said.id for said in heads.standing(record, name, item))


def _voice(case: Case, loaded: LoadedType, name: str, item: str, by: Actor, now: datetime) -> Voice:
    try:
        fact = declared(loaded.definition, name, item)
    except NoSuchFact:
        raise FactsRefused({name: _("There is nothing of this name here.")})
    speaks = voice(by, case, loaded.definition, fact, now=now) if fact.type.kind == "list" else None
    if speaks is None:
        raise FactsRefused({name: _("You can't change this.")})
    return speaks
