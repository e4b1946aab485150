"""A person's own addresses; one that is taken away identifies nobody any more."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import EmailView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from backline.people import parties
from backline.people.identifiers import EMAIL


@method_decorator(login_required, name="dispatch")
class Addresses(EmailView):  # type: ignore[misc]
    """``/account/email/``: add, prove, choose and remove addresses."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the library does, and withdraw from the party what is gone."""
        before = _addresses(request)
        response: HttpResponse = super().post(request, *args, **kwargs)
        for email in before - _addresses(request):
            if request.user.is_authenticated and request.user.party:
                parties.withdraw_identifier(party=request.user.party, kind=EMAIL, value=email)
        return response


def _addresses(request: HttpRequest) -> set[str]:
    return set(EmailAddress.objects.filter(user_id=request.user.pk).values_list("email", flat=True))
