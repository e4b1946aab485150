"""The form by which a person asks for a code."""

from __future__ import annotations

from allauth.account.forms import RequestLoginCodeForm
from django.utils import timezone

from backline.people import accounts
from backline.people.models import Account
from backline.people.refusals import NotAnIdentifier


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Known and unknown addresses take the same way: the account is there before the code is sent."""

    _user: Account | None

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if self._user is None:
            try:
                self._user = accounts.account_for(email=email, now=timezone.now())
            except NotAnIdentifier as wrong:
                self.add_error("email", str(wrong))
        return email
