"""A colleague files a document that no fact asked for."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backline.cases.adding import add_document
from backline.cases.models import Case
from backline.cases.refusals import FactsRefused
from backline.documents import storing
from backline.people.actors import Actor
from backline.web.workbench import acting
from backline.web.workbench.doing import through


@require_POST
@acting.for_staff
def file(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """``POST .../documents``."""
    case = acting.case_of(reference, by)
    return through(request, by, case, "document", lambda: _file(request, by, case), _("The document is filed."))


def _file(request: HttpRequest, by: Actor, case: Case) -> None:
    store_upload(request, by, case, note=request.POST.get("note", ""), shown="shown" in request.POST)


def store_upload(request: HttpRequest, by: Actor, case: Case, *, note: str, shown: bool = False) -> int:
    """File what was uploaded as ``file``; the document's number. Raises FactsRefused."""
    upload, now = request.FILES.get("file"), acting.now()
    if not isinstance(upload, UploadedFile):
        raise FactsRefused({"file": _("Choose a file.")})
    limit = settings.ORGANISATION.limits.attachment_bytes
    content = upload.read(limit + 1)
    try:
        document = storing.store(content=content, name=upload.name or "", by=by.id, now=now, limit=limit)
    except storing.DocumentRefused as refused:
        raise FactsRefused({"file": str(refused)})
    add_document(
        case=case, by=by, document=document, note=note, shown=shown, channel="workbench", now=now,
    )  # fmt: skip
    return document.pk
