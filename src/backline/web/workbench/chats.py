"""``/work/chats``: who waits for an answer, and one place to answer in, with the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backline.cases.models import Case
from backline.cases.reach import cases_within_reach
from backline.cases.refusals import FactsRefused, Refusal, SameAlreadyOpen
from backline.catalogue import listing
from backline.channels.chats.becoming import become_request
from backline.channels.chats.talking import colleague_says, end, hand_over, may_answer, open_chats, take
from backline.channels.models import Chat
from backline.documents.models import Document
from backline.documents.storing import content
from backline.people.actors import Actor
from backline.web.portal.requests import as_download
from backline.web.workbench import acting, choices

MOST = 100


@require_safe
@acting.for_staff
def list_(request: HttpRequest, by: Actor) -> HttpResponse:
    """The chats of my teams, those first that wait longest; the list alone where the page asks for it."""
    template = "workbench/parts/chat_list.html" if _is_part(request) else "workbench/chats.html"
    return render(request, template, {"chats": open_chats(by)[:MOST], "by": by})


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def show(request: HttpRequest, by: Actor, chat: int) -> HttpResponse:
    """One chat; what is sent answers it, takes it, hands it over, ends it, or makes a request of it."""
    row, wrong = _chat_of(chat, by), ""
    if request.method == "POST":
        try:
            went = DOORS.get(request.POST.get("how", ""), _answer)(request, row, by)
            if not _is_part(request):
                return went
            row = _chat_of(chat, by)
        except FactsRefused as refused:
            wrong = " ".join(refused.messages.values())
        except SameAlreadyOpen as same:
            wrong = _("The same is open already: %(case)s.") % {"case": same.reference}
        except Refusal as refused_door:
            wrong = str(refused_door)
    template = "workbench/parts/chat_talk.html" if _is_part(request) else "workbench/chat.html"
    status = 422 if wrong and not _is_part(request) else 200
    return render(
        request, template, {**_context(row, by), "wrong": wrong, "said": request.POST if wrong else {}}, status=status
    )


@require_safe
@acting.for_staff
def lines(request: HttpRequest, by: Actor, chat: int) -> HttpResponse:
    """What was said, asked again and again by the page."""
    return render(request, "workbench/parts/chat_said.html", _context(_chat_of(chat, by), by))


@require_safe
@acting.for_staff
def file(request: HttpRequest, by: Actor, chat: int, document: int) -> HttpResponse:
    """A file that came in the chat, as an attachment."""
    line = _chat_of(chat, by).lines.filter(document=document).select_related("document").first()
    if line is None or not isinstance(line.document, Document):
        raise Http404
    return as_download(content(line.document), name=line.document.name, media_type=line.document.media_type)


def _context(chat: Chat, by: Actor) -> dict[str, object]:
    reached = chat.case is not None and cases_within_reach(by).filter(pk=chat.case.pk).exists()
    language = get_language() or ""
    services = (
        [] if chat.case else [(one.key, one.texts.title(language)) for one in listing.search("", language=language)]
    )
    return {
        "chat": chat,
        "lines": chat.lines.select_related("document"),
        "reached": reached,
        "services": services,
        "teams": choices.teams(),
        "mine": chat.taken_by == by.id,
        "by": by,
    }


def _chat_of(number: int, by: Actor) -> Chat:
    """A chat of this colleague's teams, or in their hands; raises Http404."""
    found = Chat.objects.select_related("case", "party").filter(pk=number).first()
    if found is None:
        raise Http404
    try:
        may_answer(found, by)
    except Refusal:
        raise Http404
    return found


def _answer(request: HttpRequest, chat: Chat, by: Actor) -> HttpResponse:
    colleague_says(chat=chat, by=by, text=request.POST.get("text", ""), now=acting.now())
    return redirect("work-chat", chat.pk)


def _take(request: HttpRequest, chat: Chat, by: Actor) -> HttpResponse:
    take(chat=chat, by=by, now=acting.now())
    return redirect("work-chat", chat.pk)


def _hand_over(request: HttpRequest, chat: Chat, by: Actor) -> HttpResponse:
    told = request.POST
    hand_over(chat=chat, by=by, team=told.get("team", chat.team), note=told.get("note", ""), now=acting.now())
    messages.success(request, _("The chat is with the team."))
    return redirect("work-chats")


def _end(request: HttpRequest, chat: Chat, by: Actor) -> HttpResponse:
    end(chat=chat, by=by, now=acting.now())
    messages.success(request, _("The chat is over. What was said stays."))
    return redirect("work-chats")


def _become(request: HttpRequest, chat: Chat, by: Actor) -> HttpResponse:
    case: Case = become_request(chat=chat, by=by, service=request.POST.get("service", ""), now=acting.now())
    messages.success(
        request, _("%(case)s is open. What was said is filled in for you to confirm.") % {"case": case.reference}
    )
    return redirect("work-call", case.reference)


def _is_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


DOORS: Mapping[str, Callable[[HttpRequest, Chat, Actor], HttpResponse]] = {
    "answer": _answer,
    "take": _take,
    "over": _hand_over,
    "end": _end,
    "become": _become,
}
