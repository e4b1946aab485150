"""Who may decide what becomes of an effect that went wrong, and when two have to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from backline.cases.authority import writes
from backline.cases.fittings import fittings
from backline.cases.models import Effect, Settlement
from backline.cases.refusals import NotAllowed
from backline.cases.storage.encoding import decode_members
from backline.catalogue import versions
from backline.people.actors import Actor


def refuse(by: Actor, effect: Effect, how: str) -> None:
    """Raise NotAllowed where this actor may not decide so."""
    if why := why_not(by, effect, how):
        raise NotAllowed(why)


def why_not(by: Actor, effect: Effect, how: str) -> str:
    """Why this actor may not decide so, in their words; empty where they may."""
    if not writes(by, effect.case):
        return _("This request is with another team.")
    if how in fittings().settling.leader and not _leads(by, effect):
        return _("The leader of the team decides this.")
    return ""


def needs_second(how: str, by: Actor) -> bool:
    """Whether a second colleague has to confirm it."""
    return by.kind != "system" and how in fittings().settling.second


def can_be_taken_back(effect: Effect) -> bool:
    """Whether the effect is a step of the chosen outcome that was tried, and is not known to have been done."""
    if effect.kind != "do" or effect.item or effect.state not in ("refused", "failed") or effect.started_at is None:
        return False
    outcomes = versions.load(effect.case.type_key, effect.case.type_version).definition.outcomes
    chosen = next((one for one in outcomes if one.name == effect.case.outcome), None)
    if chosen is None or chosen is outcomes[-1]:
        return False
    return any(step.action == effect.action and not step.undo for step in chosen.do)


def given(settlement: Settlement) -> Mapping[str, Any]:
    """What was proposed as known."""
    return decode_members(settlement.gives)


def _leads(by: Actor, effect: Effect) -> bool:
    return by.has_duty("administrator") or effect.case.owner in by.leads
