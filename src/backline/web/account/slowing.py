"""What a person sees who is slowed down."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from backline.web.ui.failing import failure


def too_many(request: HttpRequest) -> HttpResponse:
    """429: more tries from one place than are let through."""
    return failure(request, 429, "too_many")
