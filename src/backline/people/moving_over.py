"""What a party is known by, may do and signs in with goes over to another party, and exactly that goes back."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from backline.people.models import Account, Identifier, Mandate, Party

Moved = dict[str, Any]


def have_accounts(first: Party, second: Party) -> bool:
    """Whether both sign in by themselves: each proved an address of their own."""
    return Account.objects.filter(party__in=(first, second)).count() == 2


def move_over(*, source: Party, target: Party) -> Moved:
    """Move all that can be moved; answers what did, for ``move_back``."""
    return {
        "identifiers": _identifiers(source, target),
        "given": _mandates(source, target, "giver", "holder"),
        "held": _mandates(source, target, "holder", "giver"),
        **_account(source, target),
    }


def move_back(moved: Moved, *, source: Party, target: Party) -> None:
    """Put back exactly what moved, as far as it is still where it went."""
    for identifier in moved["identifiers"]:
        if identifier["same"]:
            _prove_back(identifier, source, target)
        else:
            Identifier.objects.filter(pk=identifier["id"], party=target).update(party=source)
    Mandate.objects.filter(pk__in=moved["given"], giver=target).update(giver=source)
    Mandate.objects.filter(pk__in=moved["held"], holder=target).update(holder=source)
    Account.objects.filter(pk=moved["account"], party=target).update(party=source)
    Account.objects.filter(pk=moved["closed"], party=source).update(is_active=True)


def _identifiers(source: Party, target: Party) -> list[Moved]:
    """What the other is known by already stays; only its proof goes over."""
    moved: list[Moved] = []
    theirs = {(row.kind, row.value): row for row in Identifier.objects.filter(party=target)}
    for row in Identifier.objects.filter(party=source).order_by("pk"):
        same = theirs.get((row.kind, row.value))
        if same is None:
            Identifier.objects.filter(pk=row.pk).update(party=target)
            moved.append({"id": row.pk, "kind": row.kind, "value": row.value, "same": None})
        elif row.verified_at is not None:
            proven = row.verified_at
            Identifier.objects.filter(pk=row.pk).update(verified_at=None)
            Identifier.objects.filter(pk=same.pk).update(verified_at=proven)
            told = {"id": row.pk, "kind": row.kind, "value": row.value, "same": same.pk}
            moved.append({**told, "at": proven.isoformat()})
    return moved


def _prove_back(identifier: Moved, source: Party, target: Party) -> None:
    proven = Identifier.objects.filter(pk=identifier["same"], party=target, verified_at__isnull=False)
    if proven.update(verified_at=None):
        Identifier.objects.filter(pk=identifier["id"], party=source).update(verified_at=identifier["at"])


def _mandates(source: Party, target: Party, side: str, other: str) -> list[int]:
    """Those that would be between a party and itself stay where they are."""
    rows = Mandate.objects.filter(Q(**{side: source})).exclude(**{other: target})
    numbers = list(rows.values_list("pk", flat=True))
    Mandate.objects.filter(pk__in=numbers).update(**{side: target})
    return numbers


def _account(source: Party, target: Party) -> Moved:
    """The one account goes along; where both have one, the other's is closed until the merge is undone."""
    account = Account.objects.filter(party=source).first()
    if account is None:
        return {"account": None, "closed": None}
    if not Account.objects.filter(party=target).exists():
        Account.objects.filter(pk=account.pk).update(party=target)
        return {"account": account.pk, "closed": None}
    if account.staff_id is None and account.is_active:
        Account.objects.filter(pk=account.pk).update(is_active=False)
        return {"account": None, "closed": account.pk}
    return {"account": None, "closed": None}
