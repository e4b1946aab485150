"""``/studio/promises/TYPE/publication/``: what the guard says of a draft, and publishing it, even despite that."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backline.cases.fittings import fittings
from backline.catalogue import versions
from backline.catalogue.comparing import Difference, differences
from backline.catalogue.drafting import draft_of, settle
from backline.catalogue.packing import pack, unpack
from backline.catalogue.publishing import PublishingRefused, Verdict, publish
from backline.catalogue.versions import LoadedType
from backline.engine.definition import DefinitionProblems
from backline.insight.promises.guarding import verdict_on
from backline.people.actors import Actor
from backline.web.studio.promises.entering import for_owners

MOST_REASON = 500


@for_owners
def publication(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """The draft in the organisation's folder beside the current version."""
    if not (by.has_duty("analyst") or by.has_duty("administrator")):
        raise Http404
    loaded, folder = _current(key), _folder(key)
    reason = request.POST.get("reason", "").strip()[:MOST_REASON]
    now = datetime.now(UTC)
    verdict = verdict_on(folder, calendar=fittings().calendar, now=now, reason=reason)
    wrong = ""
    if request.method == "POST":
        wrong = _publish(request, folder, by, verdict, now)
        if not wrong:
            return HttpResponseRedirect(reverse("studio-type", args=[key]))
    found, problems = _differences(loaded, folder)
    context = {
        "title": loaded.texts.title(get_language() or "") if loaded else key,
        "key": key,
        "draft": draft_of(settings.ORGANISATION.folder, key),
        "loaded": loaded,
        "verdict": verdict,
        "differences": found,
        "problems": problems,
        "reason": reason,
        "wrong": wrong,
        "by": by,
    }
    return render(request, "studio/promises/publication.html", context, status=422 if wrong else 200)


def _publish(request: HttpRequest, folder: Path, by: Actor, verdict: Verdict | None, now: datetime) -> str:
    """Empty where it was published, else what stands against it."""
    try:
        version = publish(folder=folder, by=by, now=now, note=request.POST.get("note", "")[:300], verdict=verdict)
    except DefinitionProblems:
        return _("The draft has mistakes; they are listed below.")
    except PublishingRefused:
        return _("Say why it is published although the promise is not kept.")
    settle(organisation=settings.ORGANISATION.folder, key=version.key)
    messages.success(request, _("Published as version %(number)s.") % {"number": version.number})
    return ""


def _current(key: str) -> LoadedType | None:
    """None for a case type that is published for the first time."""
    try:
        return versions.load_current(key)
    except versions.VersionNotFound:
        return None


def _folder(key: str) -> Path:
    organisation: Path = settings.ORGANISATION.folder
    folder = draft_of(organisation, key) or organisation / "types" / key
    if not (folder / "type.yaml").is_file():
        raise Http404
    return folder


def _differences(loaded: LoadedType | None, folder: Path) -> tuple[list[Difference], list[str]]:
    try:
        draft = unpack(pack(folder), str(folder))[0].definition
    except DefinitionProblems as wrong:
        return [], [str(problem).removeprefix(f"{folder}/") for problem in wrong.problems]
    if loaded is None:
        return [], []
    current = versions.published(loaded.key, loaded.version)
    return list(differences(unpack(current.files, current.key)[0].definition, draft)), []
