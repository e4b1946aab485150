"""One request of the past, told as the timeline tells it, and the rows that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from backline.cases import wanting
from backline.cases.models import Case, Effect, Want
from backline.cases.storage import encoding, timeline
from backline.cases.storage.happenings import Happening, Told, empty_snapshot, folded
from backline.cases.storage.references import make_reference
from backline.catalogue.versions import LoadedType
from backline.engine.calendars import Calendar

MARK = "invented past"
SYSTEM = "system:backline"
TICK = timedelta(milliseconds=4)


@dataclass
class Tale:
    """What happens in one case, in any order of telling; ``rows`` puts it in order and writes it down."""

    loaded: LoadedType
    calendar: Calendar
    number: int
    chance: Random
    opened: datetime
    channel: str
    by: str
    said: list[tuple[datetime, str, str, Happening]] = field(default_factory=list)
    wants: list[Want] = field(default_factory=list)
    promised: dict[str, dict[str, Any]] = field(default_factory=dict)
    paused: timedelta = timedelta(0)
    ended: datetime | None = None

    def __post_init__(self) -> None:
        self.reference = make_reference(self.loaded.key, draw=self.chance.randrange)

    def tell(self, at: datetime, kind: str, data: dict[str, Any], *, by: str = SYSTEM, channel: str = "system") -> None:
        """Something happened."""
        self.said.append((at, by, channel, Happening(kind=kind, data=data)))

    def open(self, name: str, parties: dict[str, int]) -> None:
        """The request comes in."""
        version = self.loaded.version
        data = {"name": name, "owner": self.loaded.definition.owner, "type": self.loaded.key, "version": version}
        self.tell(self.opened, "opened", data, by=self.by, channel=self.channel)
        for role, party in parties.items():
            self.tell(self.opened, "joined", {"party": party, "role": role}, by=self.by, channel=self.channel)

    def say(
        self, at: datetime, fact: str, value: object, *, source: str, who: str, role: str = "", channel: str = "system",
        basis: dict[str, object] | None = None,
    ) -> None:  # fmt: skip
        """Somebody, or a system, said something."""
        said: dict[str, Any] = {
            "id": f"{self.chance.getrandbits(48):012x}", "fact": fact, "value": encoding.encode(value),
            "source": source, "who": who, "holds": at.isoformat(), "said": at.isoformat(),
        }  # fmt: skip
        if role:
            said["role"] = role
        if basis is not None:
            said["basis"] = encoding.encode_members(basis)
        self.tell(at, "asserted", {"assertion": said}, by=who, channel=channel)

    def want(self, since: datetime, kind: str, fact: str, who: str, **columns: Any) -> Want:
        """Somebody is asked."""
        want = Want(kind=kind, fact=fact, source=kind, who=who, team=who if kind == "work" else "", since=since)
        for name, value in columns.items():
            setattr(want, name, value)
        wait = {"mark": wanting.mark(want), "kind": kind, "fact": fact, "item": "", "source": kind, "who": who}
        self.tell(since, "wanted", {"wait": wait}, by=self.by, channel=self.channel)
        self.wants.append(want)
        return want

    def take(self, want: Want, at: datetime, by: str, name: str) -> None:
        """A colleague takes it in hand."""
        want.taken_by, want.taken_at = by, at
        named = {"fact": want.fact, "item": "", "source": want.source, "who": want.who, "name": name}
        self.tell(at, "taken", named, by=by, channel="workbench")

    def answered(self, want: Want, at: datetime, by: str, channel: str) -> None:
        """It was answered."""
        want.closed_at, want.closed_by, want.closed = at, by, "answered"
        named = {"mark": wanting.mark(want), "fact": want.fact, "item": "", "source": want.source, "who": want.who}
        self.tell(at, "answered", named, by=by, channel=channel)

    def effect(
        self, planned: datetime, done: datetime | None, action: str, call: str, payload: dict[str, object],
        gives: dict[str, object] | None = None,
    ) -> None:  # fmt: skip
        """An action, planned and perhaps done."""
        key = f"{self.reference}/{action}//1/do"
        kept = {
            "action": action, "generation": 1, "kind": "do", "call": call,
            "payload": encoding.encode_members(payload), "version": self.loaded.version,
        }  # fmt: skip
        self.tell(planned, "planned", {"key": key, "effect": kept})
        self.tell(planned + TICK, "started", {"key": key})
        if done is None:
            return
        told = encoding.encode_members(gives or {})
        self.tell(done, "done", {"key": key, "action": action, "gives": told, "proof": {"key": key}})
        for fact, value in (gives or {}).items():
            self.say(done, fact, value, source="effect", who=f"system:{call.partition('.')[0]}")

    def promise(self, name: str, start: datetime | None, *, at: datetime, met: datetime | None, now: datetime) -> None:
        """What was promised: from ``start``, told ``at``, and what came of it."""
        within = self.loaded.definition.promises[name].within
        due = self.calendar.add(start, within) + self.paused if start and within else None
        state = "running" if due else "waiting"
        told = {
            "state": state, "after": "" if due else self.loaded.definition.promises[name].start,
            "starts_at": start.isoformat() if start else None, "due": due.isoformat() if due else None,
            "kept_at": None, "broken_at": None, "paused_since": None,
        }  # fmt: skip
        self._say_promise(at, "promised", name, told)
        if due and due < (met or now) and due < now:
            self._say_promise(due, "broken", name, {**told, "state": "broken", "broken_at": due.isoformat()})
        elif met:
            self._say_promise(met, "kept", name, {**told, "state": "kept", "kept_at": met.isoformat()})

    def decide(self, at: datetime, outcome: str) -> None:
        """How it ends."""
        self.tell(at, "decided", {"outcome": outcome})

    def end(self, at: datetime, outcome: str) -> None:
        """It has ended."""
        self.ended = at
        self.tell(at, "ended", {"outcome": outcome})

    def _say_promise(self, at: datetime, kind: str, name: str, told: dict[str, Any]) -> None:
        self.tell(at, kind, {"name": name, "promise": told})

    def written(self, now: datetime) -> tuple[Case, list[timeline.Written]]:
        """The case as it stands, and its timeline; what would lie in the future has not happened."""
        groups = _commits([one for one in self.said if one[0] <= now])
        written, told, sequence, chain = [], [], 0, ""
        for version, (at, by, channel, happenings) in enumerate(groups, start=1):
            lines = timeline.write(
                happenings, reference=self.reference, sequence=sequence, chain=chain, version=version, by=by,
                channel=channel, now=at,
            )  # fmt: skip
            sequence, chain = lines.sequence, lines.chain
            told += [Told(one.kind, one.data, at, version) for one in happenings]
            written.append(lines)
        snapshot = folded(empty_snapshot(), told)
        ended = self.ended if self.ended and self.ended <= now else None
        case = Case(
            reference=self.reference, type_key=self.loaded.key, type_version=self.loaded.version,
            owner=self.loaded.definition.owner, channel=self.channel, state=snapshot["state"],
            outcome=snapshot["outcome"], version=len(groups), sequence=sequence, chain=chain, snapshot=snapshot,
            once=f"{MARK}/{self.loaded.key}/{self.number}", opened_at=self.opened, ended_at=ended,
        )  # fmt: skip
        return case, written

    def effects(self, case: Case) -> list[Effect]:
        """Its rows, as the snapshot tells them."""
        return [
            Effect(
                case=case, key=key, action=told["action"], kind="do", call=told["call"], payload=told["payload"],
                type_version=told["version"], state=told["state"], gives=told.get("gives", {}), attempts=1,
                planned_at=told["planned"], started_at=told.get("started"), settled_at=told.get("settled"),
            )
            for key, told in case.snapshot["effects"].items()
        ]  # fmt: skip


def _commits(
    said: Sequence[tuple[datetime, str, str, Happening]],
) -> list[tuple[datetime, str, str, list[Happening]]]:
    """What was said at one instant is one commit, in the order in which it was told."""
    groups: list[tuple[datetime, str, str, list[Happening]]] = []
    for at, by, channel, happening in sorted(said, key=lambda one: one[0]):
        happening = Happening(kind=happening.kind, data=happening.data, by=by, channel=channel)
        if groups and groups[-1][0] == at:
            groups[-1][3].append(happening)
        else:
            groups.append((at, by, channel, [happening]))
    return groups
