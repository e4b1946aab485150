"""``/studio/types/KEY/move``: open cases go on under the current version, once somebody has seen what would differ."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.insight.trying import Move, move_cases
from backline.people.actors import Actor
from backline.web.studio.entering import for_analysts
from backline.web.studio.types.showing import loaded_or_404
from backline.web.studio.types.telling import told

MOST = 200
"""Cases that are looked at, and moved, at once: the oldest first"""
MOST_REASON = 300


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def show(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """Every open case that is under another version, with what would differ for it."""
    loaded, language = loaded_or_404(key), get_language() or ""
    really, now = request.method == "POST", datetime.now(UTC)
    reason = request.POST.get("reason", "").strip()[:MOST_REASON]
    wrong = _("Write why, for the timeline of each case.") if really and not reason else ""
    moving = move_cases(loaded, by=by, really=really and not wrong, reason=reason, now=now, channel="studio")
    moves = list(islice(moving, MOST))
    if really and not wrong:
        _say(request, moves)
        return HttpResponseRedirect(reverse("studio-type", args=[key]))
    lines = [(told(move.trial, loaded, language), move.refusal) for move in moves]
    context = {
        "key": key,
        "title": loaded.texts.title(language),
        "loaded": loaded,
        "alike": sum(not line.words and not refusal for line, refusal in lines),
        "differing": [(line, refusal) for line, refusal in lines if line.words or refusal],
        "count": len(lines),
        "more": len(lines) == MOST,
        "wrong": wrong,
        "by": by,
    }
    return render(request, "studio/types/move.html", context, status=422 if wrong else 200)


def _say(request: HttpRequest, moves: list[Move]) -> None:
    moved = sum(move.moved for move in moves)
    messages.success(
        request,
        ngettext("%(count)s case goes on under this version.", "%(count)s cases go on under this version.", moved)
        % {"count": moved},
    )
    for move in moves:
        if move.refusal:
            messages.error(request, f"{move.trial.case}: {move.refusal}")
