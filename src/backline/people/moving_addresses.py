"""A person is reached at another address: that one signs them in from now on, and the old one nobody."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from backline.people.accounts import make_way
from backline.people.models import Account, Party


def move_sign_in(*, party: Party, old: str, new: str) -> None:
    """An address that no mail reaches may be somebody else's some day, who must not get in by a code sent there.

    Colleagues' accounts stay: their address is an administrator's to change.
    """
    account = Account.objects.filter(party=party, staff=None).first()
    if account is None:
        return
    make_way(email=new)
    if Account.objects.filter(email__iexact=new).exclude(pk=account.pk).exists():
        return
    EmailAddress.objects.filter(user=account, email__iexact=old).delete()
    EmailAddress.objects.filter(user=account).update(primary=False)
    EmailAddress.objects.update_or_create(user=account, email=new, defaults={"verified": True, "primary": True})
    if account.email.lower() == old.lower():
        account.email = new
        account.save(update_fields=["email"])
