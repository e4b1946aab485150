"""The page of a person's own account: how they sign in, and where they are signed in."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from backline.people.models import Account


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that a person can settle."""

    title: str
    text: str
    sign: str
    to: str
    """The name of the page's address"""


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """``/account/``: one's own account."""
    account = request.user
    assert isinstance(account, Account)
    lines = [_addresses(account), _password(account), _factors(account), _sessions(account)]
    return render(request, "account/overview.html", {"account": account, "lines": lines})


def _addresses(account: Account) -> Line:
    known = EmailAddress.objects.filter(user=account).values_list("email", flat=True)
    return Line(title=_("E-mail addresses"), text=", ".join(known), sign="mail", to="account_email")


def _password(account: Account) -> Line:
    has_one = account.has_usable_password()
    return Line(
        title=_("Change the password") if has_one else _("Set a password"),
        text=_("Besides the codes that we send you") if has_one else _("You sign in by codes that we send you"),
        sign="key",
        to="account_change_password" if has_one else "account_set_password",
    )


def _factors(account: Account) -> Line:
    kept = Authenticator.objects.filter(user=account).exclude(type=Authenticator.Type.RECOVERY_CODES).count()
    text = _("An app or a passkey is asked for as well") if kept else _("Add an app or a passkey for more safety")
    return Line(title=_("Second factor and passkeys"), text=text, sign="shield", to="mfa_index")


def _sessions(account: Account) -> Line:
    count = UserSession.objects.filter(user=account).count()
    text = ngettext("%(count)d browser", "%(count)d browsers", count) % {"count": count}
    return Line(title=_("Where you are signed in"), text=text, sign="monitor", to="usersessions_list")
