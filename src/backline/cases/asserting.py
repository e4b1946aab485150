"""Somebody says something of facts: as a change (it is so from now on) or as a correction (it never was otherwise)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.utils.translation import gettext as _

from backline.cases import input
from backline.cases.authority import ONLY_THEMSELVES, Voice, voice
from backline.cases.bases import with_bases
from backline.cases.changing import change
from backline.cases.competence import refuse_undue
from backline.cases.facts import NoSuchFact, declared, path, split
from backline.cases.fittings import fittings
from backline.cases.models import Case
from backline.cases.refusals import FactsRefused
from backline.cases.said import Said
from backline.cases.storage import heads
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue.versions import LoadedType
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import Evaluation, FactState
from backline.engine.generating.grounds import is_checked
from backline.engine.record import Assertion, CaseRecord
from backline.engine.values import ValueProblem
from backline.people.actors import Actor


def assert_facts(
    *,
    case: Case,
    by: Actor,
    channel: str,
    facts: Mapping[str, object],
    now: datetime,
    correct: bool = False,
    version: int | None = None,
    present: str = "",
    reason: str = "",
    at_once: bool = True,
    places: Mapping[str, dict[str, Any]] | None = None,
) -> Case:
    """Say these facts, by name (or ``item/name`` path), as typed or as values.

    ``places``: where those stand that somebody read or heard, by the same names.

    ``version`` is the version of the case that the person saw: what was said after it is not replaced, but stands
    beside it.
    Raises FactsRefused with a message for each fact that can't be taken; then nothing was said.
    """
    seen = _seen(case, version)

    def say(case: Case, loaded: LoadedType) -> Said:
        record = snapshot(case, present=present)
        assertions = said_by(case, loaded, record, facts, by=by, now=now, correct=correct, seen=seen)
        reasons = {a.id: reason for a in assertions if reason}
        found = {a.id: place for a in assertions if (place := (places or {}).get(path(a.fact, a.item)))}
        return Said(assertions=assertions, names={by.id: by.name}, reasons=reasons, places=found)

    def check(loaded: LoadedType, evaluation: Evaluation) -> None:
        refuse_unfit(loaded, evaluation, facts)

    return change(case, say, by=by, channel=channel, now=now, present=present, check=check, at_once=at_once)


def said_by(
    case: Case,
    loaded: LoadedType,
    record: CaseRecord,
    facts: Mapping[str, object],
    *,
    by: Actor,
    now: datetime,
    correct: bool = False,
    seen: frozenset[str] | None = None,
) -> tuple[Assertion, ...]:
    """What these facts are as assertions of this actor; raises FactsRefused."""
    known = _offered(loaded, record, facts, now=now)
    said: list[Assertion] = []
    refused: dict[str, str] = {}
    for named, raw in facts.items():
        name, item = split(named)
        try:
            fact = declared(loaded.definition, name, item)
            speaks = voice(by, case, loaded.definition, fact, now=now, correct=correct)
            if speaks is None:
                theirs = fact.type.kind in ONLY_THEMSELVES
                refused[named] = (
                    _("Only the person concerned can answer this.") if theirs else _("You can't change this.")
                )
                continue
            value = input.value_of(fact, raw, known=known, currency=loaded.definition.currency)
        except NoSuchFact:
            refused[named] = _("There is nothing of this name here.")
        except ValueProblem as wrong:
            refused[named] = input.refusal(wrong)
        else:
            said.append(_assertion(record, name, item, value, speaks, by=by, now=now, correct=correct, seen=seen))
    if refused:
        raise FactsRefused(refused)
    found = with_bases(tuple(said), loaded=loaded, record=record, now=now)
    refuse_undue(found, by, case, loaded, record, now=now)
    return found


def refuse_unfit(loaded: LoadedType, evaluation: Evaluation, facts: Mapping[str, object]) -> None:
    """Raise FactsRefused when a check of the type speaks against what was just said."""
    checked = [path for path in facts if is_checked(declared(loaded.definition, *split(path)))]
    unfit = {path: evaluation.facts[path].refusals for path in checked if path in evaluation.facts}
    if messages := {path: " ".join(refusals) for path, refusals in unfit.items() if refusals}:
        raise FactsRefused(messages)


def _offered(
    loaded: LoadedType, record: CaseRecord, facts: Mapping[str, object], *, now: datetime
) -> Mapping[str, FactState]:
    """The facts as they stand, when one of those said is chosen from another; nothing otherwise."""
    named = [loaded.definition.facts.get(path) for path in facts]
    if not any("/" in path for path in facts) and not any(fact and fact.type.choices_from for fact in named):
        return {}
    return evaluate(loaded.program, record, now=now, calendar=fittings().calendar).facts


def _assertion(
    record: CaseRecord,
    name: str,
    item: str,
    value: object,
    speaks: Voice,
    *,
    by: Actor,
    now: datetime,
    correct: bool,
    seen: frozenset[str] | None,
) -> Assertion:
    replaces = heads.replaced_by_people(record, name, item, source=speaks.source, seen=seen)
    return Assertion(
        id=token_hex(6),
        fact=name,
        item=item,
        value=value,
        source=speaks.source,
        who=by.id,
        role=speaks.role,
        holds_from=_holds_from(record, replaces, now) if correct else now,
        said_at=now,
        replaces=replaces,
        correction=correct and bool(replaces),
    )


def _holds_from(record: CaseRecord, replaces: tuple[str, ...], now: datetime) -> datetime:
    """A correction holds from when the mistaken answer was believed to hold."""
    mistaken = [said.holds_from for said in record.assertions if said.id in replaces]
    return min(mistaken, default=now)


def _seen(case: Case, version: int | None) -> frozenset[str] | None:
    """The assertions that stood in the version of the case that somebody saw; None for all that stand now."""
    if version is None:
        version = case.version
    return frozenset(a["id"] for a in case.snapshot["assertions"] if a.get("in", 0) <= version)
