"""How much one person, and all who come from one place, may send."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from backline.web.portal import visiting
from backline.web.ui.failing import failure
from backline.web.ui.slowing import place_of, wait_s

PEOPLE_BEHIND_ONE_PLACE = 20
"""An office, a school or a hospital comes from one address"""
MINUTE_S, HOUR_S = 60, 3600


class FairShare:
    """Middleware: forms and their files are taken so fast, and no faster; what is asked for is shown always.

    Colleagues are not slowed down, nor is the API, which counts by token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wait = _wait_s(request) if request.method == "POST" else 0
        if not wait:
            return self.get_response(request)
        response = failure(request, 429, "too_many")
        response["Retry-After"] = str(wait)
        return response


def _wait_s(request: HttpRequest) -> int:
    """Seconds that this one waits; 0 where the form is taken."""
    if request.path.startswith("/api/") or getattr(request.user, "staff_id", None):
        return 0
    limits, now = settings.ORGANISATION.limits, visiting.now()
    size = int(request.META.get("CONTENT_LENGTH") or 0) // 1024
    place = place_of(request)
    callers = [(f"place:{place}", PEOPLE_BEHIND_ONE_PLACE)]
    if request.user.is_authenticated:
        callers = [(f"account:{request.user.pk}", 1)]
    waits = [
        wait_s(what, whom, most=most * share, window_s=window_s, now=now, cost=cost)
        for whom, share in callers
        for what, most, window_s, cost in (
            ("forms", limits.forms_a_minute, MINUTE_S, 1),
            ("files", limits.bytes_an_hour // 1024, HOUR_S, size),
        )
    ]
    return max(waits)
