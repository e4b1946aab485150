"""What if? The engine's answer to supposed facts: systems are read, nothing is written, no effect is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from backline.cases.asserting import said_by
from backline.cases.deciding import decide
from backline.cases.effects.standing_on import seal_of
from backline.cases.looking_again import read_again
from backline.cases.models import Case
from backline.cases.said import Said
from backline.cases.storage.happenings import Told, empty_snapshot, folded
from backline.cases.storage.snapshotting import snapshot
from backline.cases.watch import Watch
from backline.catalogue import versions
from backline.engine.evaluation import Evaluation
from backline.people.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Supposed:
    """What would follow, and the version of the case that it is true of: "do exactly this" says it with that
    version."""

    evaluation: Evaluation
    version: int
    said: Said
    """What was supposed, with what was found on the way"""

    @property
    def stood_on(self) -> str:
        """The seal of what systems said: "do exactly this" stops where they say something else."""
        return seal_of(self.evaluation)


def suppose(
    *, case: Case, by: Actor, facts: Mapping[str, object], now: datetime, present: str = "", correct: bool = False
) -> Supposed:
    """What would follow if this actor said these facts now. Raises FactsRefused for what can't be taken."""
    loaded = versions.load(case.type_key, case.type_version)
    record = snapshot(case, present=present)
    assertions = said_by(case, loaded, record, facts, by=by, now=now, correct=correct)
    said = Said(assertions=tuple(replace(assertion, supposed=True) for assertion in assertions))
    read = read_again(case, loaded, now=now) if case.pk else Said()
    decision = decide(case, loaded, read.and_then(said), watch=Watch(now), present=present)
    return Supposed(evaluation=decision.evaluation, version=case.version, said=decision.said)


def suppose_opening(
    *,
    type_key: str,
    by: Actor,
    parties: Mapping[str, int],
    facts: Mapping[str, object],
    now: datetime,
    present: str = "",
) -> Supposed:
    """What would follow if this actor opened a case with these facts."""
    loaded = versions.load_current(type_key)
    joined = [Told("joined", {"role": role, "party": party}, now, 0) for role, party in parties.items()]
    case = Case(
        reference="",
        type_key=loaded.key,
        type_version=loaded.version,
        owner=loaded.definition.owner,
        version=0,
        snapshot=folded(empty_snapshot(), joined),
        opened_at=now,
    )
    return suppose(case=case, by=by, facts=facts, now=now, present=present)
