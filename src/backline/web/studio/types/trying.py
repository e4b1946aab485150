"""``/studio/types/KEY/draft/cases``: the draft evaluated on past and open cases, with no effect."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.catalogue import drafting
from backline.engine.definition import DefinitionProblems
from backline.insight.trying import Trial, load_draft, try_draft
from backline.people.actors import Actor
from backline.web.studio.entering import for_analysts
from backline.web.studio.types.telling import TrialLine, told

STATES = {"open": ("open", "stuck"), "ended": ("ended",), "all": ("open", "stuck", "ended")}
MOST = 100


@require_safe
@for_analysts
def show(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """What would differ, case by case."""
    folder = drafting.draft_of(settings.ORGANISATION.folder, key)
    if folder is None:
        raise Http404
    chosen = request.GET.get("cases", "all")
    states = STATES.get(chosen, STATES["all"])
    wrong, trials, draft = "", [], None
    try:
        draft = load_draft(folder)
        trials = list(try_draft(draft, states=frozenset(states), most=MOST, now=datetime.now(UTC)))
    except DefinitionProblems:
        wrong = _("The draft has mistakes. Mend them first, then try it.")
    lines = [told(trial, draft, get_language() or "") for trial in trials if not _same(trial)] if draft else []
    context = {
        "key": key,
        "title": draft.texts.title(get_language() or "") if draft else key,
        "chosen": chosen if chosen in STATES else "all",
        "wrong": wrong,
        "tried": len(trials),
        "lines": lines,
        "kinds": _kinds(lines),
        "most": MOST,
        "by": by,
    }
    return render(request, "studio/types/try.html", context)


def _same(trial: Trial) -> bool:
    return trial.comparison.same


def _kinds(lines: list[TrialLine]) -> list[tuple[str, int]]:
    """Each thing that would differ, with the number of cases, the most frequent first."""
    counted: dict[str, int] = {}
    for line in lines:
        for words in line.words:
            counted[words] = counted.get(words, 0) + 1
    return sorted(counted.items(), key=lambda one: -one[1])[:12]
