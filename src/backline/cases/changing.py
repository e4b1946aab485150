"""The flow of every change of a case, from what was said to what came of it.

    say -> (evaluate -> gather)* -> record, one transaction -> attempt the first effect -> say what came back -> ...

A door (opening, asserting, answering ...) has checked the right and the input, and brings what it wants to say as a
function of the case as it stands: when another writer was faster, it is asked again about the case as it stands then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from backline.cases import attempting
from backline.cases.deciding import decide
from backline.cases.fittings import fittings
from backline.cases.models import Case, Effect
from backline.cases.planning import Claim
from backline.cases.recording import Change, Overtaken, Recorded, record
from backline.cases.said import Said
from backline.cases.watch import Watch
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.engine.evaluation import Evaluation
from backline.people.actors import SYSTEM, Actor

TRIES = 12
Saying = Callable[[Case, LoadedType], Said]
Check = Callable[[Evaluation], None]


class TooBusy(Exception):
    """So many others change this case just now that this change did not come through; nothing was lost but it."""


def change(
    case: Case,
    say: Saying,
    *,
    by: Actor,
    channel: str,
    now: datetime,
    present: str = "",
    check: Check | None = None,
    at_once: bool = True,
) -> Case:
    """Write what is said and all that follows from it; then try its effects at once, within the budget of time.

    ``check`` sees the engine's answer before anything is written, and raises to refuse it.
    """
    watch = Watch(now)
    recorded = commit(case, say, by=by, channel=channel, watch=watch, present=present, check=check, claim=at_once)
    return attempt_effects(recorded, watch=watch, present=present)


def commit(
    case: Case,
    say: Saying,
    *,
    by: Actor,
    channel: str,
    watch: Watch,
    present: str = "",
    check: Check | None = None,
    claim: bool = False,
) -> Recorded:
    """One change, decided and recorded. The loser of a race reads the case again and decides on both assertions."""
    for _ in range(TRIES):
        loaded = versions.load(case.type_key, case.type_version)
        decision = decide(case, loaded, say(case, loaded), watch=watch, present=present)
        if check:
            check(decision.evaluation)
        try:
            return record(
                case,
                Change(
                    loaded=loaded,
                    evaluation=decision.evaluation,
                    by=by.id,
                    channel=channel,
                    now=watch.now(),
                    happenings=decision.said.happenings(),
                    later=decision.later,
                    claim=_claim(watch) if claim else None,
                ),
            )
        except Overtaken:
            case = Case.objects.get(pk=case.pk)
    raise TooBusy(case.reference)


def attempt_effects(recorded: Recorded, *, watch: Watch, present: str = "") -> Case:
    """Make the effects that this process has in hand, each with one commit that also takes the next one in hand."""
    while recorded.first:
        effect = Effect.objects.get(key=recorded.first)
        effect.case = recorded.case
        recorded = settle(effect, attempting.attempt(effect), watch=watch, present=present)
    return recorded.case


def settle(effect: Effect, result: attempting.Result, *, watch: Watch, present: str = "") -> Recorded:
    """Record what came of an effect, and all that follows from it; while there is time, take the next one in hand."""

    def say(case: Case, loaded: LoadedType) -> Said:
        return attempting.said_of(effect, result, loaded=loaded, now=watch.now())

    in_time = watch.passed() < fittings().attempt_budget
    return commit(effect.case, say, by=SYSTEM, channel="system", watch=watch, present=present, claim=in_time)


def _claim(watch: Watch) -> Claim:
    return Claim(owner=uuid4().hex, expires=watch.now() + fittings().claim)
