"""What a load balancer asks: is the process alive, and may it take traffic."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Alive: the process answers."""
    return JsonResponse({"status": "alive"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """May take traffic: the database answers and is at this version."""
    reason = not_ready()
    if reason:
        return JsonResponse({"status": "not ready", "reason": reason}, status=503)
    return JsonResponse({"status": "ready"})


class Probes:
    """Answers a load balancer before all else: it asks by the machine's own address, not by the organisation's name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = PROBES.get(request.path)
        return answer(request) if answer else self._get_response(request)


def not_ready() -> str:
    """Why the database can't be used now; nothing where it can."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "the database does not answer"
    return "the database waits for 'backline migrate'" if waiting else ""


PROBES: Mapping[str, Callable[[HttpRequest], HttpResponseBase]] = {"/health": health, "/ready": ready}
