"""What the navigation shows to whom."""

from __future__ import annotations

from django import template
from django.http import HttpRequest

from backline.people.models import Account
from backline.web.workbench.systems import WHO_MAY

register = template.Library()


@register.simple_tag
def duties(request: HttpRequest) -> frozenset[str]:
    """The duties of the colleague who looks at the page."""
    account = request.user
    if not isinstance(account, Account) or account.staff is None:
        return frozenset()
    return frozenset(account.staff.duties.values_list("key", flat=True))


@register.simple_tag
def sees_systems(request: HttpRequest) -> bool:
    """Whether this colleague's duties lead to the page of systems."""
    account = request.user
    if not isinstance(account, Account) or account.staff is None:
        return False
    return account.staff.duties.filter(key__in=WHO_MAY).exists()
