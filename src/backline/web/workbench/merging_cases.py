"""``/work/cases/REF/merge``: a request that was made twice. Found, set side by side, confirmed; undone on its page."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases.merging.likenesses import like
from backline.cases.merging.merging_cases import may_merge, merge_cases, undo_case_merge
from backline.cases.merging.merging_preview import preview_merge
from backline.cases.merging.parting import said_since
from backline.cases.models import Case, CaseMerge
from backline.cases.reach import load_case
from backline.cases.refusals import CaseNotFound, FactsRefused, Refusal
from backline.cases.showing.look import look_at
from backline.catalogue import versions
from backline.people.actors import Actor
from backline.web.workbench import acting


@dataclass(frozen=True, kw_only=True)
class Since:
    """Something that was said since the two are one."""

    id: str
    words: str


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def show(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """Look for the other, compare, confirm. The request of the page goes on."""
    case, now = acting.case_of(reference, by), acting.now()
    if not may_merge(by, case, now=now):
        raise Http404
    asked = (request.POST if request.method == "POST" else request.GET).get("other", "").strip()
    other, wrong = _other(asked, case, by)
    if request.method == "POST" and other is not None:
        try:
            merge_cases(kept=case, gone=other, by=by, reason=request.POST.get("reason", ""), now=now)
        except Refusal as refused:
            wrong = _words(refused)
        else:
            told = {"gone": other.reference, "kept": case.reference}
            messages.success(request, _("%(gone)s goes on in %(kept)s. We tell the customer.") % told)
            return redirect("work-case", case.reference)
    preview = None
    if other is not None:
        preview = preview_merge(
            kept=case, gone=other, by=by, purpose=_("Is this the same request?"), language=get_language() or "", now=now
        )
    context = {
        "case": case,
        "title": versions.load(case.type_key, case.type_version).texts.title(get_language() or ""),
        "other": other,
        "p": preview,
        "asked": asked,
        "wrong": wrong,
        "reason": request.POST.get("reason", ""),
        "alike": [] if other else like(case, by, now=now),
    }
    return render(request, "workbench/merge_cases.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def undo(request: HttpRequest, by: Actor, merge: int) -> HttpResponse:
    """They are two after all: what was said since is shown, and may be said of the other, too."""
    row = get_object_or_404(CaseMerge.objects.select_related("kept", "gone"), pk=merge)
    now, wrong = acting.now(), ""
    if not may_merge(by, row.kept, now=now):
        raise Http404
    if row.undone_at is not None:
        messages.info(request, _("This was undone before."))
        return redirect("work-case", row.kept.reference)
    if request.method == "POST":
        chosen, reason = request.POST.getlist("also"), request.POST.get("reason", "")
        try:
            undo_case_merge(merge=row, by=by, reason=reason, now=now, also_say=chosen)
        except Refusal as refused:
            wrong = _words(refused)
        else:
            messages.success(request, _("They are two requests again. We tell the customer."))
            return redirect("work-case", row.gone.reference)
    context = {
        "merge": row,
        "since": _since(row, by),
        "chosen": request.POST.getlist("also"),
        "wrong": wrong,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "workbench/part_cases.html", context, status=422 if wrong else 200)


def _other(asked: str, case: Case, by: Actor) -> tuple[Case | None, str]:
    """The other one by its reference; what is wrong with it."""
    if not asked:
        return None, ""
    try:
        other = load_case(asked, by, now=acting.now())
    except CaseNotFound as refused:
        return None, str(refused)
    if other.pk == case.pk:
        return None, _("This is one request already.")
    return other, ""


def _words(refused: Refusal) -> str:
    return " ".join(refused.messages.values()) if isinstance(refused, FactsRefused) else str(refused)


def _since(row: CaseMerge, by: Actor) -> list[Since]:
    look = look_at(row.kept, by, language=get_language() or "", zone="", now=acting.now())
    words = look.words
    return [
        Since(
            id=said["id"],
            words=_("%(label)s: %(value)s (%(who)s)")
            % {
                "label": words.label(said["fact"], said.get("item", "")),
                "value": words.assertion(said),
                "who": look.names.get(said["who"], ""),
            },
        )
        for said in said_since(row.kept, row.gone.reference)
        if look.reader.audience == "worker"
    ]
