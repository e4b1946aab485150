"""Working on a task: take it, give it back, hand it over with what the next one has to know."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.adding import add_document, add_note, add_participant, add_task, ask_colleague, ask_customer, reply
from backline.cases.answering import in_reach_of, in_team, stands_in
from backline.cases.authority import writes
from backline.cases.changing import change
from backline.cases.competence import able, refuse_unable
from backline.cases.models import Case, Handover, Want
from backline.cases.refusals import NotAllowed, NotOpen, TaskTaken
from backline.cases.said import Said
from backline.cases.storage.happenings import Data, Happening
from backline.cases.storage.recording import Also
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.people.actors import Actor, NoActor, of_number

__all__ = [
    "add_document",
    "add_note",
    "add_participant",
    "add_task",
    "ask_colleague",
    "ask_customer",
    "hand_over",
    "release",
    "reply",
    "take_task",
]


def take_task(*, want: Want, by: Actor, now: datetime, channel: str = "workbench") -> Want:
    """Have a task in hand, so that nobody else does it at the same time. Raises NotAllowed, TaskTaken, NotOpen."""
    if not in_team(by, want.team) and not stands_in(by, want, now=now):
        raise NotAllowed(_("This is a task of another team."))
    refuse_unable(by, want, want.case, versions.load(want.case.type_key, want.case.type_version).definition)

    def also(case: Case) -> None:
        rows = Want.objects.filter(pk=want.pk, closed_at__isnull=True, taken_by__in=in_reach_of(by, want, now=now))
        if not rows.update(taken_by=by.id, taken_at=now):
            raise TaskTaken(_("A colleague was faster."))

    return _told(want, "taken", {"name": by.name}, also, by=by, channel=channel, now=now)


def release(*, want: Want, by: Actor, now: datetime, channel: str = "workbench") -> Want:
    """Give a task back to the team."""
    if want.taken_by != by.id and want.team not in by.leads and not by.has_duty("administrator"):
        raise NotAllowed(_("A colleague has this task in hand."))

    def also(case: Case) -> None:
        Want.objects.filter(pk=want.pk).update(taken_by="", taken_at=None)

    return _told(want, "released", {"name": by.name}, also, by=by, channel=channel, now=now)


def hand_over(
    *,
    want: Want,
    by: Actor,
    context: str,
    now: datetime,
    to_team: str = "",
    to_actor: str = "",
    channel: str = "workbench",
) -> Want:
    """Pass a task to another team or to a colleague (an actor's id), with what they have to know."""
    if not writes(by, want.case):
        raise NotAllowed(_("This request is with another team."))
    if not context.strip():
        raise NotOpen(_("Please say what the next one has to know."))
    if not to_team and not to_actor:
        raise NotOpen(_("Please choose a team or a colleague."))
    _refuse_unable(want, to_team, to_actor)

    def also(case: Case) -> None:
        rows = Want.objects.filter(pk=want.pk, closed_at__isnull=True)
        rows.update(team=to_team or want.team, taken_by=to_actor, taken_at=now if to_actor else None)
        Handover.objects.create(
            want=want, from_actor=by.id, to_team=to_team, to_actor=to_actor, context=context.strip(), at=now
        )

    data = {"name": by.name, "to_team": to_team, "to_actor": to_actor, "context": context.strip()}
    return _told(want, "handed over", data, also, by=by, channel=channel, now=now)


def _refuse_unable(want: Want, to_team: str, to_actor: str) -> None:
    """Raises NotOpen where a colleague to whom a task goes could not do it."""
    if not to_actor.startswith("staff:") or not (want.skill or want.level):
        return
    try:
        colleague = of_number(int(to_actor.removeprefix("staff:")))
    except NoActor:
        raise NotOpen(_("This colleague does not work here any more."))
    if not able(colleague, want, team=to_team or want.team):
        told = {"name": colleague.name}
        raise NotOpen(_("%(name)s can't do this: it needs a skill or a level that they don't have.") % told)


def _told(want: Want, kind: str, data: Data, also: Also, *, by: Actor, channel: str, now: datetime) -> Want:
    """Write what happened to a task that is open; the want as it then is."""

    def say(case: Case, loaded: LoadedType) -> Said:
        if not Want.objects.filter(pk=want.pk, closed_at__isnull=True).exists():
            raise NotOpen(_("This task was answered or is no longer needed."))
        named = {"want": want.pk, "fact": want.fact, "item": want.item, "title": want.title}
        return Said(after=(Happening(kind=kind, data={**named, **data}),))

    change(Case.objects.get(pk=want.case_id), say, by=by, channel=channel, now=now, also=also, at_once=False)
    return Want.objects.select_related("case").get(pk=want.pk)
