"""Fields of the sign-in library's forms, drawn like every other question."""

from __future__ import annotations

import re

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
            ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


@register.simple_tag
def widget(bound: BoundField) -> SafeString:
    """The input of a field, in the house's own class."""
    attributes: dict[str, str | bool] = {"class": "input"} if _is_line(bound.field.widget) else {}
    return bound.as_widget(attrs=attributes)


@register.filter
def is_tick(bound: BoundField) -> bool:
    """Whether the field is one box to tick."""
    return isinstance(bound.field.widget, forms.CheckboxInput)


@register.filter
def device(user_agent: str) -> str:
    """``Firefox, Linux`` of a browser's long name; the name itself, cut, where it is of another kind."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or user_agent[:60]


@register.filter
def scalable(svg: str) -> SafeString:
    """A drawing of the library's own making, without its fixed size and without the style that our policy refuses."""
    return mark_safe(re.sub(r"<\?xml[^>]*\?>", "", svg))  # noqa: S308 - the library draws it, no user's text is in it


def _is_line(one: forms.Widget) -> bool:
    ticked = isinstance(one, forms.CheckboxInput | forms.RadioSelect)
    return isinstance(one, forms.widgets.Input | forms.Select | forms.Textarea) and not ticked
