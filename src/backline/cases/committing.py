"""One change of a case, decided on all that is known and written in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError

from backline.cases.deciding import decide
from backline.cases.effects.planning import Claim
from backline.cases.models import Case
from backline.cases.refusals import TooBusy
from backline.cases.said import Said
from backline.cases.storage.recording import Also, Change, Overtaken, Recorded, record
from backline.cases.storage.selecting import the
from backline.cases.storage.snapshotting import read_once, read_parties_again
from backline.cases.watch import Watch
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.engine.evaluation import Evaluation
from backline.people.actors import Actor

TRIES = 12
Saying = Callable[[Case, LoadedType], Said]
"""What a door says of the case as it stands; asked again when somebody else was faster"""
Check = Callable[[LoadedType, Evaluation], None]
"""Sees the engine's answer before anything is written, and raises to refuse it"""


@read_once()
def commit(
    case: Case,
    say: Saying,
    *,
    by: Actor,
    channel: str,
    watch: Watch,
    present: str = "",
    check: Check | None = None,
    also: Also | None = None,
    claim: Claim | None = None,
) -> Recorded:
    """Decide and record. Who loses a race reads the case again and decides on both assertions."""
    for _ in range(TRIES):
        loaded = versions.load(case.type_key, case.type_version)
        said = say(case, loaded)
        if said.version:
            loaded = _moved(case, said.version)
        decision = decide(case, loaded, said, watch=watch, present=present)
        if check:
            check(loaded, decision.evaluation)
        change = Change(
            loaded=loaded,
            evaluation=decision.evaluation,
            by=by.id,
            channel=channel,
            now=decision.now,
            after=decision.after,
            happenings=decision.said.happenings(),
            later=decision.later,
            present=present,
            also=also,
            claim=claim,
        )
        try:
            return record(case, change)
        except Overtaken:
            case = _read_again(case)
        except IntegrityError:
            if case.version == 1:
                raise
            case = _read_again(case)
    raise TooBusy(case.reference)


def _moved(case: Case, version: int) -> LoadedType:
    """The other version of its type, under which the case stands from here on."""
    loaded = versions.load(case.type_key, version)
    case.type_version, case.owner = loaded.version, loaded.definition.owner
    return loaded


def _read_again(case: Case) -> Case:
    read_parties_again()
    return the(Case, pk=case.pk)
