"""What rings and who chats, on every page of the workbench."""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from backline.channels.chats.talking import open_chats
from backline.people.actors import Actor
from backline.people.models import Account
from backline.web.workbench import acting
from backline.web.workbench.ringing import ringing

register = template.Library()


CHANNELS = {
    "portal": gettext_lazy("portal"), "email": gettext_lazy("e-mail"), "phone": gettext_lazy("phone"),
    "sms": gettext_lazy("short message"), "paper": gettext_lazy("paper"), "fax": gettext_lazy("fax"),
    "branch": gettext_lazy("in person"), "chat": gettext_lazy("chat"), "workbench": gettext_lazy("workbench"),
    "spreadsheet": gettext_lazy("spreadsheet"),
}  # fmt: skip


@register.filter
def channel(name: str) -> str:
    """A channel in the reader's words; as it is written where it is another."""
    return str(CHANNELS.get(name, name))


@register.inclusion_tag("workbench/parts/ringing.html")
def ringing_here(request: HttpRequest) -> dict[str, object]:
    """Calls at the telephone of the colleague who looks at the page."""
    account = request.user
    staff = account.staff_id if isinstance(account, Account) else None
    return ringing(staff, acting.now())


@register.simple_tag
def chats_here(by: Actor) -> int:
    """How many in chats of this colleague's teams wait for an answer."""
    return open_chats(by).filter(waits_since__isnull=False).count()
