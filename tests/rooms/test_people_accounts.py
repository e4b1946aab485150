from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress

from backline.people import accounts, actors, parties, staffing
from backline.people.models import Account

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def asked_for(email: str) -> Account:
    account = accounts.account_for(email=email, now=NOW)
    assert account is not None
    return account


def test_asking_for_a_code_gives_no_right_until_the_address_is_proven() -> None:
    account = asked_for("ada@example.org")
    with pytest.raises(actors.NoActor):
        actors.of_account(account)
    accounts.prove_address(account=account, email="ada@example.org", language="de", now=NOW)
    actor = actors.of_account(account)
    assert actor.kind == "party"
    assert actor.party_id == account.party_id
    assert parties.find_by_identifier("email", "ada@example.org") == account.party


def test_the_same_address_in_any_case_is_one_account() -> None:
    assert asked_for("Ada@Example.org") == asked_for("ada@example.ORG")


def test_who_proves_an_address_is_the_party_that_has_it_verified() -> None:
    known = parties.create_party(name="Ada", verified={"email": "ada@example.org"}, now=NOW)
    account = accounts.prove_address(account=asked_for("ada@example.org"), email="ada@example.org", now=NOW)
    assert account.party == known


def test_who_proves_an_address_takes_over_what_was_begun_under_it() -> None:
    begun = parties.create_party(name="Ada", claims={"email": "ada@example.org"}, now=NOW)
    parties.create_party(name="Later", claims={"email": "ada@example.org"}, now=NOW + timedelta(1))
    account = accounts.prove_address(account=asked_for("ada@example.org"), email="ada@example.org", now=NOW)
    assert account.party == begun


def test_a_party_with_an_account_is_not_taken_over_by_a_mere_claim() -> None:
    ada = accounts.prove_address(account=asked_for("ada@example.org"), email="ada@example.org", now=NOW)
    assert ada.party is not None
    parties.claim_identifier(party=ada.party, kind="email", value="eve@example.org", now=NOW)
    eve = accounts.prove_address(account=asked_for("eve@example.org"), email="eve@example.org", now=NOW)
    assert eve.party != ada.party


def test_a_second_proven_address_leads_to_the_same_account() -> None:
    ada = accounts.prove_address(account=asked_for("ada@example.org"), email="ada@example.org", now=NOW)
    assert ada.party is not None
    parties.verify_identifier(party=ada.party, kind="email", value="ada@work.example", now=NOW)
    assert asked_for("ada@work.example") == ada
    assert EmailAddress.objects.filter(user=ada).count() == 2


def test_a_closed_account_is_not_opened_again_by_asking() -> None:
    account = asked_for("ada@example.org")
    Account.objects.update(is_active=False)
    assert accounts.account_for(email="ada@example.org", now=NOW) is None
    assert Account.objects.get() == account


def test_accounts_that_nobody_proved_are_forgotten_after_a_day() -> None:
    asked_for("typo@example.org")
    kept = accounts.prove_address(account=asked_for("ada@example.org"), email="ada@example.org", now=NOW)
    accounts.account_for(email="eve@example.org", now=NOW + timedelta(days=2))
    assert set(Account.objects.values_list("email", flat=True)) == {kept.email, "eve@example.org"}


def test_a_colleague_is_a_customer_too_on_their_first_request() -> None:
    staff = staffing.add_staff(by=actors.SYSTEM, name="Wendy", email="wendy@example.org", now=NOW)
    party = accounts.be_customer_too(account=staff.account, now=NOW)
    assert party.name == "Wendy"
    assert accounts.be_customer_too(account=staff.account, now=NOW) == party
    assert actors.of_account(staff.account).kind == "staff"
    assert actors.of_party(party).kind == "party"
