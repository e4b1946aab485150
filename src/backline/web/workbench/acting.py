"""Who works here: pages of the workbench are for colleagues alone, and start from what they reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from backline.cases.models import Case
from backline.cases.reach import load_case
from backline.cases.refusals import CaseNotFound
from backline.people import actors
from backline.people.actors import Actor, NoActor
from backline.people.models import Account

P = ParamSpec("P")


def now() -> datetime:
    """The time of this request; the only clock of the workbench."""
    return timezone.now()


def for_staff(view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """The view is called with the colleague who is signed in; for everybody else the page is not there."""

    @login_required
    @wraps(view)
    def seen(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, colleague(request), *args, **kwargs)
        response.setdefault("Cache-Control", "private, no-store")
        return response

    return seen


def colleague(request: HttpRequest) -> Actor:
    """The colleague who is signed in; raises Http404 for customers."""
    account = request.user
    if not isinstance(account, Account) or account.staff_id is None:
        raise Http404
    try:
        actor = actors.of_account(account)
    except NoActor:
        raise Http404
    if actor.kind != "staff":
        raise Http404
    return actor


def case_of(reference: str, by: Actor) -> Case:
    """The case, if this colleague reaches it; raises Http404."""
    try:
        return load_case(reference, by, now=now())
    except CaseNotFound:
        raise Http404
