"""``/chat``: a visitor writes to us and is answered on the page, or by e-mail once they have left."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backline.cases.refusals import FactsRefused, Refusal
from backline.channels.attaching import Given
from backline.channels.chats.expecting import expected
from backline.channels.chats.mailing import NotProven, prove_address
from backline.channels.chats.talking import begin, customer_says, seen
from backline.channels.models import Chat
from backline.web.portal import replaying, visiting
from backline.web.portal.wording import day_words
from backline.web.ui.failing import failure
from backline.web.ui.slowing import place_of, wait_s

KEPT = "portal.chat"
NEW_AN_HOUR, LINES_A_MINUTE = 6, 20
"""That one place may begin, and that one chat may say"""
JUST_NOW = timedelta(minutes=10)
"""Whoever answered so lately is there, whatever the hours say"""


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """``/chat``: who are you, and what is it about? Where a chat goes on already, it is shown."""
    if not settings.ORGANISATION.chat.team:
        raise Http404
    if (chat := _mine(request)) and chat.ended_at is None:
        return redirect("chat")
    now, wrong = visiting.now(), {}
    if request.method == "POST":
        if wait := wait_s("chats", place_of(request), most=NEW_AN_HOUR, window_s=3600, now=now):
            return _slow(request, wait)
        try:
            return _begin(request, now)
        except FactsRefused as refused:
            wrong = refused.messages
    context = {
        "wrong": wrong, "said": request.POST, "token": replaying.fresh_token(),
        "expectation": expectation(settings.ORGANISATION.chat.team, now),
    }  # fmt: skip
    return render(request, "portal/chat_start.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: HttpRequest) -> HttpResponse:
    """``/chat/now``: what was said, and what to say next."""
    row, now, wrong = _mine(request), visiting.now(), ""
    if row is None:
        return redirect("chats")
    if request.method == "POST":
        if wait := wait_s("chat", row.key, most=LINES_A_MINUTE, window_s=60, now=now):
            return _slow(request, wait)
        with replaying.claimed(token=request.POST.get("token", ""), place="", now=now) as claim:
            try:
                if claim.first:
                    customer_says(chat=row, text=request.POST.get("text", ""), file=given(request), now=now)
            except (FactsRefused, Refusal) as refused:
                claim.refused = True
                wrong = " ".join(refused.messages.values()) if isinstance(refused, FactsRefused) else str(refused)
        if not wrong and not is_part(request):
            return redirect("chat")
    seen(row, now)
    said = request.POST if wrong else {}
    context = {**_context(row, now), "wrong": wrong, "said": said, "again": request.method == "POST"}
    template = "portal/parts/chat.html" if is_part(request) else "portal/chat.html"
    return render(request, template, context, status=422 if wrong and not is_part(request) else 200)


@require_safe
def lines(request: HttpRequest) -> HttpResponse:
    """``/chat/lines``: asked again and again by the page; once the chat is over, its form goes as well."""
    row = _mine(request)
    if row is None:
        raise Http404
    seen(row, visiting.now())
    context = _context(row, visiting.now())
    if row.ended_at is None or not is_part(request):
        return render(request, "portal/parts/chat_lines.html", context)
    response = render(request, "portal/parts/chat.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#chat", "outerHTML"
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """``/chat/end``: this browser forgets the chat."""
    request.session.pop(KEPT, None)
    messages.success(request, _("You have left the chat."))
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, token: str) -> HttpResponse:
    """``/chat/address/TOKEN``: the address is theirs. A press of a button says so, since mail programs follow links."""
    if request.method == "POST":
        try:
            prove_address(token, now=visiting.now())
        except NotProven:
            messages.error(request, _("This link is too old, or was changed on its way."))
            return redirect("home")
        messages.success(request, _("Thank you. Our answers reach you at this address."))
        return redirect("chats" if settings.ORGANISATION.chat.team else "home")
    return render(request, "portal/chat_address.html")


def expectation(team: str, now: datetime, chat: Chat | None = None) -> str:
    """Who answers, and when an answer can be expected: no more than the team can keep."""
    if chat is not None and chat.ended_at is not None:
        return _("This chat is over.")
    told = expected(team, now=now)
    who = _("%(name)s answers you.") % {"name": chat.taken_name} if chat is not None and chat.taken_name else ""
    if chat is not None and chat.lines.filter(mine=False, at__gt=now - JUST_NOW).exists():
        return who
    return " ".join(filter(None, [who, *_when(told.here, told.until, told.again, told.minutes)]))


def _when(here: bool, until: datetime | None, again: datetime | None, minutes: int) -> list[str]:
    if here and until:
        words = [_("We are here today until %(time)s.") % {"time": _clock(until)}]
        return [*words, _("Most are answered within %(n)s minutes.") % {"n": minutes}] if minutes else words
    if again is None:
        return [_("We answer as soon as we are here again.")]
    return [_("We are not here now. Write all the same: we read it from %(day)s on.") % {"day": day_words(again)}]


def given(request: HttpRequest) -> Given | None:
    """The file that came with it; one larger than documents may be is cut and then refused."""
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        return None
    return Given(
        name=upload.name or _("document"), content=upload.read(settings.ORGANISATION.limits.attachment_bytes + 1)
    )


def is_part(request: HttpRequest) -> bool:
    """Whether the page itself asks, for a part of it."""
    return request.headers.get("HX-Request") == "true"


def _begin(request: HttpRequest, now: datetime) -> HttpResponse:
    told = request.POST
    with replaying.claimed(token=told.get("token", ""), place="", now=now) as claim:
        if claim.first:
            made = begin(
                name=told.get("name", ""), email=told.get("email", ""), text=told.get("text", ""), file=given(request),
                language=get_language() or "", now=now,
            )  # fmt: skip
            request.session[KEPT] = made.key
    return redirect("chat")


def _mine(request: HttpRequest) -> Chat | None:
    """The chat that this browser began."""
    key = request.session.get(KEPT, "")
    return Chat.objects.select_related("case", "party").filter(key=key).first() if key else None


def _context(chat: Chat, now: datetime) -> dict[str, object]:
    return {
        "chat": chat,
        "lines": chat.lines.select_related("document"),
        "expectation": expectation(chat.team, now, chat),
        "token": replaying.fresh_token(),
    }


def _slow(request: HttpRequest, wait: int) -> HttpResponse:
    response = failure(request, 429, "too_many")
    response["Retry-After"] = str(wait)
    return response


def _clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "TIME_FORMAT")
