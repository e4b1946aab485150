"""A decision table as a spreadsheet: it goes out, and comes back into the draft, compared row by row first."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backline.catalogue import drafting, table_rows, versions
from backline.catalogue.drafting import DraftingRefused
from backline.catalogue.reading.folders import MOST_BYTES, files_of
from backline.catalogue.table_rows import Difference, Row
from backline.documents import spreadsheets
from backline.documents.media import SHEET
from backline.documents.spreadsheets import Given, GivenRow
from backline.documents.storing import DocumentRefused
from backline.people.actors import Actor
from backline.web.studio.entering import for_analysts
from backline.web.studio.types.editing import lines_of

TABLE = ".csv"
MOST_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """Something wrong, and the cell of the spreadsheet that it stands in; empty where it stands elsewhere."""

    cell: str
    words: str
    mend: str = ""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The table that came back beside one that stands."""

    with_: str
    differences: Sequence[Difference]
    """The first of them"""
    total: int


@require_safe
@for_analysts
def download(request: HttpRequest, by: Actor, key: str, name: str) -> HttpResponse:
    """A table of the draft, or of the version that ``?version=`` names; all its cells are text."""
    number = request.GET.get("version", "")
    files = _version_files(key, int(number)) if number.isdecimal() else files_of(_folder(key))
    if name not in files or not name.endswith(TABLE):
        raise Http404
    response = HttpResponse(_workbook(table_rows.rows_of(files[name]), name), content_type=SHEET)
    response["Content-Disposition"] = f'attachment; filename="{key}-{name.removesuffix(TABLE)}.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def bring(request: HttpRequest, by: Actor, key: str, name: str) -> HttpResponse:
    """Take a table back: first what it changes and what is wrong with it, then it is saved in the draft."""
    folder = _folder(key)
    text = files_of(folder).get(name)
    if text is None or not name.endswith(TABLE):
        raise Http404
    context: dict[str, Any] = {"key": key, "file": name, "by": by}
    try:
        if request.method == "POST" and "text" in request.POST:
            return _save(request, key, name, by)
        if request.method == "POST":
            context |= _compared(key, folder, name, text, _rows(request))
    except (DocumentRefused, DraftingRefused) as refused:
        context["wrong"] = str(refused)
    return render(request, "studio/types/table.html", context, status=422 if "wrong" in context else 200)


def _save(request: HttpRequest, key: str, name: str, by: Actor) -> HttpResponse:
    said, now = request.POST, datetime.now(UTC)
    organisation: Path = settings.ORGANISATION.folder
    drafting.save(
        organisation=organisation, key=key, path=name, text=said["text"], seen=said.get("seen", ""), by=by, now=now
    )
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("studio-type-draft", args=[key], query={"file": name}))


def _rows(request: HttpRequest) -> list[GivenRow]:
    """The rows of the first sheet that came. Raises DocumentRefused."""
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise DocumentRefused(_("Choose a file."))
    content = upload.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise DocumentRefused(_("This file is too large."))
    rows = spreadsheets.read_cells(content, upload.name or "")
    if not rows:
        raise DocumentRefused(_("This file is empty."))
    return [row for row in rows if row.sheet == rows[0].sheet and any(_text(cell) for cell in row.cells.values())]


def _compared(key: str, folder: Path, name: str, old: str, rows: Sequence[GivenRow]) -> dict[str, Any]:
    letters = sorted({letter for row in rows for letter in row.cells}, key=lambda letter: (len(letter), letter))
    new = [tuple(_text(row.cells.get(letter)) for letter in letters) for row in rows]
    text = table_rows.text_of(new, like=old)
    formulas = [
        Wrong(cell=f"{letter}{row.number}", words=_("A formula is not taken: write the value itself."))
        for row in rows
        for letter, given in row.cells.items()
        if given.kind in ("formula", "error")
    ]
    return {
        "text": text,
        "seen": drafting.stamp(old),
        "problems": formulas or _problems(folder, name, text, rows, letters),
        "formulas": bool(formulas),
        "comparisons": list(_comparisons(key, name, old, new)),
    }


def _problems(folder: Path, name: str, text: str, rows: Sequence[GivenRow], letters: Sequence[str]) -> list[Wrong]:
    """All that would be wrong in the draft, at the cell where it stands in the spreadsheet."""
    found = []
    for line in lines_of(folder, {name: text}):
        place = table_rows.place_of(text, line.line, line.column) if line.file == name else None
        cell = f"{line.file}:{line.line}" if line.file else ""
        if place is not None:
            cell = f"{letters[place[1] - 1] if place[1] else letters[0]}{rows[place[0] - 1].number}"
        found.append(Wrong(cell=cell, words=line.words, mend=line.mend))
    return found


def _comparisons(key: str, name: str, old: str, new: Sequence[Row]) -> list[Comparison]:
    """With what stands in the draft, and with the current version where the draft differs from it already."""
    beside = {_("Compared with the draft"): old}
    try:
        version = versions.current(key)
    except versions.VersionNotFound:
        pass
    else:
        current = version.files.get(name, "")
        if current != old:
            beside[_("Compared with version %(n)s, which holds now") % {"n": version.number}] = current
    told = {words: list(table_rows.differences(table_rows.rows_of(text), new)) for words, text in beside.items()}
    return [Comparison(with_=words, differences=all_[:MOST_SHOWN], total=len(all_)) for words, all_ in told.items()]


def _text(given: Given | None) -> str:
    return " ".join(given.text.split()) if given else ""


def _workbook(rows: Sequence[Row], name: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    from backline.web.ui.cells import put_text

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = name.removesuffix(TABLE)[:31]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            put_text(sheet.cell(number, column), text)
    for column, cell in enumerate(sheet[1], 1):
        cell.font = Font(bold=True)
        widest = max((len(row[column - 1]) for row in rows if len(row) >= column), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = min(60, max(12, widest + 4))
    sheet.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _folder(key: str) -> Path:
    folder = drafting.draft_of(settings.ORGANISATION.folder, key)
    if folder is None:
        raise Http404
    return folder


def _version_files(key: str, number: int) -> Mapping[str, str]:
    try:
        files: Mapping[str, str] = versions.published(key, number).files
    except versions.VersionNotFound:
        raise Http404
    return files
