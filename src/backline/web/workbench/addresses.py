"""``POST /work/cases/REF/address``: a colleague notes another e-mail address of somebody whom mail does not reach."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backline.cases.storage.row_ids import row_id
from backline.channels.readdressing import ask_to_confirm, undelivered
from backline.people.actors import Actor
from backline.web.workbench import acting
from backline.web.workbench.doing import through


@require_POST
@acting.for_staff
def correct(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """A link goes there; the address counts once it is confirmed."""
    case = acting.case_of(reference, by)
    told = row_id(request.POST.get("party", ""))
    party = next((one.party for one in undelivered(case) if one.party.pk == told), None)
    if party is None:
        raise Http404
    address = request.POST.get("address", "")
    return through(
        request, by, case, "address",
        lambda: ask_to_confirm(case=case, party=party, address=address, by=by, now=acting.now()),
        _("A link went there. Once it is confirmed, what did not arrive is sent again."),
    )  # fmt: skip
