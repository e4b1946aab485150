"""Lengths of time and states in the customer's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.engine.definition import Span


@dataclass(frozen=True, kw_only=True)
class PromiseLine:
    """A promise as a page shows it."""

    label: str
    words: str
    tone: str
    sign: str


SIGNS = {
    "kept": "check",
    "running": "clock",
    "waiting": "circle-dashed",
    "paused": "pause",
    "at-risk": "alert",
    "broken": "broken",
}


def promise_line(label: str, words: str, state: str) -> PromiseLine:
    """One line of the tracker; ``state`` as the engine names it."""
    tone = state.replace(" ", "-")
    return PromiseLine(label=label, words=words, tone=tone, sign=SIGNS.get(tone, "clock"))


def span_words(span: Span) -> str:
    """``3 business days``."""
    n = span.amount
    if span.business:
        return ngettext("%(n)s business day", "%(n)s business days", n) % {"n": n}
    words: dict[str, Callable[[], str]] = {
        "seconds": lambda: ngettext("%(n)s second", "%(n)s seconds", n),
        "minutes": lambda: ngettext("%(n)s minute", "%(n)s minutes", n),
        "hours": lambda: ngettext("%(n)s hour", "%(n)s hours", n),
        "days": lambda: ngettext("%(n)s day", "%(n)s days", n),
        "weeks": lambda: ngettext("%(n)s week", "%(n)s weeks", n),
        "months": lambda: ngettext("%(n)s month", "%(n)s months", n),
        "years": lambda: ngettext("%(n)s year", "%(n)s years", n),
    }
    return words[span.unit]() % {"n": n}


def within(span: Span | None) -> str:
    """``At once``, ``Within 3 business days``."""
    if span is None:
        return _("We tell you the day")
    if span.unit == "seconds" or (span.unit == "minutes" and span.amount <= 1):
        return _("At once")
    return _("Within %(time)s") % {"time": span_words(span)}


def day_words(at: datetime) -> str:
    """``tomorrow, 17:00``; ``Thursday 26 November``: in the reader's zone."""
    local = timezone.localtime(at)
    away = (local.date() - timezone.localdate()).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get(away)
    if near:
        return f"{near}, {formats.date_format(local, 'H:i')}"
    words = formats.date_format(local, _("l j F"))
    return words if abs(away) < 300 else f"{words} {local.year}"


def due_words(state: str, due: datetime | None, settled: datetime | None, after: str) -> str:
    """What is said of a promise now."""
    if state == "kept" and settled:
        return capfirst(_("kept: %(day)s") % {"day": day_words(settled)})
    if state == "paused":
        return _("The clock stands still until the answer is there")
    if due is None:
        return _("Starts when we have: %(what)s") % {"what": after} if after else _("We tell you the day soon")
    if state == "broken":
        return _("We said %(day)s, and did not keep it. We are sorry.") % {"day": day_words(due)}
    if state == "at risk":
        return _("May become later than %(day)s; we are on it") % {"day": day_words(due)}
    return capfirst(_("by %(day)s") % {"day": day_words(due)})
