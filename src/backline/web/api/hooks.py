"""``POST /hooks/SYSTEM``: a system says that something changed there. Whoever can't prove it learns nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from backline.channels.webhooks import receiving
from backline.channels.webhooks.receiving import MOST_BYTES, NoSuchHook, NotSigned, Unreadable
from backline.web.ui.slowing import place_of, wait_s

A_MINUTE = 1200
"""Messages that are taken from one place, so that a stranger uses up nobody else's; of what is not signed far fewer"""
WRONG_A_MINUTE = 30


@csrf_exempt
@require_POST
def take(request: HttpRequest, system: str) -> HttpResponse:
    """202: noted · 200: known already · 401: not signed, or too old · 404, 413, 400, 429."""
    now = timezone.now()
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return _say(413)
    place = place_of(request)
    if wait := wait_s("hooks", place, most=A_MINUTE, window_s=60, now=now):
        return _say(429, wait)
    try:
        new = receiving.take(system, request.headers, request.body, now=now)
    except NoSuchHook:
        return _say(404)
    except NotSigned:
        if wait := wait_s("hooks-wrong", place, most=WRONG_A_MINUTE, window_s=60, now=now):
            return _say(429, wait)
        return _say(401)
    except Unreadable:
        return _say(400)
    return _say(202 if new else 200)


def _say(status: int, wait: int = 0) -> JsonResponse:
    headers = {"Cache-Control": "no-store", **({"Retry-After": str(wait)} if wait else {})}
    return JsonResponse({"taken": status in (200, 202)}, status=status, headers=headers)
