"""A case as one reader sees it. Looking is logged with its purpose, and what the reader may not see is not there."""

from __future__ import annotations

from datetime import datetime

from backline.cases.models import Case, Handover
from backline.cases.showing import viewing_facts, viewing_history, viewing_steps, viewing_work
from backline.cases.showing.look import Look, look_at
from backline.cases.showing.views import CaseView, PartyView
from backline.people.actors import Actor
from backline.people.looking import log_look


def view_case(
    *, case: Case, by: Actor, purpose: str, language: str, now: datetime, zone: str = "", log: bool = True
) -> CaseView:
    """The case for this reader, who looks at it for ``purpose``. ``log`` is False for a part of a page just shown."""
    view = _view(look_at(case, by, language=language, zone=zone, now=now), by)
    if log:
        log_looks(case, by, purpose=purpose, what="case", now=now)
    return view


def documents_seen(*, case: Case, by: Actor, now: datetime) -> frozenset[int]:
    """The documents of the case that this reader may have."""
    look = look_at(case, by, language="", zone="", now=now)
    return frozenset(document.id for document in viewing_history.document_views(look))


def log_looks(case: Case, by: Actor, *, purpose: str, what: str, now: datetime) -> None:
    """Note that this actor saw data of those whom the case is about; looking at one's own is not noted."""
    if by.kind == "system":
        return
    for party in sorted({holder for holders in case.snapshot["parties"].values() for holder in holders}):
        if party != by.party_id:
            log_look(by=by, party=party, purpose=purpose, what=what, case=case.reference, now=now)


def _view(look: Look, by: Actor) -> CaseView:
    case, words, texts = look.case, look.words, look.loaded.texts
    worker = look.reader.audience == "worker"
    wants = viewing_work.want_views(look, by)
    facts = viewing_facts.fact_views(look, by)
    outcome = look.evaluation.outcome or case.outcome
    return CaseView(
        reference=case.reference,
        type_key=case.type_key,
        type_version=case.type_version,
        title=texts.title(words.language),
        state=case.state,
        outcome=outcome,
        outcome_label=texts.outcome(outcome, words.language) if outcome else "",
        say=viewing_facts.say(look, outcome),
        owner=case.owner,
        channel=case.channel,
        version=case.version,
        opened_at=case.opened_at,
        ended_at=case.ended_at,
        wake=case.wake_at,
        audience=look.reader.audience,
        roles=tuple(sorted(look.reader.roles)),
        pending=look.reader.pending,
        facts=facts,
        questions=tuple(want for want in wants if want.mine and want.kind in ("ask", "question")),
        wanted=tuple(want for want in wants if want.fact and want.kind not in ("settle", "exception")),
        tasks=tuple(want for want in wants if worker and want.kind in viewing_work.TASKS),
        offers=viewing_facts.offer_views(look),
        promises=viewing_work.promise_views(look),
        timeline=viewing_history.timeline(look),
        documents=viewing_history.document_views(look),
        parties=_parties(look),
        effects=viewing_work.effect_views(look),
        steps=viewing_steps.step_views(look),
        related=viewing_history.related(look, by),
        handovers=Handover.objects.filter(want__case=case).count() if worker else 0,
    )


def _parties(look: Look) -> tuple[PartyView, ...]:
    """Who takes part. Who acts without a mandate sees themselves alone."""
    own = look.reader.actor.party_id
    order = {role: position for position, role in enumerate(look.loaded.definition.roles)}
    return tuple(
        PartyView(
            role=role,
            label=look.loaded.texts.role(role, look.words.language),
            party=int(row.id),
            name=str(row.get("name") or ""),
        )
        for role, rows in sorted(look.record.parties.items(), key=lambda held: order.get(held[0], len(order)))
        for row in rows
        if not look.reader.pending or int(row.id) == own
    )
