"""What somebody begins under an address that is not theirs is not theirs to watch."""

from datetime import UTC, datetime

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import RequestFactory

from backline.people import accounts, parties
from backline.web.portal.visiting import remember_visit, visitor

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_a_visitors_session_ends_for_a_request_when_the_address_is_proven_by_whoever_has_it() -> None:
    stranger = RequestFactory().get("/")
    stranger.session = SessionStore()
    begun = parties.create_party(name="Not Ada", claims={"email": "ada@example.org"}, now=NOW)
    remember_visit(stranger, "LC-4F7K-29", begun.pk, proven=False)
    before = visitor(stranger, "LC-4F7K-29")
    assert before is not None
    account = accounts.account_for(email="ada@example.org", now=NOW)
    assert account is not None
    accounts.prove_address(account=account, email="ada@example.org", now=NOW)
    assert account.party == begun
    assert visitor(stranger, "LC-4F7K-29") is None
