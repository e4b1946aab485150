"""The pages of the mailbox: whose mail, which mail, one mail with its answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backline.demo.mailbox import reading
from backline.demo.mailbox.answering import answer
from backline.demo.mailbox.reading import Mail


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Everybody who has mail."""
    folder = _folder()
    names, counts = _names(folder), reading.boxes(folder)
    people = [
        {"address": address, "name": names.get(address, ""), "count": counts[address]}
        for address in sorted({*names, *counts}, key=lambda one: (-counts[one], one))
    ]
    return render(request, "mailbox/start.html", {"people": people})


@require_safe
def box(request: HttpRequest, address: str) -> HttpResponse:
    """The mail to one address."""
    folder = _folder()
    context = {"address": address, "name": _names(folder).get(address, ""), "mails": reading.mails(folder, address)}
    return render(request, "mailbox/box.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest, address: str, key: str) -> HttpResponse:
    """One message; a POST answers it."""
    found = _found(address, key)
    if request.method == "POST":
        return _answered(request, found, address)
    return render(request, "mailbox/mail.html", {"address": address, "mail": found})


@require_safe
def attachment(request: HttpRequest, address: str, key: str, position: int) -> HttpResponse:
    """A file of a message, to keep; never shown in the page's own name."""
    part = reading.attached(_found(address, key), position)
    if part is None:
        raise Http404
    response = HttpResponse(reading.content_of(part), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, part.get_filename() or "file") or "attachment"
    return response


def _answered(request: HttpRequest, found: Mail, address: str) -> HttpResponse:
    text, files = request.POST.get("text", ""), request.FILES.getlist("files")
    if not text.strip() and not files:
        messages.error(request, _("Write something, or attach a file."))
        return render(request, "mailbox/mail.html", {"address": address, "mail": found}, status=422)
    answer(mail=found, address=address, text=text, files=files, now=timezone.now())
    messages.success(request, _("Your answer was delivered."))
    return redirect("mailbox-box", address=address)


def _found(address: str, key: str) -> Mail:
    found = reading.one(_folder(), address, key)
    if found is None:
        raise Http404
    return found


def _folder() -> Path:
    """The organisation's folder, if it is a demonstration."""
    if not settings.ORGANISATION.demonstration:
        raise Http404
    return Path(settings.FOLDER)


def _names(folder: Path) -> dict[str, str]:
    """The people of the demonstration by address."""
    path = folder / "demonstration.json"
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {person["login"]: person["name"] for person in told.get("people", [])}
