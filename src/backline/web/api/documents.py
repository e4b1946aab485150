"""Documents: uploaded, filed in a case, downloaded, shown page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from ninja import File, Form, Router, Schema, Status, UploadedFile
from pydantic import Field

from backline.cases.adding import add_document
from backline.cases.models import Case
from backline.cases.showing.viewing import log_looks
from backline.documents.models import Document
from backline.documents.picturing import NoPicture, page_image
from backline.documents.storing import store
from backline.web.api.calling import CHANNEL, Called, may, now, purpose
from backline.web.api.case_shapes import Input
from backline.web.api.paging import Number
from backline.web.api.reaching import case_of, document_ids
from backline.web.portal.requests import as_attachment

router = Router(tags=["Documents"])


class DocumentShape(Schema):
    id: int = Field(description="What a fact of the kind document is said with")
    name: str
    kind: str
    media_type: str
    pages: int
    size: int
    sha256: str
    stored_at: datetime


class Filing(Input):
    note: str = Field("", max_length=300)
    shown: bool = Field(True, description="To the customer, or to colleagues alone")


@router.post("/documents", response={201: DocumentShape}, summary="Upload a document", **may("cases:write"))
def upload(request: Called, file: File[UploadedFile]) -> Status[Any]:
    """Kept, read and recognised. The number that comes back is said as a fact: `{"evidence": 17}`."""
    return Status(201, _stored(request, file))


@router.get("/cases/{reference}/documents", response=list[DocumentShape], summary="List documents", **may("cases:read"))
def list_(request: Called, reference: str) -> Any:
    """All of a case that the caller may have."""
    case = case_of(request, reference)
    log_looks(case, request.auth, purpose=purpose(request), what="documents", now=now())
    return Document.objects.filter(pk__in=document_ids(case, request.auth, now=now())).order_by("pk")


@router.post(
    "/cases/{reference}/documents", response={201: DocumentShape}, summary="File a document", **may("cases:write")
)
def file_(request: Called, reference: str, file: File[UploadedFile], filing: Form[Filing]) -> Status[Any]:
    """One that no fact asked for."""
    case = case_of(request, reference)
    document = _stored(request, file)
    shown = filing.shown or request.auth.kind == "party"
    add_document(
        case=case, by=request.auth, document=document, note=filing.note, shown=shown, channel=CHANNEL, now=now()
    )
    return Status(201, document)


@router.get("/cases/{reference}/documents/{number}", summary="Download a document", **may("cases:read"))
def download(request: Called, reference: str, number: Number) -> HttpResponse:
    """The bytes as they came, as an attachment."""
    case = case_of(request, reference)
    document = _of_case(request, case, number)
    log_looks(case, request.auth, purpose=purpose(request), what=document.name, now=now())
    return as_attachment(document)


@router.get("/cases/{reference}/documents/{number}/pages/{page}", summary="Show a page", **may("cases:read"))
def page(request: Called, reference: str, number: Number, page: int, width: int = 1200) -> HttpResponse:
    """A PNG, at the nearest width of 240, 800, 1200, 1600."""
    case = case_of(request, reference)
    document = _of_case(request, case, number)
    try:
        picture = page_image(document, page, min(max(width, 1), 10_000))
    except NoPicture:
        raise Http404
    log_looks(case, request.auth, purpose=purpose(request), what=document.name, now=now())
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return HttpResponse(picture, content_type="image/png", headers=headers)


def _stored(request: Called, file: UploadedFile) -> Document:
    return store(content=file.read(), name=file.name or "", by=request.auth.id, now=now())


def _of_case(request: Called, case: Case, number: int) -> Document:
    if number not in document_ids(case, request.auth, now=now()):
        raise Http404
    return Document.objects.get(pk=number)
