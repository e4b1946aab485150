"""``/requests/REF/archive``: everything that a person may see of their request, to keep."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.cases.showing.viewing import view_case
from backline.web.portal.knowing import known_to
from backline.web.ui.archiving import archive


@require_safe
def download(request: HttpRequest, reference: str) -> HttpResponse:
    """One archive with an index, as this person sees the request."""
    known = known_to(request, reference)
    view = view_case(
        case=known.case, by=known.by, purpose=_("Acting for them"), language=get_language() or "", now=known.now
    )
    return FileResponse(archive(known.case, view), as_attachment=True, filename=f"{view.reference}.zip")  # type: ignore[return-value]
