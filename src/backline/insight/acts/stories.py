"""The timeline of one case read as acts: who did what on which side, from when to when, and what broke meanwhile.

What is kept of a person is the number of a colleague; a party is ``customer``, whoever it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backline.insight.acts.tables import CUSTOMER, DOES, PEOPLE, QUEUE, SEES, SYSTEM, SYSTEMS
from backline.insight.logs.timelines import action_of

Data = Mapping[str, Any]
CUSTOMER_NAME = "customer"
BACKLINE = "backline"
RETYPED_FROM = ("paper", "fax", "email", "e-mail", "mail")
"""Channels from which a colleague types in what stands in a document"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry of a timeline with what it says."""

    sequence: int
    version: int
    kind: str
    actor: str
    channel: str
    at: datetime
    data: Data


@dataclass(kw_only=True, slots=True)
class Act:
    """One piece of work."""

    name: str
    side: int
    actor: str
    resource: str
    channel: str
    moment: datetime
    began: datetime | None = None
    broke: int = 0

    @property
    def cause(self) -> int:
        """What a case stands for that waits for this."""
        return {DOES: CUSTOMER, PEOPLE: QUEUE}.get(self.side, SYSTEM)


@dataclass(kw_only=True, slots=True)
class Promise:
    """One promise of the case; ``kept`` is None while it runs."""

    name: str
    due: datetime | None = None
    settled: datetime | None = None
    kept: bool | None = None


@dataclass(kw_only=True, slots=True)
class Story:
    """A case as the blueprint and the measures need it."""

    acts: list[Act] = field(default_factory=list)
    promises: dict[str, Promise] = field(default_factory=dict)
    contacts: int = 0
    """How often the customer came to us by themselves: the opening, and all that no question of ours asked for"""
    asked_twice: int = 0
    """Questions that had been answered before in this case"""
    rekeyed: int = 0
    """Values that a colleague typed although a system or a document holds them"""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a story has to know besides the timeline."""

    team_of: Callable[[str], str]
    """The team of a colleague (``staff:3``)"""
    held_elsewhere: frozenset[str]
    """Facts of this case type that a system or a document holds"""


def tell(entries: Iterable[Entry], around: Surroundings) -> Story:
    """The story of one case."""
    teller = _Teller(around)
    for entry in entries:
        teller.take(entry)
    teller.story.acts.sort(key=lambda act: act.moment)  # a message may be written down after what it caused
    return teller.story


class _Teller:
    """Takes the entries of one case in their order."""

    def __init__(self, around: Surroundings) -> None:
        self.story = Story()
        self._around = around
        self._taken: dict[tuple[str, str], tuple[datetime, str]] = {}
        self._effects: dict[str, dict[str, Any]] = {}
        self._answered: set[tuple[str, str]] = set()
        self._said: set[tuple[int, str]] = set()
        self._broken = 0
        self._version = 0

    def take(self, entry: Entry) -> None:
        """One more entry."""
        if handler := HANDLERS.get(entry.kind):
            handler(self, entry)

    def act(self, entry: Entry, name: str, side: int, actor: str = "", began: datetime | None = None) -> None:
        """One more act, with what broke before it."""
        resource = CUSTOMER_NAME if entry.actor.startswith("party:") else entry.actor
        self.story.acts.append(
            Act(
                name=name,
                side=side,
                actor=actor,
                resource=resource,
                channel=entry.channel,
                moment=entry.at,
                began=began if began and began <= entry.at else None,
                broke=self._broken,
            )
        )
        self._broken = 0

    def by_hand(self, entry: Entry, name: str, *, team: str = "", began: datetime | None = None) -> None:
        """What a person did: the customer before the line of visibility, a colleague behind it."""
        if entry.actor.startswith("party:"):
            self.act(entry, name, DOES)
        elif entry.actor.startswith("system:"):
            self.act(entry, name, SYSTEMS, entry.actor.removeprefix("system:"), began)
        else:
            self.act(entry, name, PEOPLE, team or self._around.team_of(entry.actor), began)

    def opened(self, entry: Entry) -> None:
        self.story.contacts += 1
        self._said.add((entry.version, entry.actor))
        self.act(entry, "opened", DOES)

    def asserted(self, entry: Entry) -> None:
        told = entry.data.get("assertion", {})
        self._count_retyped(entry, told)
        one = (entry.version, entry.actor)
        if one in self._said or told.get("source") == "effect":
            return
        self._said.add(one)
        if entry.actor.startswith("system:"):
            if entry.actor != "system:backline":
                self.act(entry, "looked up", SYSTEMS, entry.actor.removeprefix("system:"))
            return
        name = "corrected" if told.get("correction") else "told"
        self.by_hand(entry, name)
        if entry.actor.startswith("party:"):
            self.story.contacts += 1

    def _count_retyped(self, entry: Entry, told: Data) -> None:
        if not entry.actor.startswith("staff:") or told.get("correction"):
            return
        held = told.get("fact", "") in self._around.held_elsewhere
        typed_off = str(told.get("source", "")).startswith("ask") and entry.channel in RETYPED_FROM
        self.story.rekeyed += held or typed_off

    def wanted(self, entry: Entry) -> None:
        wait = entry.data.get("wait", {})
        if str(wait.get("source", "")).startswith("ask") and _of(wait) in self._answered:
            self.story.asked_twice += 1

    def answered(self, entry: Entry) -> None:
        fact = entry.data.get("fact") or "something"
        self._untell(entry)
        if str(entry.data.get("source", "")).startswith("work"):
            began, by = self._taken.pop(_of(entry.data), (None, ""))
            self.by_hand(
                entry,
                f"answered: {fact}",
                team=str(entry.data.get("who", "")),
                began=began if by == entry.actor else None,
            )
            return
        self._answered.add(_of(entry.data))
        self.act(entry, f"answered: {fact}", DOES)

    def _untell(self, entry: Entry) -> None:
        """What was told in the same change was this answer."""
        last = self.story.acts[-1] if self.story.acts else None
        if last and last.moment == entry.at and last.name == "told" and (entry.version, entry.actor) in self._said:
            self.story.acts.pop()
            self._broken += last.broke
            if entry.actor.startswith("party:"):
                self.story.contacts -= 1

    def message(self, entry: Entry) -> None:
        direction = entry.data.get("direction") or "out"
        if direction == "in":
            documents = entry.data.get("documents") or ()
            if any(one.get("answers") for one in documents):
                return  # the answers that it brought are told by themselves
            self.story.contacts += 1
            self.act(entry, "message in", DOES)
        else:
            self.act(entry, f"message {direction}", SEES)

    def noted(self, entry: Entry) -> None:
        if entry.channel == "phone":
            self.story.contacts += 1
            self.act(entry, "called", DOES)
        else:
            self.by_hand(entry, "noted")

    def document(self, entry: Entry) -> None:
        self.by_hand(entry, "document")

    def taken(self, entry: Entry) -> None:
        self._taken[_of(entry.data)] = (entry.at, entry.actor)

    def released(self, entry: Entry) -> None:
        self._taken.pop(_of(entry.data), None)

    def handed_over(self, entry: Entry) -> None:
        self._taken.pop(_of(entry.data), None)
        self.by_hand(entry, "handed over")

    def plain(self, entry: Entry) -> None:
        self.by_hand(entry, entry.kind)

    def asked(self, entry: Entry) -> None:
        self.act(entry, "customer asked", SEES)

    def reminded(self, entry: Entry) -> None:
        self.act(entry, f"reminded: {entry.data.get('fact') or 'something'}", SEES)

    def silence(self, entry: Entry) -> None:
        self.act(entry, f"silence: {entry.data.get('fact') or 'something'}", DOES)

    def planned(self, entry: Entry) -> None:
        effect = entry.data.get("effect", {})
        self._effects[str(entry.data.get("key", ""))] = {"call": effect.get("call", ""), "started": None}

    def started(self, entry: Entry) -> None:
        effect = self._effects.setdefault(str(entry.data.get("key", "")), {"call": ""})
        effect["started"] = effect.get("started") or entry.at

    def effect(self, entry: Entry) -> None:
        key = str(entry.data.get("key", ""))
        effect = self._effects.get(key, {})
        call, began = str(effect.get("call", "")), effect.get("started")
        kind, _colon, name = call.partition(":")
        done = entry.kind == "done"
        if done and kind in ("message", "letter"):
            self.act(entry, f"sent: {name}", SEES, began=began)
        elif kind == "work":
            self.by_hand(entry, f"{entry.kind}: {action_of(key)}", team=name, began=began)
        else:
            system = call.partition(".")[0] if "." in call else BACKLINE
            self.act(entry, f"{entry.kind}: {action_of(key)}", SYSTEMS, system, began)

    def promised(self, entry: Entry) -> None:
        told = entry.data.get("promise", {})
        promise = self._promise(entry)
        promise.due = _moment(told.get("due")) or promise.due

    def kept(self, entry: Entry) -> None:
        promise = self._promise(entry)
        promise.kept, promise.settled = promise.kept is not False, entry.at

    def broken(self, entry: Entry) -> None:
        promise = self._promise(entry)
        if promise.kept is not False:
            self._broken += 1
        promise.kept, promise.settled = False, entry.at

    def _promise(self, entry: Entry) -> Promise:
        name = str(entry.data.get("name", "")) or "a promise"
        return self.story.promises.setdefault(name, Promise(name=name))

    def ended(self, entry: Entry) -> None:
        self.act(entry, f"ended: {entry.data.get('outcome') or 'without outcome'}", SEES)

    def stuck(self, entry: Entry) -> None:
        self.act(entry, entry.kind, SYSTEMS, BACKLINE)


HANDLERS: dict[str, Callable[[_Teller, Entry], None]] = {
    "opened": _Teller.opened,
    "asserted": _Teller.asserted,
    "wanted": _Teller.wanted,
    "answered": _Teller.answered,
    "second opinion": _Teller.plain,
    "silence": _Teller.silence,
    "reminded": _Teller.reminded,
    "planned": _Teller.planned,
    "started": _Teller.started,
    "done": _Teller.effect,
    "refused": _Teller.effect,
    "failed": _Teller.effect,
    "given up": _Teller.effect,
    "promised": _Teller.promised,
    "kept": _Teller.kept,
    "broken": _Teller.broken,
    "message": _Teller.message,
    "noted": _Teller.noted,
    "document": _Teller.document,
    "taken": _Teller.taken,
    "released": _Teller.released,
    "handed over": _Teller.handed_over,
    "task added": _Teller.plain,
    "colleague asked": _Teller.plain,
    "customer asked": _Teller.asked,
    "replied": _Teller.plain,
    "reopened": _Teller.plain,
    "stuck": _Teller.stuck,
    "unstuck": _Teller.stuck,
    "ended": _Teller.ended,
}


def _of(data: Data) -> tuple[str, str]:
    return str(data.get("item", "")), str(data.get("fact") or data.get("title", ""))


def _moment(told: object) -> datetime | None:
    return datetime.fromisoformat(told) if isinstance(told, str) and told else None
