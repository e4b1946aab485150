"""``POST /messages/NAME``: a provider brings SMS or messages of a social network."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backline.channels.posted import Unreadable
from backline.channels.short_messages.sources import NoSuchSource, source_of
from backline.channels.short_messages.taking import take_posted
from backline.channels.webhooks.signing import NotSigned
from backline.web.ui.slowing import place_of, wait_s

A_MINUTE, WRONG_A_MINUTE = 1200, 30
MOST_BYTES = 30 * 1024 * 1024


@csrf_exempt
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, name: str) -> HttpResponse:
    """202: kept · 200: known already · 401: not signed · 404, 413, 422, 429. ``GET`` answers Meta's question whether
    the address is ours."""
    if request.method == "GET":
        return _subscribed(request, name)
    now = timezone.now()
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return _say(413, "it is too large")
    place = place_of(request)
    if wait := wait_s("messages", place, most=A_MINUTE, window_s=60, now=now):
        return _say(429, "slow down", wait)
    url = settings.ORGANISATION.base_url.rstrip("/") + request.get_full_path()
    try:
        new = take_posted(name, request.headers, body, url=url, now=now)
    except NoSuchSource:
        return _say(404, "there is no such source")
    except NotSigned:
        wait = wait_s("messages-wrong", place, most=WRONG_A_MINUTE, window_s=60, now=now)
        return _say(429, "slow down", wait) if wait else _say(401, "it is not signed by the provider")
    except Unreadable as wrong:
        return _say(422, str(wrong))
    return JsonResponse({"kept": new}, status=202 if new else 200)


def _subscribed(request: HttpRequest, name: str) -> HttpResponse:
    try:
        token = source_of(name).token
    except NoSuchSource:
        return _say(404, "there is no such source")
    given, challenge = request.GET.get("hub.verify_token", ""), request.GET.get("hub.challenge", "")
    if not token or not hmac.compare_digest(given.encode(), token.encode()) or not challenge.isdecimal():
        return _say(401, "the token is not ours")
    return HttpResponse(challenge[:40], content_type="text/plain")


def _say(status: int, why: str, wait: int = 0) -> HttpResponse:
    headers = {"Retry-After": str(wait)} if wait else {}
    return JsonResponse({"kept": 0, "reason": why}, status=status, headers=headers)
