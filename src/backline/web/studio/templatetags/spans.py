"""Spans and plain moments in the studio's tables."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from backline.web.studio.spans import percent, short

register = template.Library()


@register.filter
def span(seconds: float | None) -> str:
    """``3.2 d``; empty where nobody knows."""
    return short(seconds)


@register.filter
def share(part: float | None) -> str:
    """``12 %``; empty where nobody knows."""
    return percent(part)


@register.filter
def at(moment: datetime | None) -> str:
    """``22 Nov 2026, 14:05`` as the reader's language writes it; the store keeps UTC without saying so."""
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    local = timezone.localtime(aware)
    return f"{formats.date_format(local, _('j M Y'))}, {formats.date_format(local, 'H:i')}"
