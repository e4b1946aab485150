"""Small words for templates: an icon, a moment in the reader's zone, a field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backline.web.ui.fields import FieldView

register = template.Library()


@register.simple_tag
@cache
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; without a label it is decoration."""
    address = f"{static('ui/vendor/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def moment(value: datetime | None) -> SafeString | str:
    """``Today, 14:05``, ``Thursday 26 November, 17:00``: in the reader's zone, exact in the tooltip."""
    return _moment(value, capfirst) if value else ""


@register.simple_tag
def at(value: datetime | None) -> SafeString | str:
    """``today, 14:05``: a moment in the middle of a sentence."""
    return _moment(value, str) if value else ""


def _moment(value: datetime, begun: Callable[[str], str]) -> SafeString:
    local = timezone.localtime(value)
    words = begun(f"{_day(local.date())}, {formats.date_format(local, 'H:i')}")
    exact = f"{formats.date_format(local, 'DATETIME_FORMAT')} ({local.tzname()})"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), exact, words)


@register.simple_tag
def day(value: date | datetime | None) -> SafeString | str:
    """``tomorrow``, ``Thursday 26 November``: the day in the reader's zone."""
    if value is None:
        return ""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), _day(local))


@register.simple_tag(takes_context=True)
def field(context: template.RequestContext, view: FieldView) -> SafeString:
    """One question with its label, help, error and input."""
    inner = {"f": view, "organisation": context.get("organisation")}
    return SafeString(render_to_string("ui/fields/field.html", inner))


def _day(value: date) -> str:
    today = timezone.localdate()
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((value - today).days)
    if near:
        return near
    words = formats.date_format(value, _("l j F"))
    return words if abs((value - today).days) < 300 else f"{words} {value.year}"
