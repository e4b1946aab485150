"""Sign-in as people meet it, over the pages of the product."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from allauth.usersessions.models import UserSession
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from backline.people import accounts, parties, staffing
from backline.people.actors import SYSTEM
from backline.people.models import Account

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ASK, GIVE, SIGN_IN = "/account/login/code/", "/account/login/code/confirm/", "/account/login/"
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def quick_and_fresh(settings: LazySettings) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


def code_for(client: Client, email: str) -> str:
    answer = client.post(ASK, {"email": email})
    assert answer.status_code == 302, answer.content.decode()
    return code_in_mail()


def code_in_mail() -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found.group(1)


def without_tokens(page: str) -> str:
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "TOKEN", page)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def wendy() -> Account:
    staff = staffing.add_staff(
        by=SYSTEM, name="Wendy", email="wendy@example.org", password=PASSWORD, duties=["administrator"], now=NOW
    )
    return staff.account


def test_a_code_signs_a_new_customer_in_and_makes_their_party(client: Client) -> None:
    client.post(GIVE, {"code": code_for(client, "Ada@Example.org")})
    assert signed_in(client)
    account = Account.objects.get(email="ada@example.org")
    assert account.party == parties.find_by_identifier("email", "ada@example.org")
    assert account.party is not None


def test_a_code_signs_the_same_customer_in_again(client: Client) -> None:
    client.post(GIVE, {"code": code_for(client, "ada@example.org")})
    client.post("/account/logout/")
    assert not signed_in(client)
    client.post(GIVE, {"code": code_for(client, "ada@example.org")})
    assert signed_in(client)
    assert parties.Party.objects.count() == 1


def test_an_unknown_address_is_answered_like_a_known_one(client: Client) -> None:
    known = accounts.account_for(email="ada@example.org", now=NOW)
    assert known is not None
    accounts.prove_address(account=known, email="ada@example.org", now=NOW)
    answers = []
    for email in ("ada@example.org", "eve@example.org"):
        other = Client()
        asked = other.post(ASK, {"email": email})
        page = other.get(GIVE).content.decode().replace(email, "EMAIL")
        answers.append((asked.status_code, asked["Location"], without_tokens(page)))
    assert answers[0] == answers[1]
    assert mail.outbox[0].subject == mail.outbox[1].subject


def test_a_closed_account_gets_no_code_and_the_page_does_not_tell(client: Client) -> None:
    accounts.account_for(email="ada@example.org", now=NOW)
    Account.objects.update(is_active=False)
    assert client.post(ASK, {"email": "ada@example.org"}).status_code == 302
    assert client.get(GIVE).status_code == 200
    client.post(GIVE, {"code": ""})
    assert not signed_in(client)


@pytest.mark.parametrize("forged", ["", "AAAA-AAAA", "000000", "' or 1=1"])
def test_a_forged_code_signs_nobody_in(client: Client, forged: str) -> None:
    code_for(client, "ada@example.org")
    client.post(GIVE, {"code": forged})
    assert not signed_in(client)
    assert Account.objects.get().party is None


def test_after_three_wrong_codes_the_right_one_is_worth_nothing(client: Client) -> None:
    code = code_for(client, "ada@example.org")
    for _ in range(3):
        client.post(GIVE, {"code": "WRONG"})
    client.post(GIVE, {"code": code})
    assert not signed_in(client)


def test_a_code_expires(client: Client) -> None:
    with patch("allauth.account.internal.flows.code_verification.time.time", return_value=1_000.0):
        code = code_for(client, "ada@example.org")
    client.post(GIVE, {"code": code})
    assert not signed_in(client)


def test_a_code_is_good_only_in_the_browser_that_asked_for_it(client: Client) -> None:
    code = code_for(client, "ada@example.org")
    elsewhere = Client()
    elsewhere.post(GIVE, {"code": code})
    assert not signed_in(elsewhere)
    code_for(elsewhere, "eve@example.org")
    elsewhere.post(GIVE, {"code": code})
    assert not signed_in(elsewhere)


def test_a_code_is_good_once(client: Client) -> None:
    code = code_for(client, "ada@example.org")
    client.post(GIVE, {"code": code})
    client.post("/account/logout/")
    client.post(GIVE, {"code": code})
    assert not signed_in(client)


def test_asking_for_codes_again_and_again_is_slowed_down_whoever_asks() -> None:
    for _ in range(3):
        code_for(Client(), "ada@example.org")
    answer = Client().post(ASK, {"email": "ada@example.org"})
    assert answer.status_code == 200
    assert "Too many" in answer.content.decode()
    assert len(mail.outbox) == 3


def test_what_is_no_address_is_refused_at_the_field(client: Client) -> None:
    answer = client.post(ASK, {"email": "not an address"})
    assert answer.status_code == 200
    assert "valid email" in answer.content.decode()
    assert mail.outbox == []


def test_a_colleague_signs_in_with_a_password(client: Client) -> None:
    account = wendy()
    client.post(SIGN_IN, {"login": "WENDY@example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(account.pk)
    account.refresh_from_db()
    assert account.party is None


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(client: Client) -> None:
    wendy()
    words = []
    for email in ("wendy@example.org", "nobody@example.org"):
        page = client.post(SIGN_IN, {"login": email, "password": "wrong"}).content.decode()
        words.append(without_tokens(page).replace(email, "EMAIL"))
    assert words[0] == words[1]
    assert not signed_in(client)


def test_after_five_wrong_passwords_the_right_one_has_to_wait(client: Client) -> None:
    wendy()
    for _ in range(5):
        client.post(SIGN_IN, {"login": "wendy@example.org", "password": "wrong"})
    answer = client.post(SIGN_IN, {"login": "wendy@example.org", "password": PASSWORD})
    assert not signed_in(client)
    assert "Too many" in answer.content.decode()


def test_a_password_is_reset_by_an_e_mailed_code(client: Client) -> None:
    wendy()
    client.post("/account/password/reset/", {"email": "wendy@example.org"})
    client.post("/account/password/reset/confirm/", {"code": code_in_mail()})
    new = "another horse, another staple"
    client.post("/account/password/reset/complete/", {"password1": new, "password2": new})
    fresh = Client()
    fresh.post(SIGN_IN, {"login": "wendy@example.org", "password": new})
    assert signed_in(fresh)


def test_sign_in_elsewhere_can_be_ended_from_here(client: Client) -> None:
    wendy()
    elsewhere = Client()
    for one in (client, elsewhere):
        one.post(SIGN_IN, {"login": "wendy@example.org", "password": PASSWORD})
    assert UserSession.objects.count() == 2
    client.post("/account/sessions/")
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_nobody_ends_or_sees_the_sessions_of_somebody_else(client: Client) -> None:
    wendy()
    client.post(SIGN_IN, {"login": "wendy@example.org", "password": PASSWORD}, headers={"user-agent": "Wendys-Own"})
    stranger = Client()
    stranger.post(GIVE, {"code": code_for(stranger, "eve@example.org")})
    assert "Wendys-Own" not in stranger.get("/account/sessions/").content.decode()
    stranger.post("/account/sessions/")
    assert client.get("/account/").status_code == 200


def test_a_forged_session_is_nobodys(client: Client) -> None:
    client.cookies["sessionid"] = "f" * 32
    assert client.get("/account/").status_code == 302


def test_whoever_tries_too_often_from_one_place_meets_a_page_in_words() -> None:
    for number in range(30):
        Client().post(SIGN_IN, {"login": f"eve{number}@example.org", "password": "x"})
    answer = Client().post(SIGN_IN, {"login": "eve@example.org", "password": "x"})
    assert answer.status_code == 429
    assert "Wait some minutes" in answer.content.decode()


def test_there_is_no_separate_signing_up(client: Client) -> None:
    client.post("/account/signup/", {"email": "eve@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert Account.objects.count() == 0


def test_after_sign_in_nobody_is_sent_to_a_foreign_site(client: Client) -> None:
    code = code_for(client, "ada@example.org")
    answer = client.post(GIVE + "?next=https://evil.example/", {"code": code})
    assert answer["Location"] == "/"


def test_an_account_page_needs_a_sign_in_and_leads_back(client: Client) -> None:
    answer = client.get("/account/")
    assert answer["Location"] == "/account/login/?next=/account/"
    code = code_for(client, "ada@example.org")
    assert client.post(GIVE + "?next=/account/", {"code": code})["Location"] == "/account/"


def test_a_proven_address_stays_proven_for_a_year_of_sign_ins(client: Client) -> None:
    client.post(GIVE, {"code": code_for(client, "ada@example.org")})
    accounts.forget_unproven(now=NOW + timedelta(days=365))
    assert Account.objects.count() == 1


def test_a_second_address_is_proven_by_a_code_and_identifies_the_party_until_it_is_removed(client: Client) -> None:
    client.post(GIVE, {"code": code_for(client, "ada@example.org")})
    party = Account.objects.get().party
    client.post("/account/email/", {"action_add": "", "email": "ada@work.example"})
    assert parties.find_by_identifier("email", "ada@work.example") is None
    client.post("/account/confirm-email/", {"code": code_in_mail()})
    assert parties.find_by_identifier("email", "ada@work.example") == party
    assert party is not None
    assert parties.email_of(party) == "ada@example.org"
    client.post("/account/email/", {"action_primary": "", "email": "ada@work.example"})
    assert parties.email_of(party) == "ada@work.example"
    client.post("/account/email/", {"action_primary": "", "email": "ada@example.org"})
    client.post("/account/email/", {"action_remove": "", "email": "ada@work.example"})
    assert parties.find_by_identifier("email", "ada@work.example") is None
    assert parties.find_by_identifier("email", "ada@example.org") == party


def test_sign_in_says_in_german_what_it_says_in_english(client: Client) -> None:
    with translation.override("en"):  # the language of the last request would stay with this thread
        page = client.get("/account/login/", headers={"accept-language": "de"}).content.decode()
        assert "Code schicken" in page
        client.post(ASK, {"email": "ada@example.org"}, headers={"accept-language": "de"})
    assert mail.outbox[-1].subject.startswith("Ihr Anmeldecode für")
