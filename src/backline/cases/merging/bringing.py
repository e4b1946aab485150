"""What one case brings along when it goes on in another one: what people said, what was made, what was promised.

Systems are asked again where that matters, and what was made in both stays as it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backline.cases.facts import NoSuchFact, declared
from backline.cases.gathering import kind_of
from backline.cases.merging.merged_cases import rows_of
from backline.cases.models import Case, EntryPayload, FiledDocument
from backline.cases.storage.happenings import Data, Happening
from backline.cases.storage.snapshotting import decode_effect
from backline.catalogue.versions import LoadedType
from backline.engine.reconciling import LASTING, Key, histories
from backline.engine.record import CaseRecord

BY_THEMSELVES = ("lookup", "memory")
"""The case that goes on finds these out itself"""
MADE = ("done", "given up")
UNSETTLED = ("planned", "started", "unknown")


@dataclass(frozen=True, kw_only=True)
class Brought:
    """All that comes along."""

    of: str
    """The reference of the case that brings it"""
    said: tuple[Happening, ...]
    left: tuple[Data, ...]
    """Assertions of facts that the type of the other case does not know"""
    joined: tuple[Happening, ...]
    effects: Mapping[str, Data]
    doubled: tuple[Key, ...]
    """Made in both: the one of the other case stands, and somebody has to look"""
    owed: Mapping[str, str]
    documents: tuple[int, ...]
    rows: tuple[int, ...]

    def happenings(self, *, reason: str, name: str) -> tuple[Happening, ...]:
        """What the timeline of the case that goes on says of it."""
        data = {
            "case": self.of,
            "reason": reason,
            "name": name,
            "rows": list(self.rows),
            "brought": [one.data["assertion"]["id"] for one in self.said],
            "effects": dict(self.effects),
            "owed": dict(self.owed),
            "documents": list(self.documents),
            "joined": [one.data for one in self.joined],
        }
        return (*self.joined, *self.said, Happening(kind="merged", data=data))


def what_comes(*, kept: Case, gone: Case, loaded: LoadedType) -> Brought:
    """What ``gone`` brings into ``kept``, which is of the type ``loaded``."""
    effects, doubled = _effects(kept, gone, loaded)
    made = {action for action, _item in _keys(effects)}
    told, known = _told(gone), {one["id"] for one in kept.snapshot["assertions"]}
    coming = [one for one in gone.snapshot["assertions"] if one["id"] not in known and _comes(one, loaded, made)]
    there = [one for one in coming if _is_known(one, loaded)]
    return Brought(
        of=gone.reference,
        said=tuple(_brought(one, gone.reference, told) for one in there),
        left=tuple(one for one in coming if not _is_known(one, loaded)),
        joined=tuple(_joined(kept, gone)),
        effects=effects,
        doubled=doubled,
        owed=_owed(gone, loaded),
        documents=tuple(FiledDocument.objects.filter(case=gone).order_by("pk").values_list("document_id", flat=True)),
        rows=rows_of(gone),
    )


def unsettled(case: Case) -> set[Key]:
    """Action and item of the effects that are under way."""
    effects: Mapping[str, Data] = case.snapshot["effects"]
    return _keys({key: one for key, one in effects.items() if one["state"] in UNSETTLED})


def _comes(said: Data, loaded: LoadedType, made: set[str]) -> bool:
    """What people and documents said; what an effect gave, with the effect."""
    kind, value = kind_of(said["source"]), said["value"]
    if kind == "effect":
        return any(said["fact"] in action.gives for name, action in loaded.program.by_name.items() if name in made)
    return kind not in BY_THEMSELVES and not (isinstance(value, dict) and "failure" in value)


def _is_known(said: Data, loaded: LoadedType) -> bool:
    try:
        declared(loaded.definition, said["fact"], said.get("item", ""))
    except NoSuchFact:
        return False
    return True


def _brought(said: Data, of: str, told: Mapping[str, Data]) -> Happening:
    """The assertion as it was made: by whom, when, why, and where it was read."""
    assertion = {name: value for name, value in said.items() if name != "in"}
    about = {name: value for name, value in told.get(said["id"], {}).items() if name in ("name", "reason", "place")}
    return Happening(
        kind="brought",
        data={"assertion": assertion, **about, "of": of},
        by=said["who"],
        holds_from=datetime.fromisoformat(said["holds"]),
    )


def _told(case: Case) -> dict[str, Data]:
    """What the timelines say of each assertion, by its id."""
    rows = EntryPayload.objects.filter(case__in=rows_of(case), erased_at=None).values_list("data", flat=True)
    return {data["assertion"]["id"]: data for data in rows if "assertion" in data}


def _joined(kept: Case, gone: Case) -> Iterator[Happening]:
    """Those who take part there and not here."""
    there: Mapping[str, list[int]] = kept.snapshot["parties"]
    for role, parties in gone.snapshot["parties"].items():
        for party in parties:
            if party not in there.get(role, ()):
                yield Happening(kind="joined", data={"role": role, "party": party})


def _effects(kept: Case, gone: Case, loaded: LoadedType) -> tuple[dict[str, Data], tuple[Key, ...]]:
    """What was made there, after the generations that were tried here; and what was made in both."""
    coming: dict[str, Data] = {}
    doubled: list[Key] = []
    here, there = _made(kept), _made(gone)
    for key, data in gone.snapshot["effects"].items():
        action, of = loaded.program.by_name.get(data["action"]), (data["action"], data.get("item", ""))
        if action is None or data["state"] not in MADE:
            continue
        if of in here and here[of].exists:
            if of in there and there[of].exists and action.kind not in LASTING and of not in doubled:
                doubled.append(of)
            continue
        last = here[of].last if of in here else None
        generation = data["generation"] + (last.generation if last else 0)
        coming[key] = {**data, "generation": generation, "of": gone.reference}
    return coming, tuple(doubled)


def _made(case: Case) -> Mapping[Key, Any]:
    rows = tuple(decode_effect(data) for data in case.snapshot["effects"].values())
    return histories(CaseRecord(opened_at=case.opened_at, effects=rows))


def _keys(effects: Mapping[str, Data]) -> set[Key]:
    return {(one["action"], one.get("item", "")) for one in effects.values()}


def _owed(gone: Case, loaded: LoadedType) -> dict[str, str]:
    """By when it was promised there."""
    promises: Mapping[str, Data] = gone.snapshot["promises"]
    known = loaded.definition.promises
    return {name: told["due"] for name, told in promises.items() if name in known and told.get("due")
            and told["state"] != "kept"}  # fmt: skip
