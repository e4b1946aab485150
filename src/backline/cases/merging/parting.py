"""What was said and made in a case since another one goes on in it, for when the two are parted again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from backline.cases.gathering import kind_of
from backline.cases.models import Case, Entry, EntryPayload
from backline.cases.storage import heads
from backline.cases.storage.happenings import Data, Happening
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue.versions import LoadedType

BY_PEOPLE = ("ask", "offer", "work", "settle")


def said_since(kept: Case, reference: str) -> list[Data]:
    """What people said here since the case of this reference goes on in it, and nothing replaced."""
    other = kept.snapshot["merged"][reference]
    replaced = {one for said in kept.snapshot["assertions"] for one in said.get("replaces", ())}
    brought = {one for merged in kept.snapshot["merged"].values() for one in merged["brought"]}
    return [
        said
        for said in kept.snapshot["assertions"]
        if said.get("in", 0) > other["in"] and said["id"] not in replaced | brought
        and kind_of(said["source"]) in BY_PEOPLE
    ]  # fmt: skip


def said_again(kept: Case, gone: Case, chosen: Collection[str]) -> Iterator[Happening]:
    """These of what was said since, as they are said in the other case."""
    record = snapshot(gone)
    for said in said_since(kept, gone.reference):
        if said["id"] not in chosen:
            continue
        replaces = [one.id for one in heads.standing(record, said["fact"], said.get("item", ""))]
        unlike = {name: value for name, value in said.items() if name not in ("in", "replaces", "correction")}
        assertion = {**unlike, **({"replaces": replaces} if replaces else {})}
        yield Happening(
            kind="asserted",
            data={"assertion": assertion, "from": kept.reference},
            by=said["who"],
            holds_from=datetime.fromisoformat(said["holds"]),
        )


def meant_for(kept: Case, gone: Case) -> Iterator[Happening]:
    """Messages that came here, and were written to the other case."""
    since = gone.sequence and kept.snapshot["merged"][gone.reference]["in"]
    rows = EntryPayload.objects.filter(case=kept, data__meant=gone.reference).order_by("sequence")
    entries = {one.sequence: one for one in Entry.objects.filter(case=kept, kind="message", version__gt=since)}
    for row in rows:
        if entry := entries.get(row.sequence):
            yield Happening(
                kind="message", data=row.data, by=entry.actor, channel=entry.channel, holds_from=entry.holds_from
            )


def changed_since(kept: Case, reference: str, loaded: LoadedType) -> list[str]:
    """Actions of the other case that were changed or taken back here."""
    effects = kept.snapshot["effects"]
    brought = [effects[key] for key in kept.snapshot["merged"][reference]["effects"]]
    latest: dict[tuple[str, str], int] = {}
    for one in brought:
        of = (one["action"], one.get("item", ""))
        latest[of] = max(latest.get(of, 0), one["generation"])
    later = [one["action"] for one in effects.values() if "of" not in one
             and one["generation"] > latest.get((one["action"], one.get("item", "")), one["generation"])]  # fmt: skip
    return sorted({loaded.texts.action(action, "") for action in later})
