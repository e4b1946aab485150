"""From the effects that ought to exist and those that were made: what has to be done, amended or undone next.

The key of an effect is case, action, item and generation. Every row, also one that amends or undoes, takes the next
generation, and only after the former is settled; so a retry can never be mistaken for a new wish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from backline.engine.definition import Action
from backline.engine.evaluation import DesiredEffect, Exceptional
from backline.engine.record import CaseRecord, EffectKind, EffectRecord
from backline.engine.values import encode

Key = tuple[str, str]
"""action and item"""
OPEN_STATES = ("planned", "started", "unknown")
NO_NAMES: Mapping[str, str] = {}
WITHDRAWN = "withdrawn"
"""The refusal of a step that a person gave up together with its outcome: what was made for it is taken back"""
LASTING = ("letter", "message", "make")
"""What went out cannot be called back: nothing is owed when it is no longer wished"""


@dataclass(kw_only=True, slots=True)
class Wish:
    """An effect that ought to exist, or (``undo``) ought not to. ``payload`` is None while it is not known."""

    action: Action
    item: str = ""
    payload: Mapping[str, Any] | None = None
    undo: bool = False
    repeated: bool = False
    """Due again, although it was made before"""
    beside: bool = False
    """Begins together with the one before it"""
    turn: str = ""
    refresh: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What became of one action (for one item): what stands now, and the row that was last."""

    exists: bool = False
    payload: Mapping[str, Any] = field(default_factory=dict)
    gives: Mapping[str, Any] = field(default_factory=dict)
    begun: datetime | None = None
    """When the effect that stands, or is under way, was started"""
    done_at: datetime | None = None
    times: int = 0
    last: EffectRecord | None = None
    given_up: bool = False

    @property
    def unsettled(self) -> bool:
        """The last row is still under way."""
        return self.last is not None and self.last.state in OPEN_STATES


@dataclass(kw_only=True, slots=True)
class Plan:
    """What to do next. ``reached`` when all that the outcome asks for was made."""

    effects: tuple[DesiredEffect, ...] = ()
    exceptions: tuple[Exceptional, ...] = ()
    reached: bool = False
    quiet: bool = True
    """Nothing is under way and nothing is owed"""


def histories(record: CaseRecord, was: Mapping[str, str] = NO_NAMES) -> dict[Key, History]:
    """What became of each action, from the rows in the order of their generations. ``was``: former name -> name now."""
    rows: dict[Key, list[EffectRecord]] = {}
    for row in record.effects:
        rows.setdefault((was.get(row.action, row.action), row.item), []).append(row)
    return {key: _history(sorted(several, key=_by_generation)) for key, several in rows.items()}


def reconcile(
    actions: Mapping[str, Action],
    made: Mapping[Key, History],
    *,
    sequence: Sequence[Wish],
    conditional: Sequence[Wish],
    left_alone: frozenset[Key],
    said_since: Mapping[Key, bool],
    decided: bool,
) -> Plan:
    """What comes next. ``left_alone`` are effects of which it is not known whether they are still wished."""
    wished = {(wish.action.name, wish.item) for wish in (*sequence, *conditional) if not wish.undo}
    unwished = [key for key in made if key not in wished and key not in left_alone]
    undoing, owed, blocked = _undo(actions, made, unwished)
    effects, exceptions = list(undoing), list(owed)
    reached = decided and not blocked
    if reached:
        for wish in sequence:
            if not reached and not wish.beside:
                break
            key = (wish.action.name, wish.item)
            step = _next(wish, made.get(key, History()), said_since.get(key, False))
            _take(step, effects, exceptions)
            reached = reached and step == "satisfied"
    steps = [_conditional(wish, made, said_since) for wish in conditional]
    for step in steps:
        _take(step, effects, exceptions)
    quiet = not blocked and all(step == "satisfied" for step in steps)
    return Plan(effects=tuple(effects), exceptions=tuple(exceptions), reached=reached, quiet=quiet)


def first_steps(sequence: Sequence[Wish], conditional: Sequence[Wish], decided: bool) -> Plan:
    """The plan of a case in which nothing was made yet."""
    ready: list[Wish] = []
    if decided:
        for wish in sequence:
            if ready and not wish.beside:
                break
            if not wish.undo:
                ready.append(wish)
    reached = decided and not ready
    ready.extend(conditional)
    effects = [
        _row(wish.action, wish.item, NEVER, "do", wish.payload, wish) for wish in ready if wish.payload is not None
    ]
    return Plan(effects=tuple(effects), reached=reached, quiet=not conditional)


def beyond(sequence: Sequence[Wish], made: Mapping[Key, History]) -> EffectRecord | None:
    """The first step that can't be done: refused or failed for good, with the arguments that it would have now."""
    for wish in sequence:
        history = made.get((wish.action.name, wish.item), NEVER)
        if not wish.undo and _is_beyond(wish, history):
            return history.last
    return None


def same_payload(wished: Mapping[str, Any], made: Mapping[str, Any], *, renamed: bool = False) -> bool:
    """Whether what was made was made with these arguments; made by a former version, only those that both know
    count."""
    if renamed:
        return all(_same(value, made[name]) for name, value in wished.items() if name in made)
    return all(name in made and _same(value, made[name]) for name, value in wished.items())


NEVER = History()
Next = DesiredEffect | Exceptional | Literal["satisfied", "waiting"]


def _by_generation(row: EffectRecord) -> tuple[int, datetime]:
    return row.generation, row.planned_at


def _history(rows: Sequence[EffectRecord]) -> History:
    now = History()
    for row in rows:
        now = _after(now, row)
    return now


def _after(now: History, row: EffectRecord) -> History:
    begun, exists, payload, gives = now.begun, now.exists, now.payload, now.gives
    done_at, times, given_up = now.done_at, now.times, False
    if row.kind == "do" and row.state in ("started", "unknown", "done", "failed"):
        begun = begun if exists else row.started_at or row.planned_at
    if row.state == "done" and row.kind != "undo":
        exists, payload, gives = True, row.payload, {**gives, **row.gives}
        if row.kind == "do":
            done_at, times = row.settled_at or row.started_at or row.planned_at, times + 1
    elif row.state in ("done", "given up") and row.kind == "undo":
        exists, begun, done_at = False, None, None
    elif row.state == "given up":
        payload, given_up = row.payload, row.kind == "do"
        begun = begun if exists else None
    elif row.state == "refused" and row.kind == "do" and not exists:
        begun = None
    return History(
        exists=exists,
        payload=payload,
        gives=gives,
        begun=begun,
        done_at=done_at,
        times=times,
        last=row,
        given_up=given_up,
    )


def _undo(
    actions: Mapping[str, Action], made: Mapping[Key, History], unwished: Iterable[Key]
) -> tuple[list[DesiredEffect], list[Exceptional], bool]:
    """The next undo (the latest effect first), what cannot be undone, and whether a new outcome has to wait."""
    ready: list[tuple[datetime, Key]] = []
    owed: list[Exceptional] = []
    waiting = False
    for key in unwished:
        action, history = actions.get(key[0]), made[key]
        lasting = action is None or (action.kind in LASTING and not action.undo)
        if history.unsettled:
            waiting = waiting or not lasting
        elif history.exists and not lasting and _not_taken_back(history):
            owed.append(_not_undone(key, history))
        elif history.exists and not lasting and action is not None and action.undo and history.done_at is not None:
            ready.append((history.done_at, key))
        elif history.exists and not lasting:
            owed.append(Exceptional(kind="no undo", about=_about(key)))
    if ready and not waiting:
        key = max(ready)[1]
        return [_row(actions[key[0]], key[1], made[key], "undo", {})], owed, True
    return [], owed, bool(waiting or ready or owed)


def _conditional(wish: Wish, made: Mapping[Key, History], said_since: Mapping[Key, bool]) -> Next:
    key = (wish.action.name, wish.item)
    return _next(wish, made.get(key, History()), said_since.get(key, False))


def _next(wish: Wish, history: History, said_since: bool) -> Next:
    """What has to happen so that one wish is true."""
    if history.unsettled:
        return "waiting"
    if history.last is not None and history.last.state == "failed":
        return _failed(history.last)
    if wish.undo:
        return _unmake(wish, history)
    if wish.payload is None:
        return "waiting"
    if history.exists:
        return _keep(wish, wish.payload, history)
    return _make(wish, wish.payload, history, said_since)


def _unmake(wish: Wish, history: History) -> Next:
    if not history.exists:
        return "satisfied"
    if not wish.action.undo:
        return Exceptional(kind="no undo", about=_about((wish.action.name, wish.item)))
    return _take_back(wish, history)


def _keep(wish: Wish, payload: Mapping[str, Any], history: History) -> Next:
    """What exists has to have been made with these arguments."""
    if wish.repeated:
        return _row(wish.action, wish.item, history, "do", payload, wish)
    renamed = history.last is not None and history.last.action != wish.action.name
    if same_payload(payload, history.payload, renamed=renamed):
        return "satisfied"
    if history.last is not None and history.last.kind == "amend" and history.last.state == "refused":
        return Exceptional(kind="refused", about=_about((wish.action.name, wish.item)), detail=history.last.refusal)
    if wish.action.amend:
        return _row(wish.action, wish.item, history, "amend", payload, wish)
    if wish.action.undo:
        return _take_back(wish, history)
    if wish.action.kind in LASTING:
        return _row(wish.action, wish.item, history, "do", payload, wish)
    return Exceptional(kind="no amend", about=_about((wish.action.name, wish.item)))


def _take_back(wish: Wish, history: History) -> Next:
    if _not_taken_back(history):
        return _not_undone((wish.action.name, wish.item), history)
    return _row(wish.action, wish.item, history, "undo", {})


def _not_taken_back(history: History) -> bool:
    """Whether the system does not let it be undone."""
    return history.last is not None and history.last.kind == "undo" and history.last.state in ("refused", "failed")


def _not_undone(key: Key, history: History) -> Exceptional:
    assert history.last is not None
    kind: Literal["refused", "effect failed"] = "refused" if history.last.state == "refused" else "effect failed"
    return Exceptional(kind=kind, about=_about(key), detail=history.last.refusal)


def _is_beyond(wish: Wish, history: History) -> bool:
    last = history.last
    if last is None or history.exists or last.kind != "do" or last.started_at is None:
        return False
    if last.state not in ("refused", "failed") or last.refusal in wish.action.refused:
        return False
    return wish.payload is None or same_payload(wish.payload, last.payload)


def _make(wish: Wish, payload: Mapping[str, Any], history: History, said_since: bool) -> Next:
    last = history.last
    if last is not None and same_payload(payload, last.payload):
        if last.kind == "do" and last.state == "given up":
            return "satisfied"
        if last.kind == "do" and last.state == "refused" and not said_since:
            return Exceptional(kind="refused", about=_about((wish.action.name, wish.item)), detail=last.refusal)
    return _row(wish.action, wish.item, history, "do", payload, wish)


def _row(
    action: Action, item: str, history: History, kind: EffectKind, payload: Mapping[str, Any], wish: Wish | None = None
) -> DesiredEffect:
    whole = dict(payload) if kind == "do" else {**history.payload, **history.gives, **payload}
    return DesiredEffect(
        action=action.name,
        item=item,
        generation=1 if history.last is None else history.last.generation + 1,
        kind=kind,
        call=call_of(action, kind),
        payload=whole,
        to=action.to,
        turn=wish.turn if wish else "",
        refresh=wish.refresh if wish else (),
    )


def call_of(action: Action, kind: EffectKind) -> str:
    """What is called, written or opened."""
    if kind == "undo":
        return action.undo
    if kind == "amend":
        return action.amend
    return action.target if action.kind == "call" else f"{action.kind}:{action.target}"


def _take(step: Next, effects: list[DesiredEffect], exceptions: list[Exceptional]) -> None:
    if isinstance(step, DesiredEffect):
        effects.append(step)
    elif isinstance(step, Exceptional):
        exceptions.append(step)


def _failed(row: EffectRecord) -> Exceptional:
    return Exceptional(kind="effect failed", about=_about((row.action, row.item)), detail=row.refusal)


def _about(key: Key) -> str:
    return f"{key[1]}/{key[0]}" if key[1] else key[0]


def _same(wished: Any, made: Any) -> bool:
    if type(wished) is type(made) and wished == made:
        return True
    return bool(stored(wished) == stored(made))


def stored(value: Any) -> Any:
    """A value as it is stored, so that a payload read back from a database compares."""
    if isinstance(value, Mapping):
        return {name: stored(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [stored(part) for part in value]
    return encode(value)
