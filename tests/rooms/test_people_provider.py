"""Sign-in by the organisation's own identity provider: a small one of our own, over real HTTP on loopback."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from backline.people import accounts, staffing
from backline.people.actors import SYSTEM
from backline.people.models import Account
from backline.project.organisation import Organisation, Provider, SettingsRefused, SignIn
from backline.project.sign_in import sign_in_settings

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
WENDY = {"sub": "w-1", "email": "Wendy@Example.org", "email_verified": True, "name": "Wendy"}


class IdentityProvider(ThreadingHTTPServer):
    """Vouches for whoever ``person`` says, to the client with the right secret."""

    person: dict[str, object] = WENDY

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    server: IdentityProvider

    def do_GET(self) -> None:
        here = self.server.address
        configuration = {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorise",
            "token_endpoint": f"{here}/token",
            "userinfo_endpoint": f"{here}/person",
            "jwks_uri": f"{here}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        self._answer(self.server.person if self.path == "/person" else configuration)

    def do_POST(self) -> None:
        told = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if told["client_secret"] != ["the secret"] or told["code"] != ["good"] or "code_verifier" not in told:
            self._answer({"error": "invalid_grant"}, status=400)
            return
        claims = {"iss": self.server.address, "aud": "backline", "exp": 4102444800, "iat": 0, **self.server.person}
        self._answer(
            {"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(claims, "k" * 32, algorithm="HS256")}
        )

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _answer(self, data: object, status: int = 200) -> None:
        content = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def provider(settings: LazySettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    cache.clear()
    with IdentityProvider(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = Provider(
            id="house", name="House log-in", server=server.address, client_id="backline", secret_from="HOUSE_SECRET"
        )
        organisation = Organisation(folder=tmp_path_factory.mktemp("o"), sign_in=SignIn(providers=(told,)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HOUSE_SECRET", "the secret")
            for name, value in sign_in_settings(organisation).items():
                setattr(settings, name, value)
            yield server
        server.shutdown()
    cache.clear()


def come_back(client: Client, code: str = "good", state: str = "") -> str:
    """Go to the provider and come back from it with ``code``; answers where one is led then."""
    away = client.get("/account/oidc/house/login/")
    asked = parse_qs(urlsplit(away["Location"]).query)
    address = f"/account/oidc/house/login/callback/?code={code}&state={state or asked['state'][0]}"
    return str(client.get(address).headers.get("Location", ""))


def who(client: Client) -> Account | None:
    return Account.objects.filter(pk=client.session.get("_auth_user_id")).first()


def test_the_sign_in_page_offers_the_provider(client: Client, provider: IdentityProvider) -> None:
    page = client.get("/account/login/").content.decode()
    assert "Sign in with House log-in" in page
    assert "/account/oidc/house/login/" in page


def test_a_colleague_whom_the_provider_vouches_for_signs_in_as_themselves(
    client: Client, provider: IdentityProvider
) -> None:
    staff = staffing.add_staff(by=SYSTEM, name="Wendy", email="wendy@example.org", now=NOW)
    assert come_back(client) == "/work/"
    assert who(client) == staff.account
    assert Account.objects.count() == 1


def test_somebody_new_becomes_a_customer(client: Client, provider: IdentityProvider) -> None:
    come_back(client)
    account = who(client)
    assert account is not None
    assert account.email == "wendy@example.org"
    assert account.party is not None
    assert account.staff is None


def test_somebody_who_only_asked_for_a_code_before_is_not_locked_out(
    client: Client, provider: IdentityProvider
) -> None:
    accounts.account_for(email="wendy@example.org", now=NOW)
    come_back(client)
    account = who(client)
    assert account is not None
    assert account.party is not None


def test_an_address_that_the_provider_did_not_verify_proves_nothing(client: Client, provider: IdentityProvider) -> None:
    staffing.add_staff(by=SYSTEM, name="Wendy", email="wendy@example.org", now=NOW)
    provider.person = {**WENDY, "email_verified": False}
    come_back(client)
    assert who(client) is None


@pytest.mark.parametrize(("code", "state"), [("bad", ""), ("good", "forged")])
def test_a_forged_return_signs_nobody_in(client: Client, provider: IdentityProvider, code: str, state: str) -> None:
    come_back(client, code, state)
    assert who(client) is None
    assert Account.objects.count() == 0
    assert mail.outbox == []


def test_a_secret_that_the_environment_does_not_hold_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    told = Provider(id="house", server="https://login.example.org", client_id="backline", secret_from="NOT_THERE")
    organisation = Organisation(folder=tmp_path_factory.mktemp("o"), sign_in=SignIn(providers=(told,)))
    with pytest.raises(SettingsRefused, match="NOT_THERE"):
        sign_in_settings(organisation)
