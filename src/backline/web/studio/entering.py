"""Who may enter: colleagues with the duty of an analyst or an administrator; for all others the pages are not there."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from backline.insight.acts import feeding
from backline.people import actors
from backline.people.actors import Actor, NoActor
from backline.people.models import Account

P = ParamSpec("P")
DUTIES = ("analyst", "administrator")


def for_analysts(view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """The view is called with the analyst who is signed in."""

    @login_required
    @wraps(view)
    def seen(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, _analyst(request), *args, **kwargs)
        response.setdefault("Cache-Control", "private, no-store")
        return response

    return seen


def folder() -> Path:
    """Where the store of logs is."""
    where: Path = settings.ORGANISATION.folder
    return where


def catch_up(now: datetime) -> None:
    """Read into the store what our own cases did since somebody last looked; where that takes long, not each time."""
    where = folder()
    if time.monotonic() < _NEXT.get(where, 0.0):
        return
    started = time.monotonic()
    feeding.catch_up(folder=where, now=now)
    _NEXT[where] = time.monotonic() + PATIENCE * (time.monotonic() - started)


PATIENCE = 20
"""Reading takes at most one part in so many of the time"""
_NEXT: dict[Path, float] = {}


def _analyst(request: HttpRequest) -> Actor:
    account = request.user
    if not isinstance(account, Account) or account.staff_id is None:
        raise Http404
    try:
        actor = actors.of_account(account)
    except NoActor:
        raise Http404
    if not any(actor.has_duty(duty) for duty in DUTIES):
        raise Http404
    return actor
