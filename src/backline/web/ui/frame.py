"""What every page's frame needs: whose house this is, the theme, and the reader's time zone."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEMES = ("light", "dark")
YEAR = 365 * 24 * 3600


def frame(request: HttpRequest) -> dict[str, object]:
    """The context processor behind ``ui/base.html``."""
    theme = request.COOKIES.get("theme", "")
    return {
        "organisation": settings.ORGANISATION,
        "theme": theme if theme in THEMES else "",
        "languages": settings.LANGUAGES,
    }


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the reader's choice of light, dark or as the device says."""
    response = HttpResponseRedirect(safe_next(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    else:
        response.delete_cookie("theme")
    return response


def safe_next(request: HttpRequest, otherwise: str = "/") -> str:
    """Where the form says to go next, if that is on this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=allowed, require_https=request.is_secure()):
        return wanted
    return otherwise


class NotKept:
    """Middleware: a page that was made for one person is kept by no browser and no proxy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cookie" in response.get("Vary", ""):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class ReaderZone:
    """Middleware: times are shown in the zone of the reader's own device, else in the organisation's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = request.COOKIES.get("zone", "").replace("%2F", "/")
        with timezone.override(ZoneInfo(zone) if zone in ZONES else None):
            return self.get_response(request)


ZONES = frozenset(available_timezones())
