"""``/work/records``: what is over its time, what is kept on order, and what was destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backline.cases.models import Case, Destruction, Hold
from backline.cases.records import retention
from backline.cases.records.destroying import destroy
from backline.cases.records.holding import hold, release
from backline.cases.refusals import NotOpen, Refusal
from backline.cases.showing.naming import names_of
from backline.catalogue import versions
from backline.channels.forgetting import forget_case
from backline.channels.forgetting_talks import forget_talks
from backline.people.actors import Actor
from backline.web.workbench import acting
from backline.web.workbench.doing import through

WHO_MAY = ("administrator", "auditor")
MOST, MOST_AT_ONCE = 50, 500


@dataclass(frozen=True, kw_only=True)
class Line:
    """One case in one of the lists."""

    id: int
    reference: str
    title: str
    words: str
    who: str
    at: datetime | None
    reachable: bool = True


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor) -> HttpResponse:
    """The three lists; for those whose duty it is."""
    if not may_see(by):
        raise Http404
    language = get_language() or ""
    over = list(islice(retention.over(now=acting.now()), MOST_AT_ONCE))
    context = {
        "over": [_over(case, until, language) for case, until in over[:MOST]],
        "count": len(over),
        "most": MOST_AT_ONCE,
        "holds": _holds(language),
        "certificates": _certificates(language),
        "decides": by.has_duty("administrator"),
    }
    return render(request, "workbench/records.html", context)


@require_POST
@acting.for_staff
def destroy_over(request: HttpRequest, by: Actor) -> HttpResponse:
    """``POST /work/records/destruction``: what is over now, as far as it was when the page was shown."""
    if not may_see(by):
        raise Http404
    done, now = 0, acting.now()
    if by.has_duty("administrator"):
        forget_talks(before=now - timedelta(days=settings.ORGANISATION.keep.talk_days))
    for case, _until in list(islice(retention.over(now=now), MOST_AT_ONCE)):
        try:
            destroy(case=case, by=by, ground="retention", now=now, also=[forget_case])
            done += 1
        except NotOpen:  # somebody ordered in between that it be kept
            continue
        except Refusal as refused:
            messages.error(request, str(refused))
            break
    if done:
        told = ngettext("One request was destroyed.", "%(n)s requests were destroyed.", done) % {"n": done}
        messages.success(request, told)
    return redirect("work-records")


@require_POST
@acting.for_staff
def hold_case(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """``POST /work/cases/REF/hold``."""
    case, reason = acting.case_of(reference, by), request.POST.get("reason", "")
    return through(
        request, by, case, "hold", lambda: hold(case=case, by=by, reason=reason, now=acting.now()),
        _("It is kept until this order ends."),
    )  # fmt: skip


@require_POST
@acting.for_staff
def release_hold(request: HttpRequest, by: Actor, held: int) -> HttpResponse:
    """``POST /work/records/holds/ID/release``."""
    if not may_see(by):
        raise Http404
    row = get_object_or_404(Hold, pk=held)
    try:
        release(held=row, by=by, reason=request.POST.get("reason", ""), now=acting.now())
        messages.success(request, _("The order has ended."))
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("work-records")


def may_see(by: Actor) -> bool:
    """Whether the records are among this colleague's duties."""
    return any(by.has_duty(duty) for duty in WHO_MAY)


def _over(case: Case, until: date, language: str) -> Line:
    return Line(
        id=case.pk, reference=case.reference, title=_title(case, language), at=case.ended_at,
        words=_("kept until %(day)s") % {"day": formats.date_format(until)}, who=retention.keep_words(case),
    )  # fmt: skip


def _holds(language: str) -> list[Line]:
    rows = list(Hold.objects.filter(release=None).prefetch_related("case").order_by("-at")[:MOST])
    names = names_of({row.by for row in rows})
    return [
        Line(
            id=row.pk, reference=row.case.reference, title=_title(row.case, language), words=row.reason,
            who=names.get(row.by, ""), at=row.at,
        )
        for row in rows
    ]  # fmt: skip


def _certificates(language: str) -> list[Line]:
    rows = list(Destruction.objects.prefetch_related("case").order_by("-at", "-pk")[:MOST])
    names = names_of({row.by for row in rows})
    return [_certificate(row, names, language) for row in rows]


def _certificate(row: Destruction, names: dict[str, str], language: str) -> Line:
    papers = sum(1 for document in row.documents if not document["shared"])
    entries = ngettext("one entry", "%(n)s entries", row.entries) % {"n": row.entries}
    documents = ngettext("one document", "%(n)s documents", papers) % {"n": papers}
    return Line(
        id=row.pk, reference=row.case.reference, title=_title(row.case, language),
        words=" · ".join(part for part in (str(row.get_ground_display()), row.reason, entries, documents) if part),
        who=names.get(row.by, ""), at=row.at, reachable=False,
    )  # fmt: skip


def _title(case: Case, language: str) -> str:
    return versions.load(case.type_key, case.type_version).texts.title(language)
