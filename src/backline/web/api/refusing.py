"""What the doors refuse, and what went wrong otherwise, turned into problem details. Nobody reads a stack trace."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from backline.cases.refusals import CaseNotFound, FactsRefused, NotOpen, SameAlreadyOpen, TaskTaken, TooBusy
from backline.catalogue.versions import VersionNotFound
from backline.documents.storing import DocumentRefused
from backline.people.refusals import IdentifierTaken, NotAllowed, NotAnIdentifier, Refusal
from backline.web.api import problems
from backline.web.api.field_errors import field_errors
from backline.web.api.problems import Kind, Problem, pointer, problem
from backline.web.ui.failing import quotable

LOG = logging.getLogger("backline.web.api")
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Backline"'}
SOON = {"Retry-After": "2"}
TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
REFUSALS: Mapping[type[Exception], Kind] = {
    NotAllowed: problems.NOT_ALLOWED,
    CaseNotFound: problems.NOT_FOUND,
    NotOpen: problems.NOT_OPEN,
    TaskTaken: problems.TAKEN,
    TooBusy: problems.BUSY,
    VersionNotFound: problems.NOT_FOUND,
    IdentifierTaken: problems.TAKEN,
    NotAnIdentifier: problems.REFUSED,
    DocumentRefused: problems.REFUSED,
    Refusal: problems.REFUSED,
}
"""The first that fits, from the top"""


def refuse(request: HttpRequest, wrong: Exception | type[Exception]) -> HttpResponse:
    """The problem that this exception is."""
    if isinstance(wrong, Problem):
        return problem(request, wrong.kind, wrong.detail, errors=wrong.errors, headers=wrong.headers, more=wrong.more)
    if isinstance(wrong, FactsRefused):
        return problem(request, problems.REFUSED, errors=_pointed(request, wrong.messages))
    if isinstance(wrong, SameAlreadyOpen):
        return problem(request, problems.SAME_ALREADY_OPEN, str(wrong), more={"case": wrong.reference})
    for kind_of_refusal, kind in REFUSALS.items():
        if isinstance(wrong, kind_of_refusal):
            return problem(request, kind, str(wrong), headers=SOON if kind is problems.BUSY else None)
    return _other(request, wrong)


def broken(request: HttpRequest, wrong: Exception | type[Exception]) -> HttpResponse:
    """What nobody foresaw: logged under a number that the caller can quote."""
    number = quotable()
    LOG.error(
        "%s 500 %s %s", number, request.method, request.path, exc_info=wrong if isinstance(wrong, Exception) else None
    )
    return problem(request, problems.BROKEN, more={"number": number})


def install(api: NinjaAPI) -> None:
    """All of it, for this API."""
    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, refuse)


def _other(request: HttpRequest, wrong: Exception | type[Exception]) -> HttpResponse:
    """What the framework and the database raise."""
    if isinstance(wrong, AuthenticationError):
        return problem(request, problems.NOT_SIGNED_IN, headers=CHALLENGE)
    if isinstance(wrong, ValidationError):
        return problem(request, problems.REFUSED, errors=field_errors(wrong.errors))
    if isinstance(wrong, HttpError):
        return problem(request, problems.BAD_REQUEST)
    if isinstance(wrong, Http404):
        return problem(request, problems.NOT_FOUND)
    if isinstance(wrong, TOO_BIG):
        return problem(request, problems.TOO_LARGE)
    if isinstance(wrong, OperationalError):
        LOG.warning("503 %s %s: %s", request.method, request.path, wrong)
        return problem(request, problems.BUSY, headers=SOON)
    return broken(request, wrong)


def _pointed(request: HttpRequest, messages: Mapping[str, str]) -> dict[str, str]:
    """Each message at the part of the body that it is about."""
    body = _body(request)
    return {_place(body, name): message for name, message in messages.items()}


def _place(body: Mapping[str, Any], name: str) -> str:
    """A fact by its path or, in an item that is new, by its name; a member of the body; or the value that was sent."""
    for within in ("facts", "gives"):
        told = body.get(within)
        for spelt in (name, name.rpartition("/")[2]):
            if isinstance(told, dict) and spelt in told:
                return pointer(within, spelt)
    return pointer("value" if name not in body and "value" in body else name)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        told = json.loads(request.body)
    except Exception:  # a form, or nothing at all
        return {}
    return told if isinstance(told, dict) else {}
