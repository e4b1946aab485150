"""A person asks to be forgotten: what they are called and known by goes; a row without a name stays for what refers to
it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from backline.people.models import Account, Identifier, Look, Mandate, Party


@transaction.atomic
def forget_party(party: Party, *, now: datetime) -> None:
    """Nobody can tell any more who this was. A colleague's own account stays."""
    accounts = Account.objects.filter(party=party)
    accounts.filter(staff=None).delete()
    accounts.update(party=None)
    Identifier.objects.filter(party=party).delete()
    Look.objects.filter(party=party).delete()
    Mandate.objects.filter(Q(giver=party) | Q(holder=party)).delete()
    Party.objects.filter(pk=party.pk).update(name="", birth_date=None, language="", time_zone="", details={})
