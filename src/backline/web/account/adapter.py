"""Where the sign-in library meets our doors: every sign-in makes sure that the account has its person."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backline.people import accounts
from backline.people.models import Account

WORKBENCH = "/work/"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People sign in by a code or a password; there is no separate signing up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("That is not the code that we sent. Copy it from the e-mail."),
        "too_many_login_attempts": _("Too many tries. Wait some minutes, then try again."),
        "email_password_mismatch": _("The e-mail address and the password do not belong together."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """The first code makes the account, so there is no form for it."""
        return False

    def login(self, request: HttpRequest, user: Account) -> None:
        """Sign in, and bind the account to the party whose addresses it has proven."""
        for address in EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk"):
            _proven(user, address.email)
        super().login(request, user)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Colleagues begin at their workbench, customers at the start page."""
        if isinstance(request.user, Account) and request.user.staff_id and _is_there(WORKBENCH):
            return WORKBENCH
        return str(super().get_login_redirect_url(request))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The code for an address was given back: it is the account's, and its party's."""
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            _proven(email_address.user, email_address.email)
        return confirmed

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail in the organisation's name."""
        super().send_mail(template_prefix, email, {"organisation": settings.ORGANISATION, **context})

    def get_from_email(self) -> str:
        """The organisation's own sender."""
        return str(settings.DEFAULT_FROM_EMAIL)

    def format_email_subject(self, subject: str) -> str:
        """The subject as it stands, without a prefix."""
        return subject


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """People whom the organisation's own identity provider vouches for."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Whoever the provider knows may come in; as a customer, until an administrator adds them as staff."""
        return True

    def authenticate_by_email(self, sociallogin: Any) -> Any:
        """Whose address it is; a mere request for a code under it does not stand in the way of who has it."""
        for address in sociallogin.email_addresses:
            if address.verified:
                accounts.make_way(email=address.email)
        return super().authenticate_by_email(sociallogin)

    def new_user(self, request: HttpRequest, sociallogin: Any) -> Account:
        """An account not yet stored."""
        return Account(created_at=timezone.now())


def _is_there(address: str) -> bool:
    try:
        return bool(resolve(address))
    except Resolver404:
        return False


def _proven(account: Account, email: str) -> None:
    accounts.prove_address(account=account, email=email, language=get_language() or "", now=timezone.now())
