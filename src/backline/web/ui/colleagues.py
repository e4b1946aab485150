"""Pages that are for colleagues alone, some of them for certain colleagues; for everybody else they are not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from backline.people import actors
from backline.people.actors import Actor, NoActor
from backline.people.models import Account

View = Callable[Concatenate[HttpRequest, Actor, ...], HttpResponse]


def for_colleagues(may: Callable[[Actor], bool]) -> Callable[[View], Callable[..., HttpResponse]]:
    """The view is called with the colleague who is signed in, where they may enter."""

    def gated(view: View) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def seen(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            actor = colleague(request)
            if not may(actor):
                raise Http404
            response = view(request, actor, *args, **kwargs)
            response.setdefault("Cache-Control", "private, no-store")
            return response

        return seen

    return gated


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
