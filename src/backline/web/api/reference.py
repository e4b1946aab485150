"""The pages about the API: its operations to try out, and what each kind of problem means."""

from __future__ import annotations

import json

from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from backline.web.api.problems import KINDS


@require_safe
@csp_update({"img-src": ["data:"]})
def docs(request: HttpRequest) -> HttpResponse:
    """``/api/docs``: all operations, to read and to try out with a token or as who is signed in."""
    settings = {"url": reverse("api:openapi-json"), "layout": "BaseLayout", "deepLinking": True, "validatorUrl": None}
    return render(request, "api/docs.html", {"swagger_settings": json.dumps(settings)})


@require_safe
def all_problems(request: HttpRequest) -> HttpResponse:
    """``/problems``: every kind."""
    return render(request, "api/problems.html", {"kinds": KINDS.values()})


@require_safe
def one_problem(request: HttpRequest, name: str) -> HttpResponse:
    """``/problems/NAME``: what the type of a problem leads to."""
    if name not in KINDS:
        raise Http404
    return render(request, "api/problem.html", {"kind": KINDS[name]})
