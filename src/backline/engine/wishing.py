"""From the outcome and the conditions of actions: which effects ought to exist, with which arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from backline.engine.calendars import Calendar
from backline.engine.choosing import shown
from backline.engine.definition import Action, Span
from backline.engine.generating.program import Part, Program
from backline.engine.reconciling import History, Key, Wish
from backline.engine.record import Assertion, CaseRecord, Failure
from backline.engine.resolving import each
from backline.engine.statuses import CONFLICT, UNKNOWN, Missing
from backline.engine.values import Row
from backline.engine.views import Choice, Rows, View, view_since

NEVER = History()


@dataclass(slots=True)
class Wishes:
    """What ought to exist, what is left alone, and what has to be known for it."""

    sequence: list[Wish] = field(default_factory=list)
    conditional: list[Wish] = field(default_factory=list)
    left_alone: set[Key] = field(default_factory=set)
    wants: int = 0
    rows: Rows = field(default_factory=dict)
    asks: int = 0
    """Wanted from people who are asked anyway, but no reason to give somebody work"""
    ask_rows: Rows = field(default_factory=dict)
    riding: int = 0
    riding_rows: Rows = field(default_factory=dict)
    """The same, for actions whose condition is open"""
    wake: datetime | None = None
    failed: list[tuple[str, str]] = field(default_factory=list)
    """Arguments that failed: the action's path and the reason"""


@dataclass(slots=True)
class Wishing:
    """What the wishes are made from. ``judged`` is the view by which the outcome was chosen."""

    program: Program
    record: CaseRecord
    histories: Mapping[Key, History]
    view: View
    judged: View
    choice: Choice
    now: datetime
    calendar: Calendar
    possible: dict[str, Any] = field(default_factory=dict)
    """Actions that may still come, shared by all views"""
    earlier: dict[datetime, View] = field(default_factory=dict)
    """Views as of the instants at which effects began"""


def wishes_of(given: Wishing) -> Wishes:
    """All that ought to exist now."""
    wishes = Wishes()
    _possible(given)
    for path, level, action, part in given.program.conditional:
        if not level:
            _conditional(given, wishes, path, "", 0, action, part)
            continue
        for position, item in enumerate(given.view.items(level)):
            _conditional(given, wishes, path, item, position, action, part)
    _of_outcome(given, wishes)
    if given.choice.number is None:
        for number in given.choice.open:
            for step in given.program.definition.outcomes[number].do:
                if not step.undo:
                    wishes.asks |= _ask_for(given, wishes.ask_rows, step.action, 0)
        if given.histories:
            wishes.left_alone |= {key for key in given.histories if key[0] in given.program.steps}
    return wishes


def _possible(given: Wishing) -> None:
    """An action of an outcome that may still be chosen may still come."""
    numbers = given.choice.open if given.choice.number is None else (given.choice.number,)
    for number in numbers:
        given.possible |= given.program.might[number]
    given.view.environment.possible = given.judged.environment.possible = given.possible


def _conditional(
    given: Wishing, wishes: Wishes, path: str, item: str, position: int, action: Action, part: Part
) -> None:
    key = (action.name, item)
    history = given.histories.get(key, NEVER)
    view = _view_for(given, action, history)
    (holds,), wants, rows = part(view.frame, view.environment, position)
    if holds is UNKNOWN or holds is CONFLICT:
        wishes.left_alone.add(key)
        _add(wishes, wants, rows)
        _may_come(given, path)
        wishes.riding |= _ask_for(given, wishes.riding_rows, path, position)
        return
    if holds is not True:
        return
    _may_come(given, path)
    if action.at is not None and not history.exists and _not_yet(given, wishes, view, path, position):
        wishes.left_alone.add(key)
        return
    again = _again(given, action, history)
    if again is not None and not _due(given, wishes, path, position, again):
        wishes.left_alone.add(key)
        return
    payload = _payload(given, wishes, view, path, position)
    if again is not None and history.exists:
        history_wish = Wish(action=action, item=item, payload=payload)
        wishes.conditional.append(_repeated(given, history_wish))
        return
    wishes.conditional.append(_wish(given, view, path, item, position, payload))


def _of_outcome(given: Wishing, wishes: Wishes) -> None:
    """The chosen outcome's steps, in their order."""
    if given.choice.number is None:
        return
    for step in given.program.definition.outcomes[given.choice.number].do:
        action = given.program.actions[step.action]
        if step.undo:
            wishes.sequence.append(Wish(action=action, undo=True))
            wishes.conditional[:] = [wish for wish in wishes.conditional if wish.action.name != step.action]
            continue
        view = given.view if action.follows_changes else given.judged
        payload = _payload(given, wishes, view, step.action, 0)
        if action.at is not None and _not_yet(given, wishes, view, step.action, 0):
            payload = None
        wish = _wish(given, view, step.action, "", 0, payload)
        wish.beside = step.beside
        wishes.sequence.append(wish)


def _view_for(given: Wishing, action: Action, history: History) -> View:
    """What began is judged as of its beginning, unless it follows changes."""
    if history.begun is None or action.follows_changes or action.every is not None:
        return given.view
    if history.begun not in given.earlier:
        view = view_since(given.program, given.record, given.histories, history.begun, given.calendar)
        view.environment.since = None
        view.environment.possible = given.possible
        given.earlier[history.begun] = view
    return given.earlier[history.begun]


def _may_come(given: Wishing, path: str) -> None:
    given.possible[path] = UNKNOWN


def _payload(given: Wishing, wishes: Wishes, view: View, path: str, position: int) -> dict[str, Any] | None:
    """The arguments, or None while one is not known (or failed)."""
    part, names = given.program.payloads[path]
    values, wants, rows = part(view.frame, view.environment, position)
    if wants or rows:
        _add(wishes, wants, rows)
    payload: dict[str, Any] = {}
    missing = False
    for name, value in zip(names, values, strict=True):
        if type(value) is not Missing:
            payload[name] = value
        elif value is UNKNOWN or value is CONFLICT:
            missing = True
        elif value.status == "failed":
            wishes.failed.append((path, value.reason))
            missing = True
        else:
            payload[name] = None
    return None if missing else payload


def _wish(given: Wishing, view: View, path: str, item: str, position: int, payload: dict[str, Any] | None) -> Wish:
    turn, refresh = waited_for(given, path, view, position)
    return Wish(action=given.program.actions[path], item=item, payload=payload, turn=turn, refresh=refresh)


def waited_for(given: Wishing, path: str, view: View | None = None, position: int = 0) -> tuple[str, tuple[str, ...]]:
    """The value by which an effect waits for its turn, and the lookups that have to be read again just before it."""
    turn = ""
    if given.program.actions[path].one_at_a_time is not None:
        (value,), wants, _ = (view or given.view).part(f"turn {path}", position)
        turn = _named(value) if not wants else ""
    return turn, _stale(given, path)


def _named(value: Any) -> str:
    """What cases take turns on: a row by its type and id, since an effect keeps no particulars of a person."""
    return f"{value.type}/{value.id}" if type(value) is Row else str(shown(value))


def _stale(given: Wishing, path: str) -> tuple[str, ...]:
    """Lookups on which the effect rests and which are no longer fresh."""
    found = []
    for name, fact in given.program.perishable:
        assert fact.fresh is not None
        said = [
            one
            for one in each(given.view.heads.get(name))
            if one.source.startswith("lookup") and type(one.value) is not Failure
        ]
        if said and _is_stale(given, max(said, key=lambda one: one.said_at), fact.fresh):
            found.append(name)
    return tuple(found) if given.program.actions[path].kind in ("call", "open") else ()


def _is_stale(given: Wishing, said: Assertion, fresh: Span) -> bool:
    """Whether a lookup is too old, unless it was read again for this decision: a slow system would never do."""
    if given.calendar.add(said.said_at, fresh) > given.now:
        return False
    return not (said.replaces and said.said_at >= _decided_at(given))


def _decided_at(given: Wishing) -> datetime:
    """When the last thing was learnt, beside lookups, or done, that the wishes rest on."""
    learnt = [one.said_at for one in given.record.assertions if not one.source.startswith("lookup")]
    done = [history.done_at for history in given.histories.values() if history.done_at is not None]
    return max([given.record.opened_at, *learnt, *done])


def _again(given: Wishing, action: Action, history: History) -> datetime | None:
    """When a repeated action is due again; None for one that is made once."""
    if action.every is None or history.done_at is None:
        return None
    return given.calendar.add(history.done_at, action.every)


def _repeated(given: Wishing, wish: Wish) -> Wish:
    return Wish(action=wish.action, item=wish.item, payload=wish.payload, repeated=True)


def _due(given: Wishing, wishes: Wishes, path: str, position: int, again: datetime) -> bool:
    action = given.program.actions[path]
    item = given.view.items(path.rpartition("/")[0])[position]
    if action.most is not None and given.histories[action.name, item].times >= action.most:
        return False
    if again > given.now:
        wishes.wake = again if wishes.wake is None else min(wishes.wake, again)
        return False
    return True


def _not_yet(given: Wishing, wishes: Wishes, view: View, path: str, position: int) -> bool:
    """Whether the instant of ``at`` lies ahead, or is not known."""
    if given.program.actions[path].at is None:
        return False
    (value,), wants, rows = view.part(f"at {path}", position)
    _add(wishes, wants, rows)
    if not isinstance(value, date):
        return True
    moment = value if isinstance(value, datetime) else given.calendar.start_of(value)
    if moment <= given.now:
        return False
    wishes.wake = moment if wishes.wake is None else min(wishes.wake, moment)
    return True


def _ask_for(given: Wishing, into: Rows, path: str, position: int) -> int:
    """What is not known of an action's arguments."""
    _, wants, rows = given.program.payloads[path][0](given.view.frame, given.view.environment, position)
    for column, more in rows:
        into[column] = into.get(column, 0) | more
    return wants


def _add(wishes: Wishes, wants: int, rows: tuple[tuple[int, int], ...]) -> None:
    wishes.wants |= wants
    for column, more in rows:
        wishes.rows[column] = wishes.rows.get(column, 0) | more
