"""Who among those of a team may decide this: by skill, by level of authority, and not both halves of one decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backline.cases.facts import declared, path
from backline.cases.fittings import fittings
from backline.cases.models import Case, Want
from backline.cases.refusals import FactsRefused, NotAllowed
from backline.catalogue.versions import LoadedType
from backline.engine.definition import CaseType, Fact, Source
from backline.engine.evaluating import answered
from backline.engine.generating.grounds import all_facts
from backline.engine.levels import needed_level
from backline.engine.record import Assertion, CaseRecord
from backline.people import levels
from backline.people.actors import Actor

DECIDING = ("work", "settle")
"""What is said in these ways is a decision of the one who says it, not what somebody else told them"""


def able(by: Actor, want: Want, *, team: str = "") -> bool:
    """Whether this actor's skills and level are enough for a task of its team, or of the one that is named."""
    return not lack_of(by, want, team=team)


def lack_of(by: Actor, want: Want, *, team: str = "") -> str:
    """What this actor lacks for a task, in words; empty for nothing."""
    return _lacks(by, team or want.team, want.skill, want.level)


def refuse_unable(by: Actor, want: Want, case: Case, definition: CaseType) -> None:
    """Raises NotAllowed unless this actor may decide what the task asks, as far as it is theirs at all."""
    if by.id in want.not_by or by.id in _decided(want.fact, case, definition):
        raise NotAllowed(_("Somebody else has to do this: you decided what it rests on."))
    if lack := lack_of(by, want):
        raise NotAllowed(lack)


def refuse_undue(
    said: Sequence[Assertion], by: Actor, case: Case, loaded: LoadedType, record: CaseRecord, *, now: datetime
) -> None:
    """Raises FactsRefused where a colleague decides of themselves what they could not decide as a task."""
    told = [one for one in said if one.source.partition("#")[0] in DECIDING]
    if by.kind != "staff" or not told:
        return
    record = replace(record, assertions=(*record.assertions, *said))
    refused = {path(one.fact, one.item): lack for one in told if (lack := _undue(one, by, case, loaded, record, now))}
    if refused:
        raise FactsRefused(refused)


def _undue(said: Assertion, by: Actor, case: Case, loaded: LoadedType, record: CaseRecord, now: datetime) -> str:
    """Why this colleague may not decide this; empty when they may."""
    fact = declared(loaded.definition, said.fact, said.item)
    found = _work(fact)
    if found is None:
        return ""
    position, source = found
    if by.id in _decided(fact.name, case, loaded.definition):
        return _("Somebody else has to do this: you decided what it rests on.")
    level = ""
    if source.level is not None:
        evaluation = answered(loaded.program, record, now=now, calendar=fittings().calendar)
        level = stored(needed_level(evaluation, said.fact, said.item, position))
    return _lacks(by, source.team, source.skill, level)


def stored(level: object) -> str:
    """A level as tasks keep it; empty for none."""
    if level is None:
        return ""
    found = levels.level_of(level)
    return levels.UNKNOWN if found is None else str(found)


def _work(fact: Fact) -> tuple[int, Source] | None:
    """The first source by which a colleague decides this fact, and its position."""
    return next(((n, source) for n, source in enumerate(fact.sources) if source.kind == "work"), None)


def _lacks(by: Actor, team: str, skill: str, level: str) -> str:
    """What this colleague lacks for it, in words; empty for nothing. Programs and Backline itself lack nothing."""
    if by.kind != "staff":
        return ""
    if skill and skill not in by.skills:
        return _("This task needs the skill “%(skill)s”.") % {"skill": skill}
    held = by.level_in(team)
    if levels.suffices(held, level):
        return ""
    if level == levels.UNKNOWN:
        return _("How much authority this needs can't be worked out. Please tell whoever owns this kind of request.")
    told = {name: levels.words(one, get_language() or "") for name, one in (("needed", level), ("held", held))}
    if not held:
        return _("This task needs level %(needed)s.") % told
    return _("This task needs level %(needed)s; yours is %(held)s.") % told


def _decided(fact: str, case: Case, definition: CaseType) -> set[str]:
    """Who decided what this must not be decided by the same person as; it holds in whatever order they decide."""
    pairs = _kept_apart(definition)
    others = {name for of, name in pairs if of == fact} | {of for of, name in pairs if name == fact}
    said = case.snapshot["assertions"]
    replaced = {other for one in said for other in one.get("replaces", ())}
    return {one["who"] for one in said if one["fact"] in others and one["id"] not in replaced}


def _kept_apart(definition: CaseType) -> set[tuple[str, str]]:
    """Pairs of facts that two people have to decide; those of lists by their own name."""
    found = all_facts(definition.facts, "")
    kept = ((fact.name, name) for _path, fact in found for source in fact.sources for name in source.not_by)
    return {(name, other.rpartition(".")[2]) for name, other in kept}
