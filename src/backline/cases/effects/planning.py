"""Effects that ought to exist become rows; at most one of them is claimed at birth, to be tried at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce

from backline.cases.effects.foreground import is_waited_for
from backline.cases.effects.lapsing import lapsed
from backline.cases.fittings import fittings
from backline.cases.models import Case, Effect, Want
from backline.cases.storage import encoding
from backline.cases.storage.happenings import Data, Happening, Snapshot
from backline.cases.storage.statements import insert
from backline.catalogue.versions import LoadedType
from backline.connectors import downtime
from backline.engine.building import quick
from backline.engine.evaluation import DesiredEffect, Evaluation
from backline.jobs import enqueuing


@quick
@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who has an effect in hand, and until when that can be believed."""

    owner: str
    expires: datetime
    only: str = ""
    """The key of the one effect that it is for; otherwise the first that is ready"""
    page: bool = False
    """A person stands before a page, and a loop makes what they don't wait for"""


@quick
@dataclass(frozen=True, kw_only=True)
class Planning:
    """New effects, and the key of the one that is to be tried first."""

    new: tuple[DesiredEffect, ...]
    loaded: LoadedType
    first: str
    claim: Claim | None

    def happenings(self, reference: str) -> list[Happening]:
        """What the timeline says of it."""
        told = [
            Happening(kind="planned", data={"key": key(reference, e), "effect": _kept(e, self.loaded.version)})
            for e in self.new
        ]
        return told + ([Happening(kind="started", data={"key": self.first})] if self.first else [])

    def write(self, case: Case, *, now: datetime) -> None:
        """Insert the rows, each with the job that will make it if this process does not."""
        rows = [self._row(case, effect, now) for effect in self.new]
        insert(rows)
        for row in rows:
            if by_hand(row.call):
                self._task(row, now).save(force_insert=True)
            else:
                enqueuing.enqueue("effect", row.key, due_at=row.claim_expires or now)
        if self.claim and self.first and self.first not in {row.key for row in rows}:
            claim_row(self.first, self.claim, now=now)
            enqueuing.enqueue("effect", self.first, due_at=self.claim.expires)

    def _task(self, row: Effect, now: datetime) -> Want:
        """What a person has to do, and then says that it is done."""
        team = row.call.partition(":")[2]
        title = self.loaded.texts.action(row.action, fittings().languages[0])
        return Want(case=row.case, kind="free", team=team, who=team, title=title, match=row.key, since=now)

    def _row(self, case: Case, effect: DesiredEffect, now: datetime) -> Effect:
        row = Effect(
            case=case,
            key=key(case.reference, effect),
            type_version=self.loaded.version,
            payload=encoding.encode_members(effect.payload),
            to=list(effect.to),
            state="planned",
            planned_at=now,
            **{name: getattr(effect, name) for name in ("action", "item", "generation", "kind", "call", "turn")},
        )
        if self.claim and row.key == self.first:
            row.state, row.started_at, row.attempts = "started", now, 1
            row.claimed_by, row.claim_expires = self.claim.owner, self.claim.expires
        return row


def plan(
    snapshot: Snapshot,
    evaluation: Evaluation,
    *,
    reference: str,
    loaded: LoadedType,
    claim: Claim | None,
    now: datetime,
) -> Planning:
    """The effects to make, and with a ``claim`` the first of them that may be tried now."""
    new = tuple(e for e in evaluation.effects if key(reference, e) not in snapshot["effects"])
    first = (
        (claim.only or _first(snapshot, new, evaluation.outcome or "", reference, loaded, claim.page, now))
        if claim
        else ""
    )
    return Planning(new=new, loaded=loaded, first=first, claim=claim)


def key(reference: str, effect: DesiredEffect) -> str:
    """What the other side knows it by: ``case/action/item/generation/kind``, the same at every try."""
    return f"{reference}/{effect.action}/{effect.item.replace('/', '.')}/{effect.generation}/{effect.kind}"


def by_hand(call: str) -> bool:
    """Whether a person does it: the effect is done when its task is answered."""
    return call.startswith("work:")


def claim_row(key: str, claim: Claim, *, now: datetime) -> None:
    """Take a planned effect in hand. The version of the case guards it: whoever started it before has changed that."""
    Effect.objects.filter(key=key, state="planned").update(
        state="started",
        started_at=Coalesce("started_at", now),
        attempts=F("attempts") + 1,
        claimed_by=claim.owner,
        claim_expires=claim.expires,
    )


def _first(
    snapshot: Snapshot,
    new: tuple[DesiredEffect, ...],
    outcome: str,
    reference: str,
    loaded: LoadedType,
    page: bool,
    now: datetime,
) -> str:
    """One that waits in the snapshot, else a new one. Effects that take turns are claimed on their own, and those for
    which nobody is kept waiting go to their job; so do those whose system is said to be down, which wait there, and
    those for which nobody stands any more, which stop there."""
    waiting = {k: e for k, e in snapshot["effects"].items() if e["state"] == "planned" and not e.get("turn")}
    ready: list[tuple[str, ...]] = [
        (k, e["action"], e["kind"], e["call"]) for k, e in waiting.items() if not _not_yet(e, now)
    ]
    ready += [(key(reference, e), e.action, e.kind, e.call) for e in new if not e.turn]
    for of, action, kind, call in ready:
        if by_hand(call) or not is_waited_for(loaded.program, outcome, action=action, kind=kind, page=page):
            continue
        if downtime.down(call, now=now):
            continue
        if not lapsed(snapshot, loaded, action=action, kind=kind, now=now):
            return of
    return ""


def _not_yet(effect: Data, now: datetime) -> bool:
    return "not_before" in effect and datetime.fromisoformat(effect["not_before"]) > now


def _kept(effect: DesiredEffect, version: int) -> Data:
    """The effect as a snapshot keeps it."""
    kept: Data = {
        "action": effect.action,
        "generation": effect.generation,
        "kind": effect.kind,
        "call": effect.call,
        "payload": encoding.encode_members(effect.payload),
        "version": version,
    }
    kept.update({name: getattr(effect, name) for name in ("item", "turn") if getattr(effect, name)})
    return kept
