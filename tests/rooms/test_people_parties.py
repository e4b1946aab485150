from datetime import UTC, date, datetime

import pytest

from backline.people import parties
from backline.people.refusals import IdentifierTaken, NotAnIdentifier

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_a_verified_address_is_found_in_any_case() -> None:
    party = parties.create_party(name="Ada", verified={"email": "Ada@Example.org"}, now=NOW)
    assert parties.find_by_identifier("email", " ADA@example.ORG ") == party


def test_a_claimed_address_finds_nobody_until_it_is_verified() -> None:
    party = parties.create_party(name="Ada", claims={"email": "ada@example.org"}, now=NOW)
    assert parties.find_by_identifier("email", "ada@example.org") is None
    parties.verify_identifier(party=party, kind="email", value="ada@example.org", now=NOW)
    assert parties.find_by_identifier("email", "ada@example.org") == party


def test_many_may_claim_an_address_but_only_one_has_it_verified() -> None:
    first = parties.create_party(name="Ada", claims={"email": "ada@example.org"}, now=NOW)
    second = parties.create_party(name="Not Ada", claims={"email": "ada@example.org"}, now=NOW)
    parties.verify_identifier(party=first, kind="email", value="ada@example.org", now=NOW)
    with pytest.raises(IdentifierTaken, match="somebody else"):
        parties.verify_identifier(party=second, kind="email", value="ada@example.org", now=NOW)
    assert parties.claimants_of("email", "ada@example.org") == [first, second]


def test_a_party_is_not_made_when_its_verified_identifier_is_taken() -> None:
    parties.create_party(name="Ada", verified={"recordkeeper": "P-1001"}, now=NOW)
    with pytest.raises(IdentifierTaken):
        parties.create_party(name="Eve", verified={"recordkeeper": "P-1001"}, now=NOW)
    assert parties.Party.objects.filter(name="Eve").count() == 0


def test_a_number_in_a_system_finds_the_party_or_makes_it_once() -> None:
    first = parties.find_or_create(kind="recordkeeper", value="P-1001", name="Ada", now=NOW)
    assert parties.find_or_create(kind="recordkeeper", value="P-1001", name="Other", now=NOW) == first
    assert first.name == "Ada"


@pytest.mark.parametrize("typed", ["+49 (30) 1234-567", "0049 30 1234 567", "+49/30/1234567"])
def test_a_phone_number_is_found_however_it_was_typed(typed: str) -> None:
    party = parties.create_party(name="Ada", verified={"phone": "+49301234567"}, now=NOW)
    assert parties.find_by_identifier("phone", typed) == party


@pytest.mark.parametrize(("kind", "value"), [("email", "not an address"), ("phone", "ask me"), ("clinic", "  ")])
def test_what_cannot_be_an_identifier_is_refused_in_words(kind: str, value: str) -> None:
    with pytest.raises(NotAnIdentifier) as refused:
        parties.create_party(name="Ada", claims={kind: value}, now=NOW)
    assert str(refused.value)


def test_a_party_is_a_value_with_its_verified_identifiers_first() -> None:
    party = parties.create_party(
        name="Ada Byron",
        birth_date=date(1990, 12, 10),
        language="de",
        claims={"phone": "0301234567"},
        verified={"recordkeeper": "P-1001", "email": "ada@example.org"},
        now=NOW,
    )
    parties.claim_identifier(party=party, kind="email", value="old@example.org", now=NOW)
    row = parties.as_row(party)
    assert (row.type, row.id) == ("person", str(party.pk))
    assert row.get("name") == "Ada Byron"
    assert row.get("email") == "ada@example.org"
    assert row.get("phone") == "0301234567"
    assert row.get("recordkeeper") == "P-1001"
    assert row.get("birth_date") == date(1990, 12, 10)


def test_what_is_told_of_a_party_changes_and_the_rest_stays() -> None:
    party = parties.create_party(name="Ada", language="en", details={"title": "Dr"}, now=NOW)
    parties.describe_party(party=party, name="Ada Byron", details={"pronoun": "she"})
    party.refresh_from_db()
    assert (party.name, party.language, party.details) == ("Ada Byron", "en", {"title": "Dr", "pronoun": "she"})
