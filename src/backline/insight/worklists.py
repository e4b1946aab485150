"""What people have to do: open tasks with who waits for them and which promise hangs on them, the pressing first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Case as When_
from django.db.models import F, FloatField, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from backline.cases.competence import able
from backline.cases.models import CaseParty, PromiseRow, Want
from backline.cases.showing.naming import names_of
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.insight.models import Forecast
from backline.insight.questions import question_of
from backline.people import levels
from backline.people.actors import Actor

KINDS = ("work", "settle", "exception", "free", "colleague")
PRESSING = ("broken", "at risk", "running")
SOON = timedelta(hours=8)
UNSURE = 0.7
"""A promise that is less likely to be kept is at risk, however far its due time is"""
Risk = Literal["late", "at risk", "running", "none"]


@dataclass(frozen=True, kw_only=True)
class WorkLine:
    """One task as a list shows it."""

    id: int
    kind: str
    question: str
    type_key: str
    type_title: str
    reference: str
    customer: str
    """Who waits"""
    team: str
    skill: str
    level: str
    needs: str
    """What the reader lacks for it, in words; empty for nothing"""
    taken_by: str
    taken_by_name: str
    since: datetime
    promise: str
    """What was promised that hangs on it"""
    due: datetime | None
    risk: Risk
    keeps: int | None = None
    """How likely the promise is kept, in per cent, as alike cases tell; None where it is late, or nothing is known"""


def open_work(by: Actor) -> QuerySet[Want]:
    """The open tasks of this colleague's teams, their own, and questions to them; for administrators, all."""
    rows = Want.objects.filter(kind__in=KINDS, closed_at__isnull=True)
    if by.has_duty("administrator"):
        return rows
    return rows.filter(Q(team__in=by.teams) | Q(taken_by=by.id) | Q(kind="colleague", who=by.id))


def pressing_first(rows: QuerySet[Want], *, now: datetime) -> QuerySet[Want]:
    """What is late, then at risk, the least likely to be kept first, then by its due time, then the oldest."""
    promises = PromiseRow.objects.filter(case=OuterRef("case"), state__in=PRESSING, due__isnull=False).order_by("due")
    rows = rows.annotate(
        promise_name=Subquery(promises.values("name")[:1]),
        promise_state=Subquery(promises.values("state")[:1]),
        hangs_due=Coalesce(Subquery(promises.values("due")[:1]), F("due")),
    )
    foretold = Forecast.objects.filter(case=OuterRef("case"), promise=OuterRef("promise_name"), keeps__isnull=False)
    rows = rows.annotate(keeps=Subquery(foretold.values("keeps")[:1], output_field=FloatField()))
    rank = When_(
        When(Q(promise_state="broken") | Q(hangs_due__lte=now), then=Value(0)),
        When(Q(promise_state="at risk") | Q(hangs_due__lte=now + SOON) | Q(keeps__lt=UNSURE), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    likely = When_(When(rank=1, keeps__isnull=False, then=F("keeps")), default=Value(1.0), output_field=FloatField())
    by_due = F("hangs_due").asc(nulls_last=True)
    return rows.annotate(rank=rank, likely=likely).order_by("rank", "likely", by_due, "since", "pk")


def lines(rows: Iterable[Want], *, by: Actor, language: str, now: datetime) -> list[WorkLine]:
    """These tasks (of ``pressing_first``) in words, as this colleague reads them."""
    wants = list(rows)
    customers, names = _customers(wants), names_of({want.taken_by for want in wants if want.taken_by})
    return [_line(want, by, customers, names, language, now) for want in wants]


def risk_of(state: str, due: datetime | None, now: datetime, keeps: float | None = None) -> Risk:
    """How a promise that is due then stands."""
    if due is None:
        return "none"
    if state == "broken" or due <= now:
        return "late"
    doubtful = keeps is not None and keeps < UNSURE
    return "at risk" if state == "at risk" or due <= now + SOON or doubtful else "running"


def next_task(
    by: Actor, *, now: datetime, after: int = 0, of: Callable[[QuerySet[Want]], QuerySet[Want]] | None = None
) -> Want | None:
    """What this colleague should do next: what they have taken, then the most pressing that nobody has. ``of`` narrows
    it to one kind of work."""
    rows = open_work(by).filter(kind__in=("work", "free", "colleague"), taken_by__in=("", by.id)).exclude(pk=after)
    rows = of(rows) if of else rows
    rows = rows.filter(Q(skill="") | Q(skill__in=by.skills))
    rows = rows.filter(Q(level="") | Q(team__in=[team for team, _level in by.levels]))
    own_first = When_(When(taken_by=by.id, then=Value(0)), default=Value(1), output_field=IntegerField())
    ordered = pressing_first(rows, now=now)
    found = ordered.order_by(own_first, *ordered.query.order_by)[:20]
    return next((want for want in found if by.id not in want.not_by and able(by, want)), None)


def _customers(wants: Sequence[Want]) -> dict[tuple[int, str], str]:
    rows = CaseParty.objects.filter(case__in={want.case_id for want in wants}, until__isnull=True)
    found: dict[tuple[int, str], str] = {}
    for row in rows.select_related("party").order_by("since"):
        found.setdefault((row.case_id, row.role), row.party.name)
    return found


def _line(
    want: Want, by: Actor, customers: dict[tuple[int, str], str], names: dict[str, str], language: str, now: datetime
) -> WorkLine:
    loaded: LoadedType = versions.load(want.case.type_key, want.case.type_version)
    due, promise = getattr(want, "hangs_due", want.due), getattr(want, "promise_name", None)
    keeps: float | None = getattr(want, "keeps", None)
    return WorkLine(
        id=want.pk,
        kind=want.kind,
        question=question_of(want, loaded.texts, language),
        type_key=want.case.type_key,
        type_title=loaded.texts.title(language),
        reference=want.case.reference,
        customer=customers.get((want.case_id, loaded.definition.for_), ""),
        team=want.team,
        skill=want.skill,
        level=want.level,
        needs=_needs(want, by, language),
        taken_by=want.taken_by,
        taken_by_name=names.get(want.taken_by, ""),
        since=want.since,
        promise=loaded.texts.promise(promise, language) if promise else "",
        due=due,
        risk=(risk := risk_of(getattr(want, "promise_state", None) or "", due, now, keeps)),
        keeps=round(100 * keeps) if keeps is not None and risk != "late" else None,
    )


def _needs(want: Want, by: Actor, language: str) -> str:
    """What this colleague lacks for a task, in a few words."""
    if able(by, want):
        return ""
    if want.skill and want.skill not in by.skills:
        return _("needs the skill “%(skill)s”") % {"skill": want.skill}
    if want.level == levels.UNKNOWN:
        return _("needs a level that can't be worked out")
    return _("needs level %(level)s") % {"level": levels.words(want.level, language)}
