"""A task that is closed: who answered what, or why it is no longer needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.models import Want
from backline.cases.showing.look import Look
from backline.cases.showing.naming import names_of


@dataclass(frozen=True, kw_only=True)
class Closed:
    """What happened to it."""

    words: str
    at: datetime
    who: str
    answer: str = ""
    reason: str = ""
    again: bool = False
    """A second opinion can still be given"""


def what_happened(want: Want, look: Look) -> Closed:
    """In words."""
    assert want.closed_at is not None
    words = {
        "answered": _("Answered"),
        "moot": _("No longer needed: things changed"),
        "silence": _("Nobody answered in time"),
        "cancelled": _("Cancelled"),
    }
    answer, reason = _answer(want, look)
    return Closed(
        words=words.get(want.closed, want.closed),
        at=want.closed_at,
        who=names_of([want.closed_by]).get(want.closed_by, "") if want.closed_by else "",
        answer=answer,
        reason=reason,
        again=want.kind == "work" and want.closed in ("answered", "moot"),
    )


def _answer(want: Want, look: Look) -> tuple[str, str]:
    if want.answer:
        return str(want.answer.get("text", "")), ""
    state = look.evaluation.facts.get(f"{want.item}/{want.fact}" if want.item else want.fact)
    if want.closed != "answered" or state is None or state.status != "value":
        return "", ""
    reason = str(look.told.get(state.assertion, {}).get("reason", ""))
    return look.words.shown(want.fact, want.item, state.value), reason
