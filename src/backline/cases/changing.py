"""The flow of every change of a case, from what was said to what came of it.

    say -> (evaluate -> gather)* -> record, one transaction -> attempt the first effect -> say what came back -> ...

A door (opening, asserting, answering ...) has checked the right and the input, and brings what it wants to say as a
function of the case as it stands: when another writer was faster, it is asked again about the case as it stands then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from backline.cases.committing import Check, Saying, commit
from backline.cases.effects import attempting, claims, starting
from backline.cases.effects.planning import Claim
from backline.cases.fittings import fittings
from backline.cases.models import Case, Effect
from backline.cases.said import Said
from backline.cases.storage.recording import Also, Recorded
from backline.cases.storage.selecting import the
from backline.cases.watch import Watch
from backline.catalogue.versions import LoadedType
from backline.connectors.contract import NotDone
from backline.people.actors import SYSTEM, Actor


def change(
    case: Case,
    say: Saying,
    *,
    by: Actor,
    channel: str,
    now: datetime,
    present: str = "",
    check: Check | None = None,
    also: Also | None = None,
    at_once: bool = True,
) -> Case:
    """Write what is said and all that follows from it; then try its effects at once, while there is time.

    ``present`` is the role of the person who is here now. ``check`` sees the engine's answer before anything is
    written and raises to refuse it; ``also`` writes rows of the door's own in the same transaction.
    """
    watch = Watch(now)
    claim = _next_claim(watch, present) if at_once else None
    recorded = commit(
        case, say, by=by, channel=channel, watch=watch, present=present, check=check, also=also, claim=claim
    )
    return attempt_effects(recorded, watch=watch, present=present) if at_once else recorded.case


def attempt_effects(recorded: Recorded, *, watch: Watch, present: str = "") -> Case:
    """Make the effects that are ready, each with one commit that also takes the next one in hand."""
    if not recorded.case.snapshot["effects"]:
        return recorded.case
    while recorded.first or (
        _time_left(watch) and (recorded := starting.start_in_turn(recorded.case, watch=watch)).first
    ):
        effect = the(Effect, key=recorded.first)
        effect.case = recorded.case
        result = attempting.attempt(effect, deadline=_time_left(watch))
        recorded = settle(effect, result, watch=watch, present=present)
    return recorded.case


def settle(effect: Effect, result: attempting.Result | NotDone, *, watch: Watch, present: str = "") -> Recorded:
    """Record what came of an effect, and all that follows; while there is time, take the next one in hand."""

    def say(case: Case, loaded: LoadedType) -> Said:
        return attempting.said_of(effect, result, case=case, now=watch.now())

    claim = _next_claim(watch, present)
    return commit(effect.case, say, by=SYSTEM, channel="system", watch=watch, present=present, claim=claim)


def _next_claim(watch: Watch, present: str) -> Claim | None:
    """What the next effect is claimed with; nothing when the budget of time is spent, and the job takes over."""
    if not _time_left(watch):
        return None
    page = bool(present) and fittings().loop
    return Claim(owner=claims.new_owner(), expires=watch.now() + fittings().claim, page=page)


def _time_left(watch: Watch) -> timedelta:
    return max(fittings().attempt_budget - watch.passed(), timedelta(0))
