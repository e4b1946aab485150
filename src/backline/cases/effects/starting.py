"""An effect that waited is started: its turn is taken, what it rests on is read afresh, and it has to be wished still,
by those who may.

Cases that draw on the same thing take turns: the row holds the turn from here until the effect is settled, and the
database
lets only one row hold it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from backline.cases.committing import commit
from backline.cases.deciding import Decision, decide
from backline.cases.effects import claims
from backline.cases.effects.foreground import is_waited_for
from backline.cases.effects.lapsing import LAPSED, lapsed, why_lapsed
from backline.cases.effects.planning import Claim
from backline.cases.fittings import fittings
from backline.cases.models import Case, Effect
from backline.cases.said import Said
from backline.cases.storage.happenings import Data, Happening, Snapshot
from backline.cases.storage.recording import Recorded
from backline.cases.storage.snapshotting import decode_effect
from backline.cases.watch import Watch
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.connectors import downtime
from backline.engine.reconciling import same_payload
from backline.people.actors import SYSTEM

NOT_WISHED = "no longer wished"
"""The refusal of an effect that was planned, and dropped before anything was done"""


def start(effect: Effect, *, watch: Watch) -> Recorded:
    """Take a planned effect in hand; ``first`` of the answer is empty when it is not its turn, or not wished any
    more."""
    claim = Claim(owner=claims.new_owner(), expires=watch.now() + fittings().claim, only=effect.key)
    if not _hold(effect, claim, now=watch.now()):
        return Recorded(case=effect.case)
    loaded = versions.load(effect.case.type_key, effect.case.type_version)
    decision = decide(_without(effect), loaded, Said(), watch=watch, anew_since=_drawn_on_by_others(effect))
    wished = _still_wished(effect, decision)
    alone = lapsed(decision.after, loaded, action=effect.action, kind=effect.kind, now=decision.now) if wished else ()
    goes_on = wished and not alone

    def say(case: Case, loaded: LoadedType) -> Said:
        return decision.said if goes_on else decision.said.and_then(Said(before=(_dropped(effect, alone, loaded),)))

    case = Case.objects.get(pk=effect.case_id)
    return commit(case, say, by=SYSTEM, channel="system", watch=watch, claim=claim if goes_on else None)


def start_in_turn(case: Case, *, watch: Watch) -> Recorded:
    """Start an effect that is waited for and takes turns, if there is one and its turn has come."""
    program = versions.load(case.type_key, case.type_version).program
    for key in keys_in_turn(case.snapshot, watch.now()):
        planned = case.snapshot["effects"][key]
        if not is_waited_for(program, case.outcome, action=planned["action"], kind=planned["kind"]):
            continue
        if downtime.down(planned["call"], now=watch.now()):
            continue
        effect = Effect.objects.select_related("case").get(key=key)
        started = start(effect, watch=watch)
        if started.first:
            return started
    return Recorded(case=case)


def keys_in_turn(snapshot: Snapshot, now: datetime) -> list[str]:
    """Planned effects that take turns with other cases, those that need not wait for a retry."""
    planned = {key: e for key, e in snapshot["effects"].items() if e["state"] == "planned" and e.get("turn")}
    return [
        key for key, e in planned.items() if "not_before" not in e or datetime.fromisoformat(e["not_before"]) <= now
    ]


def _hold(effect: Effect, claim: Claim, *, now: datetime) -> bool:
    """Hold the row, and with it the turn; False when somebody else does."""
    free = Q(claimed_by="") | Q(claim_expires__lt=now)
    try:
        with transaction.atomic():
            rows = Effect.objects.filter(free, pk=effect.pk, state="planned")
            return bool(rows.update(claimed_by=claim.owner, claim_expires=claim.expires))
    except IntegrityError:
        return False


def _drawn_on_by_others(effect: Effect) -> datetime | None:
    """When another case was last done with the thing that this one takes its turn at."""
    if not effect.turn:
        return None
    others = Effect.objects.filter(turn=effect.turn).exclude(case=effect.case_id)
    latest: datetime | None = others.aggregate(latest=Max("settled_at"))["latest"]
    return latest


def _without(effect: Effect) -> Case:
    """The case as if this effect had not been planned yet."""
    case = effect.case
    effects = {key: data for key, data in case.snapshot["effects"].items() if key != effect.key}
    return Case(
        pk=case.pk,
        reference=case.reference,
        opened_at=case.opened_at,
        version=case.version,
        snapshot={**case.snapshot, "effects": effects},
    )


def _still_wished(effect: Effect, decision: Decision) -> bool:
    """Whether the engine would plan the very same effect now."""
    planned = decode_effect(effect.case.snapshot["effects"][effect.key])
    same = [
        e
        for e in decision.evaluation.effects
        if (e.action, e.item, e.generation, e.kind) == (effect.action, effect.item, effect.generation, effect.kind)
    ]
    return any(same_payload(e.payload, planned.payload) for e in same)


def _dropped(effect: Effect, alone: tuple[str, ...], loaded: LoadedType) -> Happening:
    """Nothing was done; ``alone`` are the facts that nobody stands for any more."""
    data: Data = {"key": effect.key, "action": effect.action, "refusal": LAPSED if alone else NOT_WISHED}
    if alone:
        data |= {"reason": why_lapsed(alone, loaded, fittings().languages[0]), "facts": list(alone)}
    return Happening(kind="refused", data=data)
