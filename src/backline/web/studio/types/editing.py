"""``/studio/types/KEY/draft``: the files of a draft, checked while they are written, saved even when wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backline.cases.showing.naming import names_of
from backline.catalogue import drafting, versions
from backline.catalogue.drafting import DraftingRefused, SavedMeanwhile
from backline.catalogue.drafts import problems_in
from backline.catalogue.models import DraftSave, Version
from backline.catalogue.reading.folders import TYPE, files_of
from backline.engine.definition import Problem
from backline.people.actors import Actor
from backline.web.studio.entering import for_analysts

LATEST = 12


@dataclass(frozen=True, kw_only=True)
class Line:
    """One problem, and the place in the draft to which it leads."""

    words: str
    mend: str
    file: str
    line: int
    column: int


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def edit(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """One file of the draft, with all that is wrong in the whole of it."""
    organisation: Path = settings.ORGANISATION.folder
    folder = _folder(key)
    said = request.POST if request.method == "POST" else request.GET
    path = said.get("file", TYPE)
    wrong, theirs, text = "", None, None
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            _save(request, organisation, key, path, text, by)
        except DraftingRefused as refused:
            wrong = str(refused)
            theirs = refused.text if isinstance(refused, SavedMeanwhile) else None
        else:
            return HttpResponseRedirect(_address(key, path if (folder / path).is_file() else TYPE))
    files = files_of(folder)
    if path not in files and not wrong:
        raise Http404
    stored = files.get(path, "")
    context = {
        "key": key,
        "title": _title(key),
        "files": sorted(files),
        "file": path,
        "text": stored if text is None else text,
        "seen": drafting.stamp(stored) if theirs is None else drafting.stamp(theirs),
        "wrong": wrong,
        "theirs": theirs,
        "problems": lines_of(folder, {}),
        "at": int(request.GET["line"]) if request.GET.get("line", "").isdecimal() else 0,
        "is_type": path == TYPE,
        "saves": _latest(key),
        "by": by,
    }
    return render(request, "studio/types/draft.html", context, status=422 if wrong else 200)


@require_POST
@for_analysts
def check(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """What would be wrong if the file were saved as it is now written; nothing is saved."""
    written = {request.POST.get("file", ""): request.POST.get("text", "").replace("\r\n", "\n")}
    context = {"key": key, "problems": lines_of(_folder(key), written), "unsaved": True}
    return render(request, "studio/types/problems.html", context)


@require_POST
@for_analysts
def begin(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """Begin a draft from a version; from an old one, to roll back."""
    told = request.POST.get("version", "")
    try:
        version = versions.published(key, int(told)) if told.isdecimal() else versions.current(key)
        drafting.begin_from(
            organisation=settings.ORGANISATION.folder, version=version, by=by, now=datetime.now(UTC)
        )  # fmt: skip
    except versions.VersionNotFound:
        raise Http404
    except DraftingRefused as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(reverse("studio-type", args=[key]))
    return HttpResponseRedirect(reverse("studio-type-draft", args=[key]))


@require_POST
@for_analysts
def drop(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """Take the draft away."""
    _folder(key)
    drafting.drop(organisation=settings.ORGANISATION.folder, key=key, by=by, now=datetime.now(UTC))
    messages.success(request, _("The draft was taken away."))
    published = Version.objects.filter(key=key).exists()
    return HttpResponseRedirect(reverse("studio-type", args=[key]) if published else reverse("studio-types"))


def lines_of(folder: Path, written: dict[str, str]) -> list[Line]:
    """All that is wrong in a draft, as it is saved but for what is ``written``."""
    return [_line(problem, folder) for problem in problems_in(folder, written)]


def _line(problem: Problem, folder: Path) -> Line:
    place, name = problem.place, PurePath(problem.place.file)
    inside = name.relative_to(folder).as_posix() if name.is_relative_to(folder) else ""
    return Line(words=problem.message, mend=problem.mend, file=inside, line=place.line, column=place.column)


def _save(request: HttpRequest, organisation: Path, key: str, path: str, text: str, by: Actor) -> None:
    now = datetime.now(UTC)
    if request.POST.get("do") == "take out":
        drafting.take_out(organisation=organisation, key=key, path=path, by=by, now=now)
        messages.success(request, _("%(file)s was taken out.") % {"file": path})
        return
    seen = request.POST.get("seen", "")
    drafting.save(organisation=organisation, key=key, path=path, text=text, seen=seen, by=by, now=now)
    messages.success(request, _("Saved."))


def _address(key: str, path: str) -> str:
    return reverse("studio-type-draft", args=[key], query={"file": path})


def _folder(key: str) -> Path:
    folder = drafting.draft_of(settings.ORGANISATION.folder, key)
    if folder is None:
        raise Http404
    return folder


def _title(key: str) -> str:
    try:
        return versions.current(key).title
    except versions.VersionNotFound:
        return key


def _latest(key: str) -> list[tuple[DraftSave, str]]:
    saves = list(DraftSave.objects.filter(key=key).defer("text")[:LATEST])
    names = names_of(one.saved_by for one in saves)
    return [(one, names.get(one.saved_by, one.saved_by)) for one in saves]
