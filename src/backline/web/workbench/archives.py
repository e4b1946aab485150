"""``/work/cases/REF/archive``: the whole case, to take along."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.cases.showing.viewing import view_case
from backline.people.actors import Actor
from backline.web.ui.archiving import archive
from backline.web.workbench import acting


@require_safe
@acting.for_staff
def download(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """One archive with an index; that it was taken is logged with the customer's data."""
    case, now = acting.case_of(reference, by), acting.now()
    view = view_case(case=case, by=by, purpose=_("Exporting the request"), language=get_language() or "", now=now)
    return FileResponse(archive(case, view), as_attachment=True, filename=f"{view.reference}.zip")  # type: ignore[return-value]
