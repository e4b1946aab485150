"""What can happen in a case, and what each thing does to the snapshot. The timeline is these, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from backline.cases.storage import encoding
from backline.engine.building import quick
from backline.engine.record import Assertion

Snapshot = dict[str, Any]
Data = dict[str, Any]
Fold = Callable[[dict[str, Any], dict[str, Any], str, int], None]


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One thing that happened, not yet written down. ``by`` and ``channel`` are those of the whole change when
    empty."""

    kind: str
    data: Data = field(default_factory=dict)
    by: str = ""
    channel: str = ""
    holds_from: datetime | None = None
    """The time that it is about, where that is not the time it is written down"""


def asserted(
    assertion: Assertion, *, name: str = "", reason: str = "", place: Data | None = None, channel: str = ""
) -> Happening:
    """Somebody said something of a fact; ``name`` is how that actor is called now, ``place`` where
    it was read."""
    data: Data = {"assertion": encode_assertion(assertion)}
    if name:
        data["name"] = name
    if reason:
        data["reason"] = reason
    if place:
        data["place"] = place
    return Happening(
        kind="asserted",
        data=data,
        by=assertion.who,
        channel=channel,
        holds_from=assertion.holds_from,
    )


def encode_assertion(assertion: Assertion) -> Data:
    """An assertion as it lies in the timeline and in the snapshot; what is usual is left out."""
    data: Data = {
        "id": assertion.id,
        "fact": assertion.fact,
        "value": encoding.encode(assertion.value),
        "source": assertion.source,
        "who": assertion.who,
        "holds": assertion.holds_from.isoformat(),
        "said": assertion.said_at.isoformat(),
    }
    if assertion.basis is not None:
        data["basis"] = encoding.encode_members(assertion.basis)
    if assertion.replaces:
        data["replaces"] = list(assertion.replaces)
    unusual = {"item": "", "role": "", "correction": False, "confidence": 1.0}
    data.update({k: getattr(assertion, k) for k, usual in unusual.items() if getattr(assertion, k) != usual})
    return data


def empty_snapshot() -> Snapshot:
    """Of a case in which nothing has happened."""
    return {
        "state": "open",
        "outcome": "",
        "parties": {},
        "assertions": [],
        "effects": {},
        "waits": [],
        "promises": {},
    }


class Told(NamedTuple):
    """A happening as it is written down: when, and with which version of the case."""

    kind: str
    data: Data
    at: datetime
    version: int


def folded(snapshot: Snapshot, happened: Iterable[Told]) -> Snapshot:
    """The snapshot after these things have happened, in their order. The given one is left as it is."""
    after = _copied(snapshot)
    for told in happened:
        if fold := FOLDS.get(told.kind):
            fold(after, told.data, told.at.isoformat(), told.version)
    return after


def _copied(snapshot: Snapshot) -> Snapshot:
    """A snapshot that the folds may change: they add, and set keys of one wait, effect or promise, never deeper."""
    return {
        **snapshot,
        "parties": {role: list(holders) for role, holders in snapshot["parties"].items()},
        "assertions": list(snapshot["assertions"]),
        "effects": {key: dict(effect) for key, effect in snapshot["effects"].items()},
        "waits": [dict(wait) for wait in snapshot["waits"]],
        "promises": {name: dict(promise) for name, promise in snapshot["promises"].items()},
    }


def _joined(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    holders = snapshot["parties"].setdefault(data["role"], [])
    if data["party"] not in holders:
        holders.append(data["party"])


def _left(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    holders = snapshot["parties"].get(data["role"], [])
    if data["party"] in holders:
        holders.remove(data["party"])


def _asserted(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    snapshot["assertions"].append({**data["assertion"], "in": version})


def _wanted(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    snapshot["waits"].append({**data["wait"], "since": at})


def _waited(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    for wait in _open_waits(snapshot, data):
        wait["until"] = at


def _reminded(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    for wait in _open_waits(snapshot, data):
        wait["remind"] = wait.get("remind", [])[1 + data.get("missed", 0) :]


def _planned(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    snapshot["effects"][data["key"]] = {**data["effect"], "state": "planned", "planned": at}


def _effect(state: str, time: str) -> Fold:
    """What a happening of that kind does to its effect; ``time`` names the instant that it sets."""

    def fold(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
        effect = snapshot["effects"][data["key"]]
        effect["state"] = state
        effect.update({k: data[k] for k in ("gives", "refusal", "reason", "not_before", "planned") if k in data})
        if time and not (time == "started" and "started" in effect):
            effect[time] = at

    return fold


def _promise(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    snapshot["promises"].setdefault(data["name"], {}).update(data["promise"])


def _promised_again(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    for name in data["promises"]:
        snapshot["promises"][name].update(state="again", kept_at=None)


def _held(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    snapshot["held"] = dict(data["promises"])


def _decided(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    snapshot["outcome"] = data["outcome"]


def _closed(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    snapshot["closed"] = data.get("reason", "")
    if "into" in data:
        snapshot["into"] = data["into"]


def _reopened(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    snapshot.pop("closed", None)
    snapshot.pop("into", None)
    snapshot["state"] = "open"


def _merged(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    """What was made in the other case stands here, too, and is marked as its."""
    snapshot["effects"].update(data["effects"])
    kept = {name: data[name] for name in ("rows", "brought", "owed")}
    others = snapshot.get("merged", {})
    snapshot["merged"] = {**others, data["case"]: {**kept, "effects": sorted(data["effects"]), "in": version}}


def _unmerged(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
    """All that came with it goes; what was said since stays."""
    others = dict(snapshot["merged"])
    gone = others.pop(data["case"])
    brought = frozenset(gone["brought"])
    snapshot["assertions"] = [one for one in snapshot["assertions"] if one["id"] not in brought]
    for key in gone["effects"]:
        del snapshot["effects"][key]
    if others:
        snapshot["merged"] = others
    else:
        del snapshot["merged"]


def _state(state: str) -> Fold:
    def fold(snapshot: Snapshot, data: Data, at: str, version: int) -> None:
        snapshot["state"] = state

    return fold


def _open_waits(snapshot: Snapshot, data: Data) -> list[Data]:
    """The waits that go on for what ``data`` names."""
    return [w for w in snapshot["waits"] if w["mark"] == data["mark"] and not w.get("until")]


FOLDS: dict[str, Fold] = {
    "joined": _joined,
    "left": _left,
    "asserted": _asserted,
    "brought": _asserted,
    "wanted": _wanted,
    "answered": _waited,
    "no longer wanted": _waited,
    "silence": _waited,
    "reminded": _reminded,
    "planned": _planned,
    "started": _effect("started", "started"),
    "again": _effect("planned", ""),
    "unclear": _effect("unknown", ""),
    "done": _effect("done", "settled"),
    "refused": _effect("refused", "settled"),
    "failed": _effect("failed", "settled"),
    "given up": _effect("given up", "settled"),
    "promised": _promise,
    "kept": _promise,
    "broken": _promise,
    "promised again": _promised_again,
    "held": _held,
    "decided": _decided,
    "ended": _state("ended"),
    "closed": _closed,
    "reopened": _reopened,
    "merged": _merged,
    "unmerged": _unmerged,
    "stuck": _state("stuck"),
    "unstuck": _state("open"),
}
"""Kinds that change what an evaluation reads. Others only tell: opened, noted, taken, handed over, document,
message."""
