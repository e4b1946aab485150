"""A draft, decided as if it had been sent: what would be asked next, and what a check says. No case is written.

Systems of record are read only for somebody who is signed in: what a visitor typed must not make us tell what we know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from backline.cases.authority import services_of
from backline.cases.deciding import as_if_said, decide
from backline.cases.fittings import fittings
from backline.cases.gathering import kind_of
from backline.cases.models import Case
from backline.cases.said import Said
from backline.cases.storage.happenings import Told, empty_snapshot, folded
from backline.cases.watch import Watch
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Fact
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import Evaluation, Wanted
from backline.engine.record import Assertion
from backline.people.mandates import mandate_for
from backline.people.models import Party
from backline.web.portal import offering, reads
from backline.web.portal.answers import is_later, typed
from backline.web.portal.models import Draft
from backline.web.portal.ordering import in_order
from backline.web.ui.fields import Raw


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """How the draft would stand."""

    evaluation: Evaluation
    asked: tuple[Wanted, ...]
    """What the person who fills it in would be asked now, in the order of the case type"""
    case: Case
    said: Said
    """What was said and found: with the case, all that the evaluation rests on"""
    present: str

    def refusal(self, fact: str) -> str:
        """What a check says of the answer; empty where it holds."""
        state = self.evaluation.facts.get(fact)
        return state.refusals[0] if state and state.refusals else ""

    def counts(self, fact: str) -> bool:
        """Whether the fact plays a part at all as things stand."""
        state = self.evaluation.facts.get(fact)
        return state is None or state.status != "absent"


def rehearse(*, loaded: LoadedType, draft: Draft, answers: Mapping[str, Raw], now: datetime) -> Rehearsal:
    """What would follow from these answers."""
    case = _case(loaded, draft, now)
    present = present_role(loaded, draft)
    evaluation, said = _evaluated(case, loaded, Said(), draft, now)
    told = tuple(_assertions(loaded, draft, answers, evaluation, now))
    if told:
        evaluation, said = _evaluated(case, loaded, Said(assertions=told), draft, now)
    order = {fact.name: position for position, fact in enumerate(in_order(loaded.definition))}
    asks = [w for w in evaluation.wanted if kind_of(w.source) == "ask" and w.who == present and _is_single(loaded, w)]
    if not allowed(loaded, draft, now):
        asks = []
    asked = tuple(sorted(asks, key=lambda w: order.get(w.fact, len(order))))
    return Rehearsal(evaluation=evaluation, asked=asked, case=case, said=said, present=present)


def allowed(loaded: LoadedType, draft: Draft, now: datetime) -> bool:
    """Whether the person may act: for themselves, or by a mandate that runs. Without one, the other is asked first."""
    if draft.party is None or draft.giver is None:
        return True
    words = services_of(loaded.definition)
    return mandate_for(holder=draft.party.pk, giver=draft.giver.pk, services=words, now=now) is not None


def roles(loaded: LoadedType, draft: Draft) -> dict[str, Party]:
    """Who would take part: the one whom the case is for, and the one who acts for them."""
    if draft.party is None:
        return {}
    if draft.giver is None:
        return {loaded.definition.for_: draft.party}
    return {loaded.definition.for_: draft.giver, offering.proxy_role(loaded): draft.party}


def present_role(loaded: LoadedType, draft: Draft) -> str:
    """The role of the person who fills in the draft."""
    return offering.proxy_role(loaded) if draft.giver is not None else loaded.definition.for_


def source_name(fact: Fact) -> str:
    """The first source by which the fact can be asked for or offered."""
    return next((s.kind for s in fact.sources if s.kind in ("ask", "offer")), "ask")


def _case(loaded: LoadedType, draft: Draft, now: datetime) -> Case:
    """A case that is never saved."""
    joined = [Told("joined", {"role": r, "party": party.pk}, now, 1) for r, party in roles(loaded, draft).items()]
    return Case(
        reference=draft.key,
        type_key=loaded.key,
        type_version=loaded.version,
        snapshot=folded(empty_snapshot(), joined),
        opened_at=now,
    )


def _is_single(loaded: LoadedType, want: Wanted) -> bool:
    """Lists are filled on the page of the request, where each item is decided at once."""
    return not want.item and loaded.definition.facts[want.fact].type.kind != "list"


def _evaluated(case: Case, loaded: LoadedType, said: Said, draft: Draft, now: datetime) -> tuple[Evaluation, Said]:
    watch, present = Watch(now), present_role(loaded, draft)
    if draft.party is not None:
        read = Said(assertions=reads.known(draft, loaded, now=now))
        decision = decide(case, loaded, read.and_then(said), watch=watch, present=present)
        said, evaluation = decision.said, decision.evaluation
        reads.keep(draft, said.assertions)
    else:
        evaluation = _as_if_said(case, loaded, said, watch, present)
    while silent := _silent(evaluation, case):
        case.snapshot["waits"] += [_wait(want, now) for want in silent]
        evaluation = _as_if_said(case, loaded, said, watch, present)
    return evaluation, said


def _as_if_said(case: Case, loaded: LoadedType, said: Said, watch: Watch, present: str) -> Evaluation:
    record = as_if_said(case, said, watch=watch, present=present)
    return evaluate(loaded.program, record, now=watch.now(), calendar=fittings().calendar)


def _silent(evaluation: Evaluation, case: Case) -> list[Wanted]:
    """Systems that were not asked, or did not answer: what can be asked of the person does not wait for them."""
    waiting = {(w["fact"], w["item"], w["source"]) for w in case.snapshot["waits"]}
    lookups = (w for w in evaluation.wanted if kind_of(w.source) in ("lookup", "read"))
    return [w for w in lookups if (w.fact, w.item, w.source) not in waiting]


def _wait(want: Wanted, now: datetime) -> dict[str, str]:
    since = (now - timedelta(minutes=1)).isoformat()
    named = {"fact": want.fact, "item": want.item, "source": want.source, "who": want.who}
    return {"kind": "lookup", "mark": "", "since": since, **named}


def _assertions(
    loaded: LoadedType, draft: Draft, answers: Mapping[str, Raw], evaluation: Evaluation, now: datetime
) -> Iterator[Assertion]:
    """The answers that can be read."""
    who = f"party:{draft.party_id}" if draft.party_id else "party:visitor"
    for name, raw in answers.items():
        fact = loaded.definition.facts.get(name)
        if fact is None or raw is None or is_later(raw):
            continue
        value, wrong = typed(fact, raw, loaded, evaluation.facts)
        if value is not None and not wrong:
            yield Assertion(
                id=f"draft-{name}",
                fact=name,
                value=value,
                source=source_name(fact),
                who=who,
                role=present_role(loaded, draft),
                holds_from=now,
                said_at=now,
            )
