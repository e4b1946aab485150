"""``POST /work/cases/REF/transcripts``: a colleague adds what was said in a call that no telephone system told of."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backline.cases.models import Case, CaseParty
from backline.cases.refusals import FactsRefused
from backline.channels.calls.noting import add_transcript
from backline.channels.calls.transcripts import MOST_BYTES, Transcript, TranscriptRefused, read_transcript
from backline.people.actors import Actor
from backline.web.workbench import acting
from backline.web.workbench.doing import through


@require_POST
@acting.for_staff
def add(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """A file, or what was typed."""
    case = acting.case_of(reference, by)
    return through(
        request, by, case, "transcript", lambda: _add(request, by, case), _("The transcript is in the case.")
    )


def _add(request: HttpRequest, by: Actor, case: Case) -> None:
    here = CaseParty.objects.filter(case=case, until=None, role=request.POST.get("party", ""))
    spoke = here.select_related("party").order_by("-since").first()
    if spoke is None:
        raise FactsRefused({"party": _("Choose who called.")})
    transcript = _transcript(request)
    add_transcript(case=case, party=spoke.party, by=by, transcript=transcript, now=acting.now())


def _transcript(request: HttpRequest) -> Transcript:
    upload, text = request.FILES.get("file"), request.POST.get("text", "")
    try:
        if isinstance(upload, UploadedFile):
            return read_transcript(upload.name or "", upload.read(MOST_BYTES + 1))
        if text.strip():
            return read_transcript("typed.txt", text.encode())
    except TranscriptRefused as refused:
        raise FactsRefused({"file": str(refused)}) from refused
    raise FactsRefused({"file": _("Choose a file, or write what was said.")})
