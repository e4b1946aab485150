"""An effect's job is due: it was left by a process that died, has to be tried again, or waits for its turn."""

from __future__ import annotations

from datetime import datetime, timedelta

from backline.cases.changing import attempt_effects, settle
from backline.cases.effects import attempting
from backline.cases.effects.planning import by_hand
from backline.cases.effects.starting import start
from backline.cases.models import Case, Effect
from backline.cases.watch import Watch
from backline.connectors import downtime
from backline.jobs import enqueuing

TURN_PAUSE = timedelta(seconds=2)
OPEN = ("planned", "started", "unknown")


def perform(key: str, now: datetime) -> None:
    """Bring this effect on: claim and try it, or find out what became of it. It bears to be called at any time,
    twice."""
    effect = Effect.objects.select_related("case").filter(key=key).first()
    if effect is None or _waits_for_its_system(effect, now):
        return
    if effect.state == "planned":
        _begin(effect, now)
    elif effect.state == "unknown" or (effect.state == "started" and _expired(effect, now)):
        _find_out(effect, now)
    elif effect.state == "started" and effect.claim_expires:
        enqueuing.enqueue("effect", key, due_at=effect.claim_expires)


def perform_planned(case: Case, now: datetime) -> Case:
    """Bring on all that is planned for this case, for a process that has no loop of its own; the case as it then is."""
    waiting = Effect.objects.filter(case=case, state="planned").order_by("pk").values_list("key", "call")
    for key in [key for key, call in waiting if not by_hand(call)]:
        data = Case.objects.get(pk=case.pk).snapshot["effects"][key]
        if "not_before" not in data:
            perform(key, now)
    return Case.objects.get(pk=case.pk)


def _waits_for_its_system(effect: Effect, now: datetime) -> bool:
    """Whether a person said that the system is down: neither written nor read before that is over."""
    said = downtime.down(effect.call, now=now) if effect.state in OPEN else None
    if said:
        enqueuing.enqueue("effect", effect.key, due_at=downtime.goes_on(effect.key, said.until))
    return said is not None


def _begin(effect: Effect, now: datetime) -> None:
    """Take it in hand and try it, if it is its turn."""
    watch = Watch(now)
    started = start(effect, watch=watch)
    if started.first:
        attempt_effects(started, watch=watch)
    elif not started.happenings:
        enqueuing.enqueue("effect", effect.key, due_at=now + TURN_PAUSE)


def _find_out(effect: Effect, now: datetime) -> None:
    """Nobody knows whether it was done: the system is asked by the key before anything is done again."""
    watch = Watch(now)
    attempt_effects(settle(effect, attempting.verify(effect, now=watch.now()), watch=watch), watch=watch)


def _expired(effect: Effect, now: datetime) -> bool:
    return effect.claim_expires is not None and effect.claim_expires <= now
