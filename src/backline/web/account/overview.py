"""The page of a person's own account: how they sign in, and who looked at their data."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from backline.people.looking import looks_at
from backline.people.models import Account

LOOKS_SHOWN = 50


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """One's own account."""
    account = request.user
    assert isinstance(account, Account)
    looks = looks_at(account.party)[:LOOKS_SHOWN] if account.party else []
    factors = Authenticator.objects.filter(user=account).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return render(request, "account/overview.html", {"account": account, "looks": looks, "factors": factors.count()})
