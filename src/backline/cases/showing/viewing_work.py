"""What a case waits for, what is done for it, and what was promised, as a reader sees it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backline.cases.answering import in_team, may_answer
from backline.cases.effects.coming_back import CAME_BACK
from backline.cases.facts import outermost, path
from backline.cases.gathering import AUTOMATIC, kind_of
from backline.cases.merging.merged_cases import rows_of
from backline.cases.models import Effect, Want
from backline.cases.refusals import Refusal
from backline.cases.showing.look import Look
from backline.cases.showing.views import EffectView, PromiseView, WantView
from backline.engine.evaluation import Wanted
from backline.people.actors import Actor

TASKS = ("work", "settle", "exception", "free", "colleague")


def want_views(look: Look, by: Actor) -> tuple[WantView, ...]:
    """All that is open: rows, and what only systems have to give."""
    rows = Want.objects.filter(case=look.case, closed_at__isnull=True).order_by("since", "pk")
    views = [_want(look, by, want) for want in rows if _seen(look, want)]
    if look.reader.audience == "worker":
        views += [_automatic(look, wanted) for wanted in look.evaluation.wanted if kind_of(wanted.source) in AUTOMATIC]
    return tuple(views)


def promise_views(look: Look) -> tuple[PromiseView, ...]:
    """The promises as they stand now; what was broken stays broken."""
    told = look.case.snapshot["promises"]
    views = []
    for status in look.evaluation.promises:
        state = "broken" if told.get(status.name, {}).get("broken_at") else status.state
        views.append(
            PromiseView(
                name=status.name,
                label=look.loaded.texts.promise(status.name, look.words.language),
                state=state,
                words=look.words.promise(state, status.due, status.after),
                due=status.due,
                after=status.after,
            )
        )
    return tuple(views)


def effect_views(look: Look) -> tuple[EffectView, ...]:
    """What is done and was done outside the case; to customers without proofs and reasons."""
    worker = look.reader.audience == "worker"
    if look.reader.pending:
        return ()
    return tuple(
        EffectView(
            id=row.pk,
            key=row.key,
            action=row.action,
            label=look.loaded.texts.action(row.action, look.words.language),
            kind=row.kind,
            state=row.state,
            words=look.words.effect_of(row.state, row.kind, row.call, now=look.now, colleague=worker),
            refusal=row.refusal if worker else "",
            reason=row.reason if worker else "",
            attempts=row.attempts if worker else 0,
            planned_at=row.planned_at,
            settled_at=row.settled_at,
            proof=row.proof if worker else {},
        )
        for row in Effect.objects.filter(case__in=rows_of(look.case)).order_by("planned_at", "pk")
    )


def _want(look: Look, by: Actor, want: Want) -> WantView:
    label = want.title or (look.words.label(want.fact, want.item) if want.fact else "")
    return WantView(
        id=want.pk,
        kind=want.kind,
        fact=want.fact,
        item=want.item,
        path=path(want.fact, want.item),
        label=_exception(look, want) if want.kind == "exception" else _asked(look, want) or label,
        help=look.loaded.texts.help(want.fact, look.words.language) if want.fact else "",
        detail=want.detail,
        source=want.source,
        who=want.who,
        who_words=_who(look, want),
        team=want.team,
        skill=want.skill,
        level=want.level,
        shows=tuple(want.shows),
        since=want.since,
        due=want.due,
        taken_by=want.taken_by,
        taken_by_name=look.names.get(want.taken_by, ""),
        mine=_mine(look, by, want),
        optional=want.optional,
        waits_for=_waits_for(look),
        promise=_promise(look),
    )


def _automatic(look: Look, wanted: Wanted) -> WantView:
    return WantView(
        kind=kind_of(wanted.source),
        fact=wanted.fact,
        item=wanted.item,
        path=path(wanted.fact, wanted.item),
        label=look.words.label(wanted.fact, wanted.item),
        source=wanted.source,
        detail=look.words.waits_for(wanted.call, now=look.now),
        who=wanted.call,
        who_words=wanted.call,
    )


def _seen(look: Look, want: Want) -> bool:
    """A customer sees what they are asked, and that somebody else is awaited, as far as the fact is for their eyes."""
    if look.reader.audience == "worker":
        return True
    if want.kind == "question":
        return want.who in look.reader.roles
    if want.kind not in ("ask", "work", "event"):
        return False
    fact = outermost(look.loaded.definition, want.fact, want.item)
    return fact is not None and look.reader.sees(fact)


def _mine(look: Look, by: Actor, want: Want) -> bool:
    if want.kind == "question":
        return want.who in look.reader.roles
    if want.kind == "colleague":
        return by.id == want.who or bool(want.team and in_team(by, want.team))
    if want.kind == "free":
        return in_team(by, want.team)
    if want.kind == "event":
        return False
    try:
        may_answer(by, want, look.case, look.loaded.definition, now=look.now)
    except Refusal:
        return False
    return True


def _asked(look: Look, want: Want) -> str:
    """How the one who is asked reads it, where the type has words of its own for that."""
    if not want.fact or want.item or want.kind not in ("ask", "work"):
        return ""
    return look.loaded.texts.asked(want.fact, want.source, look.words.language)


def _exception(look: Look, want: Want) -> str:
    about = look.loaded.texts.action(want.fact.rpartition("/")[2], look.words.language)
    if want.source == "effect failed" and want.detail == CAME_BACK:
        return _("Find the right address: %(about)s") % {"about": about}
    words = {
        "stuck": _("Nobody is asked and no outcome is reached"),
        "no undo": _("Has to be undone by hand: %(about)s"),
        "no amend": _("Has to be changed by hand: %(about)s"),
        "effect failed": _("Did not work: %(about)s"),
        "refused": _("Was refused: %(about)s"),
    }
    text = words.get(want.source, want.source)
    return text % {"about": about} if "%(about)s" in text else text


def _who(look: Look, want: Want) -> str:
    if want.kind in ("ask", "question"):
        return look.loaded.texts.role(want.who, look.words.language)
    return want.team or want.who


def _waits_for(look: Look) -> str:
    """The customer at the end of the line."""
    rows = look.record.parties.get(look.loaded.definition.for_, ())
    return ", ".join(str(row.get("name") or "") for row in rows) if look.reader.audience == "worker" else ""


def _promise(look: Look) -> str:
    """The most pressing promise that is not settled."""
    pressing = [(s.due, s) for s in look.evaluation.promises if s.due and s.state in ("running", "at risk", "paused")]
    if not pressing:
        return ""
    first = min(pressing, key=lambda pair: pair[0])[1]
    label = look.loaded.texts.promise(first.name, look.words.language)
    return f"{label}: {look.words.promise(first.state, first.due, first.after)}"
