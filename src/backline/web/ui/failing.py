"""What a person sees when something is not there, not allowed, or broke: plain words and a number to quote."""

from __future__ import annotations

import logging
import secrets
import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

LOG = logging.getLogger("backline.web")
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: also for what exists but is not for this person to know of."""
    return failure(request, 404, "not_found")


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return failure(request, 403, "not_allowed")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose token is missing or old."""
    return failure(request, 403, "stale_form", reason)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: also a form larger than the server takes."""
    if type(exception).__name__ in ("RequestDataTooBig", "TooManyFilesSent", "TooManyFieldsSent"):
        return failure(request, 413, "too_large")
    return failure(request, 400, "bad_request")


def expired_link(request: HttpRequest) -> HttpResponse:
    """410: a signed link that is over, used up, or never was ours: we don't say which."""
    return failure(request, 410, "expired_link")


def broken(request: HttpRequest) -> HttpResponse:
    """500: the number that the person can quote stands in the log beside the trace."""
    return failure(request, 500, "broken", exc_info=True)


def failure(request: HttpRequest, status: int, page: str, detail: str = "", exc_info: bool = False) -> HttpResponse:
    """The page of a failure, logged under the number that it shows."""
    number = quotable()
    level = logging.ERROR if status >= 500 else logging.WARNING
    trace = sys.exc_info() if exc_info else None
    LOG.log(level, "%s %s %s %s %s", number, status, request.method, request.path, detail or page, exc_info=trace)
    context = {"number": number, "status": status}
    content = render_to_string(f"ui/failures/{page}.html", context, request=request)
    return HttpResponse(content, status=status)


def quotable() -> str:
    """A number that can be read out on the phone: ``K7F2-9QXM``."""
    digits = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{digits[:4]}-{digits[4:]}"
