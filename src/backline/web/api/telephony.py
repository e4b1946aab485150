"""``POST /calls/NAME``: a telephone system tells of a call."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from backline.channels.calls.sources import NoSuchTelephony
from backline.channels.calls.taking import take_posted
from backline.channels.posted import Unreadable
from backline.channels.webhooks.signing import NotSigned
from backline.web.ui.slowing import place_of, wait_s

A_MINUTE, WRONG_A_MINUTE = 1200, 30
MOST_BYTES = 6 * 1024 * 1024


@csrf_exempt
@require_POST
def take(request: HttpRequest, name: str) -> HttpResponse:
    """202: noted · 200: known already · 401: not signed · 404, 413, 422, 429."""
    now = timezone.now()
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return _say(413, "it is too large")
    place = place_of(request)
    if wait := wait_s("calls", place, most=A_MINUTE, window_s=60, now=now):
        return _say(429, "slow down", wait)
    url = settings.ORGANISATION.base_url.rstrip("/") + request.get_full_path()
    try:
        new = take_posted(name, request.headers, body, url=url, now=now)
    except NoSuchTelephony:
        return _say(404, "there is no such telephone system")
    except NotSigned:
        wait = wait_s("calls-wrong", place, most=WRONG_A_MINUTE, window_s=60, now=now)
        return _say(429, "slow down", wait) if wait else _say(401, "it is not signed by the telephone system")
    except Unreadable as wrong:
        return _say(422, str(wrong))
    return JsonResponse({"noted": new}, status=202 if new else 200)


def _say(status: int, why: str, wait: int = 0) -> HttpResponse:
    headers = {"Retry-After": str(wait)} if wait else {}
    return JsonResponse({"noted": 0, "reason": why}, status=status, headers=headers)
