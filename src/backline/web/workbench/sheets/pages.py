"""``/work/spreadsheet`` goes out, ``/work/spreadsheets`` takes it back: compared first, answered when told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backline.cases.models import FiledDocument
from backline.cases.showing.viewing import log_looks
from backline.documents import destroying, spreadsheets, storing
from backline.documents.media import SHEET
from backline.documents.models import Document
from backline.documents.spreadsheets import GivenRow
from backline.insight import worklists
from backline.people.actors import Actor
from backline.web.workbench import acting, lists
from backline.web.workbench.sheets import bringing, comparing, wording
from backline.web.workbench.sheets.comparing import MOST, Line
from backline.web.workbench.sheets.rows import Row, rows_of
from backline.web.workbench.sheets.theirs import is_theirs

KIND = "work list"
LARGEST = 2 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Group:
    """The rows of one state."""

    state: str
    heading: str
    lines: Sequence[Line]


@require_safe
@acting.for_staff
def download(request: HttpRequest, by: Actor) -> HttpResponse:
    """The list as its filters say, as far as this colleague may answer it. Each look is noted."""
    from backline.web.workbench.sheets.writing import workbook

    now, language = acting.now(), get_language() or "en"
    wants = worklists.pressing_first(lists.chosen(request, by).select_related("case"), now=now)
    found = [row for row in rows_of(wants[: 2 * MOST], by=by, language=language, now=now) if is_theirs(row, by, now)]
    if not found:
        messages.info(request, _("There is nothing to fill in a spreadsheet here."))
        return redirect("work")
    rows = found[:MOST]
    _note(rows, by, now)
    link = request.build_absolute_uri
    content = workbook(
        rows, link=lambda reference: link(reverse("work-case", args=[reference])), about=_about(rows, by, now),
        language=language,
    )  # fmt: skip
    return _file(content, f"{_('work-list')}-{now:%Y-%m-%d-%H%M}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def bring(request: HttpRequest, by: Actor) -> HttpResponse:
    """Take a file; nothing is done with it before its comparison was seen."""
    wrong = ""
    if request.method == "POST":
        try:
            file = _taken(request, by)
        except storing.DocumentRefused as refused:
            wrong = str(refused)
        else:
            return redirect("work-spreadsheet-back", file.pk)
    context = {"wrong": wrong, "most": MOST, "by": by}
    return render(request, "workbench/sheets/bring.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def show(request: HttpRequest, by: Actor, file: int) -> HttpResponse:
    """The comparison; after "Answer", what became of it. Done again, nothing is done twice."""
    document, now = _brought(file, by), acting.now()
    rows, lines = _compared(document, by, now)
    if request.method == "POST":
        done = bringing.answer_all(lines, rows, file=document, by=by, now=now)
        told = ngettext("%(n)s task is answered.", "%(n)s tasks are answered.", done) % {"n": done}
        messages.success(request, told)
        return redirect("work-spreadsheet-back", file)
    groups = [
        Group(state=state, heading=wording.heading(state), lines=those)
        for state in comparing.STATES
        if (those := [line for line in lines if line.state == state])
    ]
    context: dict[str, Any] = {
        "file": document,
        "groups": groups,
        "ready": sum(line.state == "answer" for line in lines),
        "edited": [one for line in lines for one in line.edited],
        "total": len(lines),
        "by": by,
    }
    return render(request, "workbench/sheets/compared.html", context)


@require_safe
@acting.for_staff
def report(request: HttpRequest, by: Actor, file: int) -> HttpResponse:
    """The file as it came, with what became of each row; it may be mended and brought back again."""
    from backline.web.workbench.sheets.reporting import workbook

    document = _brought(file, by)
    rows, lines = _compared(document, by, acting.now())
    return _file(workbook(rows, lines), f"{document.name.removesuffix('.xlsx')}-{_('result')}.xlsx")


def _taken(request: HttpRequest, by: Actor) -> Document:
    upload, now = request.FILES.get("file"), acting.now()
    if not isinstance(upload, UploadedFile):
        raise storing.DocumentRefused(_("Choose a file."))
    limit = min(LARGEST, settings.ORGANISATION.limits.attachment_bytes)
    content, name = upload.read(limit + 1), upload.name or ""
    if len(content) <= limit:
        comparing.compare(spreadsheets.read_cells(content, name), by=by, now=now)
    _forget_earlier(by)
    return storing.store(content=content, name=name, kind=KIND, by=by.id, now=now, limit=limit)


def _forget_earlier(by: Actor) -> None:
    """A whole file holds data of many customers: of each colleague the last one stays, cases keep their own rows."""
    with transaction.atomic():
        earlier = Document.objects.filter(kind=KIND, stored_by=by.id).values_list("pk", flat=True)
        filed = FiledDocument.objects.filter(document__in=earlier).values_list("document", flat=True)
        gone = destroying.forget(set(earlier) - set(filed))
    destroying.remove_contents(gone)


def _brought(number: int, by: Actor) -> Document:
    """The file, for whoever brought it; raises Http404."""
    found = Document.objects.filter(pk=number, kind=KIND, stored_by=by.id).first()
    if found is None:
        raise Http404
    return found


def _compared(document: Document, by: Actor, now: datetime) -> tuple[tuple[GivenRow, ...], list[Line]]:
    rows = spreadsheets.read_cells(storing.content(document), document.name)
    return rows, comparing.compare(rows, by=by, now=now)


def _note(rows: Sequence[Row], by: Actor, now: datetime) -> None:
    """That personal data left the house is a look at each person, once a case."""
    with transaction.atomic():
        for case in {row.want.case_id: row.want.case for row in rows}.values():
            log_looks(case, by, purpose=_("Work list downloaded as a spreadsheet"), what="spreadsheet", now=now)


def _about(rows: Sequence[Row], by: Actor, now: datetime) -> list[str]:
    told = {"who": by.name, "when": f"{now:%Y-%m-%d %H:%M} UTC", "n": len(rows)}
    return [
        ngettext("%(n)s task, downloaded by %(who)s, %(when)s.", "%(n)s tasks, downloaded by %(who)s, %(when)s.",
                 len(rows)) % told,
        _("Fill the tinted columns and leave the rest as it is; then choose “Bring back” above the work list."),
        _("Rows may be sorted, filtered and deleted. A row without an answer stays open."),
        _("This file holds personal data. Who downloaded it is on record, and the customers can read it."),
        _("Tasks that need a document, an address or a person as their answer are answered on their page."),
    ]  # fmt: skip


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=SHEET)
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "-" for one in name)
    response["Content-Disposition"] = f'attachment; filename="{plain}"'
    response["Cache-Control"] = "no-store"
    return response
