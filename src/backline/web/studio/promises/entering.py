"""Who may see how promises are kept: analysts, administrators, auditors, and whoever leads a team."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from backline.people import actors
from backline.people.actors import Actor, NoActor
from backline.people.models import Account

P = ParamSpec("P")
DUTIES = ("analyst", "administrator", "auditor")


def for_owners(view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """The view is called with the colleague who is signed in; for all others the page is not there."""

    @login_required
    @wraps(view)
    def seen(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, _owner(request), *args, **kwargs)
        response.setdefault("Cache-Control", "private, no-store")
        return response

    return seen


def _owner(request: HttpRequest) -> Actor:
    account = request.user
    if not isinstance(account, Account) or account.staff_id is None:
        raise Http404
    try:
        actor = actors.of_account(account)
    except NoActor:
        raise Http404
    if not actor.leads and not any(actor.has_duty(duty) for duty in DUTIES):
        raise Http404
    return actor
