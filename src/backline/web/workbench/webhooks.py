"""``/work/webhooks``: what systems told us, what programs of others were told, and what did not arrive."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backline.channels.models import ChangeCursor, Delivery, Notice
from backline.channels.webhooks import subscribing
from backline.people.actors import Actor
from backline.people.refusals import Refusal
from backline.web.workbench import acting

MOST = 50
MAY = ("administrator", "auditor", "analyst")


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor) -> HttpResponse:
    """Everything of the last time, the latest first; for those whose duty it is."""
    _for_duty(by)
    deliveries = Delivery.objects.filter(subscription__in=subscribing.within_reach(by)).select_related("subscription")
    if request.GET.get("state"):
        deliveries = deliveries.filter(state=request.GET["state"])
    context = {
        "subscriptions": list(subscribing.within_reach(by).filter(ended_at=None)[:MOST]),
        "deliveries": list(deliveries.order_by("-pk")[:MOST]),
        "notices": list(Notice.objects.order_by("-pk")[:MOST]),
        "cursors": list(ChangeCursor.objects.order_by("system", "name")),
        "may_change": by.has_duty("administrator"),
        "failed": Delivery.objects.filter(state="failed").count(),
        "state": request.GET.get("state", ""),
    }
    return render(request, "workbench/webhooks.html", context)


@require_POST
@acting.for_staff
def resend(request: HttpRequest, by: Actor, delivery: int) -> HttpResponse:
    """``POST .../deliveries/ID/resending``."""
    _for_duty(by)
    row = Delivery.objects.select_related("subscription").filter(pk=delivery).first()
    if row is None:
        raise Http404
    try:
        subscribing.resend(by=by, delivery=row, now=acting.now())
        messages.success(request, _("It is sent again."))
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("work-webhooks")


def _for_duty(by: Actor) -> None:
    if not any(by.has_duty(duty) for duty in MAY):
        raise Http404
