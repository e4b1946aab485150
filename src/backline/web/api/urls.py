"""The addresses of the API, and of the pages that explain its problems."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from backline.web.api import hooks, problems, reference, short_messages, telephony
from backline.web.api.assembling import api
from backline.web.api.problems import problem
from backline.web.api.reading import keepable
from backline.web.api.refusing import refuse

View = Callable[..., HttpResponseBase]


def at_the_edge(view: View) -> View:
    """Whatever happens, the answer is JSON that nobody keeps; a wrong method and a broken request are problems too."""

    @csrf_exempt
    @wraps(view)
    def edge(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not keepable(request):
            return problem(request, problems.BAD_REQUEST)
        try:
            response = view(request, *args, **kwargs)
        except Exception as wrong:
            response = refuse(request, wrong)
        if response.status_code == 405 and "Allow" in response:
            response = problem(request, problems.METHOD_NOT_ALLOWED, headers={"Allow": response["Allow"]})
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return edge


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponseBase:
    """Any other address under the API."""
    return problem(request, problems.NOT_FOUND)


def _edged(pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    if isinstance(pattern, URLPattern):
        pattern.callback = at_the_edge(pattern.callback)
    return pattern


_patterns, _app, _namespace = api.urls
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/docs", reference.docs, name="api-docs"),
    path("hooks/<slug:system>", hooks.take, name="hooks"),
    path("messages/<slug:name>", short_messages.take, name="short-messages"),
    path("calls/<slug:name>", telephony.take, name="telephony"),
    path("problems", reference.all_problems, name="api-problems"),
    path("problems/<slug:name>", reference.one_problem, name="api-problem"),
    path("api/", ([_edged(pattern) for pattern in _patterns], _app, _namespace)),
    re_path(r"^api(?:/.*)?$", nothing_here),
]
