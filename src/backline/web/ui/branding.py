"""The organisation's own look: its colours as a stylesheet, its logo as a picture."""

from __future__ import annotations

import mimetypes

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from backline.web.ui.colours import palette

PICTURES = {"image/svg+xml", "image/png", "image/jpeg", "image/webp"}


@require_safe
@cache_control(max_age=300, public=True)
def stylesheet(request: HttpRequest) -> HttpResponse:
    """``/brand.css``: the colours of the organisation over the tokens of the house."""
    brand = settings.ORGANISATION.brand
    return render(request, "ui/brand.css", {"p": palette(brand.colour, brand.accent)}, content_type="text/css")


@require_safe
@cache_control(max_age=300, public=True)
def logo(request: HttpRequest) -> FileResponse:
    """``/brand/logo``: the file that the settings name, from the folder ``brand``."""
    organisation = settings.ORGANISATION
    folder = (organisation.folder / "brand").resolve()
    path = (folder / organisation.brand.logo).resolve()
    media_type = mimetypes.guess_type(path.name)[0] or ""
    if not path.is_relative_to(folder) or not path.is_file() or media_type not in PICTURES:
        raise Http404
    response = FileResponse(path.open("rb"), content_type=media_type)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
