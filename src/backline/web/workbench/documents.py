"""``/work/cases/REF/documents/ID``: a document page by page, its pictures, and the file itself."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backline.cases.records.naming_documents import name_document
from backline.cases.refusals import FactsRefused, Refusal
from backline.cases.showing.viewing import log_looks, view_case
from backline.cases.showing.views import CaseView
from backline.cases.storage.row_ids import row_id
from backline.documents import media, reading
from backline.documents.archiving import NotArchived, archive_copy
from backline.documents.kinds import kinds
from backline.documents.models import Document
from backline.documents.naming_kinds import guess_kind
from backline.documents.page_parts import page_part
from backline.documents.picturing import NoPicture, page_image
from backline.documents.reading import Box
from backline.people.actors import Actor
from backline.web.portal.requests import as_attachment, as_download
from backline.web.workbench import acting, pictures

WIDTH = 1200


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor, reference: str, document: int) -> HttpResponse:
    """All its pages, with what was read in it beside."""
    view, found = _found(by, reference, document, log=True)
    shown = next(one for one in view.documents if one.id == document)
    read = [fact for fact in view.facts if fact.place and fact.place.get("document") == document]
    named = kinds()
    guess = guess_kind(reading.read(found).text) if named else None
    context: dict[str, Any] = {
        "kinds": named.values(),
        "kind": found.kind,
        "guess": guess,
        "guessed": named.get(guess.kind if guess else ""),
    }
    context |= {"view": view, "paper": pictures.papers(view, [shown])[0], "document": shown, "read": read}
    return render(request, "workbench/document.html", context | {"size": found.size})


@require_POST
@acting.for_staff
def name(request: HttpRequest, by: Actor, reference: str, document: int) -> HttpResponse:
    """``POST .../documents/ID/kind``: what it is; that also teaches Backline to tell."""
    _view, found = _found(by, reference, document, log=False)
    case, now = acting.case_of(reference, by), acting.now()
    try:
        name_document(case=case, document=found, kind=request.POST.get("kind", ""), by=by, channel="workbench", now=now)
        messages.success(request, _("Thank you. That is what it is from now on."))
    except FactsRefused as refused:
        messages.error(request, next(iter(refused.messages.values())))
    except Refusal as refused_name:
        messages.error(request, str(refused_name))
    return redirect("work-document", reference, document)


@require_safe
@acting.for_staff
def page(request: HttpRequest, by: Actor, reference: str, document: int, page: int) -> HttpResponse:
    """The picture of one page, or of the part of it that is named."""
    _view, found = _found(by, reference, document, log=False)
    try:
        part = _part(request.GET.get("part", ""))
        picture = page_part(found, page, part) if part else page_image(found, page, WIDTH)
    except NoPicture:
        raise Http404
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@acting.for_staff
def file(request: HttpRequest, by: Actor, reference: str, document: int) -> HttpResponse:
    """The file, as an attachment."""
    _view, found = _found(by, reference, document, log=False)
    case, now = acting.case_of(reference, by), acting.now()
    log_looks(case, by, purpose=_("Working on the request"), what=found.name, now=now)
    return as_attachment(found)


@require_safe
@acting.for_staff
def copy(request: HttpRequest, by: Actor, reference: str, document: int) -> HttpResponse:
    """``.../documents/ID/archive.pdf``: a PDF/A copy with its words behind each page. The original stays."""
    _view, found = _found(by, reference, document, log=False)
    try:
        content = archive_copy(found)
    except (NotArchived, NoPicture):
        messages.error(request, _("No PDF/A can be made of this document. The original is kept as it came."))
        return redirect("work-document", reference, document)
    case, now = acting.case_of(reference, by), acting.now()
    log_looks(case, by, purpose=_("Working on the request"), what=found.name, now=now)
    return as_download(content, name=f"{PurePath(found.name).stem}.pdf", media_type=media.PDF)


def _part(told: str) -> Box | None:
    """``left-top-right-bottom`` in thousandths of the page; None for the whole page, and for what is none."""
    edges = [row_id(edge) for edge in told.split("-")]
    if len(edges) != 4 or max(edges) > 1000 or edges[0] >= edges[2] or edges[1] >= edges[3]:
        return None
    return Box(*(edge / 1000 for edge in edges))


def _found(by: Actor, reference: str, document: int, *, log: bool) -> tuple[CaseView, Document]:
    case, now = acting.case_of(reference, by), acting.now()
    view = view_case(case=case, by=by, purpose=_("Reading a document"), language=get_language() or "", now=now, log=log)
    found = pictures.document_of(view, document)
    if found is None:
        raise Http404
    return view, found
