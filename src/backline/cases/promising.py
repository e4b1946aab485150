"""What the customer was told, compared with what was told before: kept and broken are said once and stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backline.cases.models import Case, PromiseRow
from backline.cases.storage.happenings import Data, Happening, Snapshot
from backline.cases.storage.statements import insert
from backline.engine.building import quick
from backline.engine.evaluation import Evaluation, PromiseStatus

TIMES = ("starts_at", "due", "kept_at", "broken_at", "paused_since")


@quick
@dataclass(frozen=True, kw_only=True)
class Promising:
    """Promises of which something else is to be said now."""

    said: dict[str, Data]
    new: frozenset[str]

    def happenings(self) -> list[Happening]:
        """What the timeline says of it: ``kept`` or ``broken`` once, otherwise ``promised``."""
        return [Happening(kind=_kind(told), data={"name": name, "promise": told}) for name, told in self.said.items()]

    def write(self, case: Case) -> None:
        """Insert and change the rows."""
        rows = [
            PromiseRow(case=case, name=name, **_columns(told)) for name, told in self.said.items() if name in self.new
        ]
        insert(rows)
        for name, told in self.said.items():
            if name not in self.new:
                PromiseRow.objects.filter(case=case, name=name).update(**_columns(told))


def compare(snapshot: Snapshot, evaluation: Evaluation, *, now: datetime) -> Promising:
    """Which promises differ from what the snapshot says of them."""
    before: dict[str, Data] = snapshot["promises"]
    after = {status.name: _told(status, before.get(status.name, {}), now) for status in evaluation.promises}
    said = {name: told for name, told in after.items() if told != before.get(name)}
    return Promising(said=said, new=frozenset(said) - frozenset(before))


def open_promises(snapshot: Snapshot) -> Iterable[str]:
    """Names of promises that are neither kept nor broken."""
    return [name for name, told in snapshot["promises"].items() if told["state"] not in ("kept", "broken")]


def _told(status: PromiseStatus, before: Data, now: datetime) -> Data:
    """The promise as a snapshot keeps it. Once broken it stays so, also when it is kept afterwards."""
    told: Data = {"state": status.state, "after": status.after}
    told["starts_at"] = _text(status.starts_at)
    told["due"] = _text(status.due)
    told["kept_at"] = before.get("kept_at")
    told["broken_at"] = before.get("broken_at")
    told["paused_since"] = (before.get("paused_since") or now.isoformat()) if status.state == "paused" else None
    if status.state in ("kept", "broken"):
        told[f"{status.state}_at"] = told[f"{status.state}_at"] or _text(status.settled_at or now)
    if told["broken_at"]:
        told["state"] = "broken"
    return told


def _kind(told: Data) -> str:
    return str(told["state"]) if told["state"] in ("kept", "broken") else "promised"


def _columns(told: Data) -> Data:
    times = {name: datetime.fromisoformat(told[name]) if told[name] else None for name in TIMES}
    return {"state": told["state"], "after": told["after"], **times}


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
