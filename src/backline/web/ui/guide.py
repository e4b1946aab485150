"""The visual language on one page, shown on a demonstration alone."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from backline.web.ui.fields import FieldView


@require_safe
def visual_language(request: HttpRequest) -> HttpResponse:
    """``/ui/``: every component with example content."""
    if not settings.ORGANISATION.demonstration:
        raise Http404
    fields = _fields()
    context = {
        "fields": fields,
        "errors": [f for f in fields if f.error],
        "promises": _promises(),
        "moments": _moments(),
        "documents": [{"name": "Decision.pdf", "href": "#", "about": "PDF, 48 kB"}],
    }
    return render(request, "ui/guide.html", context)


def _fields() -> list[FieldView]:
    reasons = (("medical", "Medical care"), ("tuition", "Tuition"), ("funeral", "Funeral"))
    big = settings.ORGANISATION.limits.attachment_bytes
    return [
        FieldView(name="name", kind="text", label="What is your name?", help="As it stands on your passport."),
        FieldView(name="email", kind="e-mail", label="E-mail address", value="anna@", error="Enter an e-mail address."),
        FieldView(name="amount", kind="money", label="How much do you need?", currency="EUR", value="1,200"),
        FieldView(name="birth_date", kind="date", label="When were you born?", help="For example, 27 3 1985."),
        FieldView(name="reason", kind="choice", label="What is it for?", options=reasons, value="tuition"),
        FieldView(name="plastic", kind="yes/no", label="Do you also want a card by post?", optional=True),
        FieldView(name="also", kind="choices", label="What else applies?", options=reasons, value=["medical"]),
        FieldView(name="address", kind="address", label="Where do you live?"),
        FieldView(name="bill", kind="document", label="A bill that shows it", largest=big),
    ]


def _promises() -> list[dict[str, str]]:
    told = (
        ("kept", "check", "Your number", "Kept in 2 seconds"),
        ("running", "clock", "An answer", "By Tuesday 24 November, 17:00"),
        ("at-risk", "alert", "The money", "Expected later than Thursday 26 November"),
        ("paused", "pause", "The letter", "Waits until we have your document"),
        ("broken", "broken", "Your card by post", "We said Friday 20 November, and did not keep it"),
    )
    return [{"tone": tone, "sign": sign, "label": label, "words": words} for tone, sign, label, words in told]


def _moments() -> list[dict[str, object]]:
    now = timezone.now()
    return [
        {"words": "We paid the money out.", "at": now, "who": "", "key": True},
        {"words": "You sent a document.", "at": now - timedelta(hours=3), "who": "you"},
        {"words": "You asked for money from your plan.", "at": now - timedelta(days=2), "who": "you"},
    ]
