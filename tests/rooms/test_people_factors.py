"""A second factor, once somebody has set one up."""

from datetime import UTC, datetime

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from backline.people import staffing
from backline.people.actors import SYSTEM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def quick_and_fresh(settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def app_code() -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(SECRET, counter)))


def test_with_an_app_the_password_alone_signs_nobody_in(client: Client) -> None:
    staff = staffing.add_staff(by=SYSTEM, name="Wendy", email="wendy@example.org", password=PASSWORD, now=NOW)
    TOTP.activate(staff.account, SECRET)
    answer = client.post("/account/login/", {"login": "wendy@example.org", "password": PASSWORD})
    assert answer["Location"].startswith("/account/2fa/authenticate/")
    assert client.get("/account/").status_code == 302
    assert client.get("/account/2fa/authenticate/").status_code == 200
    client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert client.get("/account/").status_code == 302
    client.post("/account/2fa/authenticate/", {"code": app_code()})
    assert client.get("/account/").status_code == 200
