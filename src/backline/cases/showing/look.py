"""What one look at a case is made from, read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from backline.cases.fittings import fittings
from backline.cases.models import Case, Entry, Want
from backline.cases.showing.entries_together import read_entries, read_together
from backline.cases.showing.hiding import Reader, reader_of
from backline.cases.showing.naming import names_of
from backline.cases.showing.wording import Words, zone_or_utc
from backline.cases.storage.selecting import several
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import Evaluation
from backline.engine.record import Assertion, CaseRecord
from backline.people.actors import Actor

FOR_SOMEBODY = ("ask", "offer")


@dataclass(frozen=True)
class Look:
    """A case, its type, its evaluation now, and who reads it in what words."""

    case: Case
    loaded: LoadedType
    record: CaseRecord
    evaluation: Evaluation
    reader: Reader
    words: Words
    now: datetime

    @cached_property
    def assertions(self) -> dict[str, Assertion]:
        """Everything that was said, by id."""
        return {said.id: said for said in self.record.assertions}

    @cached_property
    def entries(self) -> list[tuple[Entry, dict[str, Any] | None]]:
        """The timeline with its payloads, None for those that were erased; with what happened in cases that go on in
        this one."""
        if "merged" in self.case.snapshot:
            return read_together(self.case, worker=self.reader.audience == "worker")
        return read_entries(self.case.pk)

    @cached_property
    def told(self) -> dict[str, dict[str, Any]]:
        """What the timeline says of each assertion beyond the assertion itself: reason, place."""
        payloads = (data for entry, data in self.entries if entry.kind == "asserted" and data)
        return {data["assertion"]["id"]: data for data in payloads}

    @cached_property
    def channels(self) -> dict[str, str]:
        """By which channel each assertion came, by its id."""
        asserted = ((entry, data) for entry, data in self.entries if entry.kind == "asserted" and data)
        return {data["assertion"]["id"]: entry.channel for entry, data in asserted}

    def source_words(self, source: str, by: str, assertion: str) -> str:
        """Where a value comes from, as this reader reads it; what a colleague notes for a customer is told as noted."""
        said = self.assertions.get(assertion)
        if by.startswith("staff:") and source.partition("#")[0] in FOR_SOMEBODY:
            role = said.role if said else ""
            own = (role in self.reader.roles) if self.reader.audience == "customer" else None
            return self.words.noted(self.names.get(by, ""), self.channels.get(assertion, ""), own=own)
        return self.words.source(source, self.names.get(by, ""))

    @cached_property
    def names(self) -> dict[str, str]:
        """How everybody is called who did something here."""
        actors = {entry.actor for entry, _data in self.entries} | {said.who for said in self.record.assertions}
        actors |= {want.taken_by for want in several(Want, case=self.case.pk) if want.taken_by}
        return names_of(actors)


def look_at(case: Case, by: Actor, *, language: str, zone: str, now: datetime) -> Look:
    """Read and evaluate the case for this reader."""
    loaded = versions.load(case.type_key, case.type_version)
    record = snapshot(case)
    return Look(
        case=case,
        loaded=loaded,
        record=record,
        evaluation=evaluate(loaded.program, record, now=now, calendar=fittings().calendar),
        reader=reader_of(by, case, loaded.definition, now=now),
        words=Words(loaded=loaded, language=language, zone=zone_or_utc(zone or fittings().zone)),
        now=now,
    )
