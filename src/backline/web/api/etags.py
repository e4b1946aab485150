"""The version of a case as an ETag: a change sent with If-Match happens only to what the caller saw."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse

from backline.cases.models import Case
from backline.web.api import problems
from backline.web.api.problems import Problem

TAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def tag(response: HttpResponse, case: Case) -> None:
    """Tell the version of the case."""
    response["ETag"] = f'"{case.version}"'


def seen(request: HttpRequest, case: Case) -> int | None:
    """The version that the caller saw, from If-Match; None without one. Raises 412 where the case went on since."""
    told = request.headers.get("If-Match", "").strip()
    if not told or told == "*":
        return None
    versions = {int(number) for number in TAG.findall(told)}
    if case.version not in versions:
        raise Problem(problems.CHANGED_MEANWHILE, headers={"ETag": f'"{case.version}"'})
    return case.version
