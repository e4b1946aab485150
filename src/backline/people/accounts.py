"""Accounts: made when somebody asks for a code, theirs once the address is proven, given to colleagues."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backline.people import identifiers, parties
from backline.people.models import Account, Party, Staff
from backline.people.refusals import Refusal

UNPROVEN_FOR = timedelta(days=1)
"""An account whose address nobody proved is forgotten after this time"""


class AccountRefused(Refusal):
    """The account can't be made as asked."""


@transaction.atomic
def account_for(*, email: str, now: datetime) -> Account | None:
    """The account under this address, made where there is none; None where it was closed.

    Asking for a code makes it, so that a known and an unknown address take the same way. It gives no right until the
    address is proven.
    """
    address = identifiers.normal(identifiers.EMAIL, email)
    found = Account.objects.filter(email=address).first() or _account_of_party_with(address)
    if found is not None and not found.is_active:
        return None
    account = found or _unproven_account(address, now)
    EmailAddress.objects.get_or_create(user=account, email=address, defaults={"primary": found is None})
    return account


@transaction.atomic
def prove_address(*, account: Account, email: str, now: datetime, language: str = "") -> Account:
    """The holder of the account proved that the address is theirs: they are its party from now on.

    That is the party which has the address verified; else the first without an account who told it; else a new one.
    """
    if account.party is None and account.staff is None:
        account.party = _party_to_be(email) or parties.create_party(language=language, now=now)
        account.save(update_fields=["party"])
    if account.party is not None and parties.find_by_identifier(identifiers.EMAIL, email) is None:
        parties.verify_identifier(party=account.party, kind=identifiers.EMAIL, value=email, now=now)
    return account


@transaction.atomic
def be_customer_too(*, account: Account, now: datetime) -> Party:
    """The party of this account, made where a colleague asks for something for the first time.

    The address of a colleague is proven: an administrator vouched for it.
    """
    if account.party is not None:
        return account.party
    name = account.staff.name if account.staff else ""
    account.party = party = _party_to_be(account.email) or parties.create_party(name=name, now=now)
    account.save(update_fields=["party"])
    if parties.find_by_identifier(identifiers.EMAIL, account.email) is None:
        parties.verify_identifier(party=party, kind=identifiers.EMAIL, value=account.email, now=now)
    return party


def colleague_of(party: int | None) -> Staff | None:
    """The colleague who this party is; None for a customer, and for one who left."""
    account = Account.objects.filter(party=party, staff__left_at__isnull=True).select_related("staff").first()
    return account.staff if account and party is not None else None


def account_for_staff(*, staff: Staff, email: str, now: datetime, password: str = "") -> Account:
    """The colleague's account; the administrator who adds them vouches for the address."""
    account = account_for(email=email, now=now)
    if account is None or account.staff is not None:
        raise AccountRefused(_("Somebody else signs in with “%(email)s”.") % {"email": email})
    account.staff = staff
    if password:
        _must_be_good(password, account)
        account.set_password(password)
    account.save()
    EmailAddress.objects.update_or_create(
        user=account, email=account.email, defaults={"verified": True, "primary": True}
    )
    return account


def forget_unproven(*, now: datetime) -> int:
    """Remove accounts that were made by asking for a code which was never given back."""
    unproven = Account.objects.filter(party=None, staff=None, last_login=None, created_at__lt=now - UNPROVEN_FOR)
    return unproven.delete()[0]


def make_way(*, email: str) -> None:
    """Remove the account that somebody made under this address by asking for a code, if nobody proved it."""
    address = identifiers.normal(identifiers.EMAIL, email)
    Account.objects.filter(email=address, party=None, staff=None, last_login=None).delete()


def _unproven_account(address: str, now: datetime) -> Account:
    forget_unproven(now=now)
    account = Account(email=address, created_at=now)
    account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:  # somebody asked at the same moment
        return Account.objects.get(email=address)
    return account


def _account_of_party_with(address: str) -> Account | None:
    """A person may have proven a second address: their one account serves it too."""
    party = parties.find_by_identifier(identifiers.EMAIL, address)
    return Account.objects.filter(party=party).first() if party else None


def _party_to_be(email: str) -> Party | None:
    verified = parties.find_by_identifier(identifiers.EMAIL, email)
    candidates = [verified] if verified else parties.claimants_of(identifiers.EMAIL, email)
    taken = set(Account.objects.filter(party__in=candidates).values_list("party_id", flat=True))
    return next((party for party in candidates if party.kind == Party.Kind.PERSON and party.pk not in taken), None)


def _must_be_good(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as weak:
        raise AccountRefused(" ".join(weak.messages))
