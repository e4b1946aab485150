"""A log of another system comes in: chosen, its columns confirmed, read while one watches, reported line by line."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backline.insight.acts import looking
from backline.insight.logs import receiving
from backline.insight.logs.columns import NAMES, NOBODY
from backline.insight.logs.report import LogRefused
from backline.insight.logs.told import Told
from backline.people.actors import Actor
from backline.web.studio.entering import folder, for_analysts
from backline.web.studio.journeys import told_overview

LONGEST_NAME = 80
ROWS_SHOWN = 5


@require_POST
@for_analysts
def upload(request: HttpRequest, by: Actor) -> HttpResponse:
    """``POST /studio/imports``: keep the file, then ask what its columns are."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _refused(request, _("Choose a file."))
    name = (file.name or "log")[-200:]
    try:
        kept = receiving.keep(folder=folder(), key=secrets.token_hex(16), file=name, chunks=file.chunks(), by=by.id)
    except LogRefused as refused:
        return _refused(request, str(refused))
    return HttpResponseRedirect(reverse("studio-import", args=[kept.key]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def show(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """The log on its way in: its columns, how far it is read, what came of it."""
    try:
        incoming = receiving.find(folder(), key)
    except receiving.NotThere:
        raise Http404
    if incoming.state != "kept":
        status = 200 if incoming.state != "refused" else 422
        part = "studio/parts/import_state.html" if request.headers.get("HX-Request") else "studio/import_state.html"
        return render(
            request, part, {"incoming": incoming}, status=200 if request.headers.get("HX-Request") else status
        )
    try:
        seen, guessed = receiving.look(folder(), incoming)
    except LogRefused as refused:
        return _refused(request, str(refused).replace(incoming.key, incoming.file))
    wrong = ""
    if request.method == "POST":
        said = {part: request.POST.get(part, "") for part in NAMES}
        wrong = _wrong(request.POST.get("name", ""), request.POST.get("zone", ""), said, seen is not None)
        if not wrong:
            return _begin(request, incoming, said, seen is not None)
        guessed = said
    parts = [(part, label, guessed.get(part, "")) for part, label in _parts().items()]
    context = {
        "incoming": incoming,
        "seen": seen,
        "rows": [list(row) for row in seen.rows[:ROWS_SHOWN]] if seen else [],
        "parts": parts,
        "name": request.POST.get("name") or _plain(incoming.file),
        "zone": request.POST.get("zone") or settings.ORGANISATION.time_zone,
        "wrong": wrong,
        "unknown": [label for part, label, guess in parts if seen and not guess and part != "resource"],
        "replaces": {log.name for log in looking.logs(folder()) if not log.own},
    }
    return render(request, "studio/import.html", context, status=422 if wrong else 200)


def _begin(request: HttpRequest, incoming: receiving.Incoming, said: dict[str, str], table: bool) -> HttpResponse:
    columns: dict[str, Any] = {**said, "resource": said["resource"] or NOBODY} if table else {}
    receiving.begin(
        folder=folder(),
        incoming=incoming,
        name=request.POST["name"].strip(),
        told=Told(**columns, zone=request.POST.get("zone") or settings.ORGANISATION.time_zone),
        now=datetime.now(UTC),
    )
    return HttpResponseRedirect(request.path)


def _wrong(name: str, zone: str, said: dict[str, str], table: bool) -> str:
    if not name.strip() or len(name) > LONGEST_NAME or "/" in name:
        return _("Give the log a name of at most %(most)s characters, without a slash.") % {"most": LONGEST_NAME}
    if zone and zone not in available_timezones():
        return _("There is no time zone of that name.")
    if table and not all(said[part] for part in ("case", "activity", "time")):
        return _("Say which column is the case, the activity and the time.")
    chosen = [column for column in said.values() if column]
    if len(chosen) != len(set(chosen)):
        return _("One column can't be two things.")
    return ""


def _refused(request: HttpRequest, words: str) -> HttpResponse:
    """The overview again, with what was wrong: as a sentence of its own."""
    wrong = f"{words[:1].upper()}{words[1:].rstrip('.')}."
    return render(request, "studio/journeys.html", {**told_overview(), "wrong": wrong}, status=422)


def _parts() -> dict[str, str]:
    return {
        "case": _("The case: what belongs together"),
        "activity": _("What was done"),
        "time": _("When"),
        "resource": _("Who did it (may be nobody)"),
    }


def _plain(file: str) -> str:
    return re.sub(r"[^\w .-]+", "-", file.partition(".")[0])[:LONGEST_NAME] or "log"
