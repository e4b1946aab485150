"""``staff`` and ``token``, as they are typed."""

import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from backline.people import tokens
from backline.people.models import Account
from backline.project.command import main

pytestmark = pytest.mark.django_db
Run = Callable[..., tuple[int, str, str]]
PASSWORD = "correct horse battery staple"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_one(*words: str) -> tuple[int, str, str]:
        status = main(list(words))
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run_one


def test_the_first_administrator_is_added_and_signs_in_with_the_password(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    status, out, _ = run("staff", "add", "Ann", "--email", "Ann@Example.org", "--administrator", "--password-stdin")
    assert (status, out) == (0, "Ann can sign in as ann@example.org with the password.\n")
    account = Account.objects.get(email="ann@example.org")
    assert account.check_password(PASSWORD)
    assert account.staff is not None
    assert [duty.key for duty in account.staff.duties.all()] == ["administrator"]


def test_staff_are_listed_with_teams_skills_and_duties(run: Run) -> None:
    run(
        "staff",
        "add",
        "Wendy",
        "--email",
        "wendy@example.org",
        "--team",
        "claims",
        "--leads",
        "desk",
        "--skill",
        "evidence",
    )
    status, out, _ = run("staff", "list", "--json")
    [wendy] = json.loads(out)
    assert status == 0
    assert wendy["name"] == "Wendy"
    assert wendy["teams"] == ["claims", "desk"]
    assert wendy["leads"] == ["desk"]
    assert wendy["skills"] == ["evidence"]
    assert wendy["duties"] == ["worker"]


def test_a_second_colleague_under_one_address_is_refused_with_the_reason(run: Run) -> None:
    run("staff", "add", "Wendy", "--email", "desk@example.org")
    status, out, err = run("staff", "add", "Walt", "--email", "desk@example.org", "--json")
    assert (status, out) == (1, "")
    assert "desk@example.org" in err


@pytest.mark.parametrize("wrong", [["--email", "nowhere"], ["--email", "w@example.org", "--duty", "emperor"]])
def test_a_wrong_address_or_duty_is_refused_with_the_reason(run: Run, wrong: list[str]) -> None:
    status, _, err = run("staff", "add", "Wendy", *wrong)
    assert status == 1
    assert wrong[-1] in err
    assert Account.objects.count() == 0


def test_a_token_is_printed_once_and_works(run: Run) -> None:
    status, out, _ = run("token", "add", "shop", "--scope", "cases:read", "--days", "2", "--json")
    told = json.loads(out)
    assert status == 0
    now = timezone.now()
    actor = tokens.authenticate(told["token"], now=now)
    assert actor is not None
    assert actor.scopes == {"cases:read"}
    assert tokens.authenticate(told["token"], now=now + timedelta(days=2, minutes=1)) is None
    _, listed, _ = run("token", "list", "--json")
    assert told["token"] not in listed
    assert json.loads(listed)[0]["prefix"] == told["prefix"]


def test_a_revoked_token_works_no_more(run: Run) -> None:
    _, out, _ = run("token", "add", "shop", "--json")
    told = json.loads(out)
    assert run("token", "revoke", told["prefix"])[0] == 0
    assert tokens.authenticate(told["token"], now=timezone.now()) is None


def test_an_unknown_scope_or_prefix_is_refused_with_the_reason(run: Run) -> None:
    status, _, err = run("token", "add", "shop", "--scope", "all")
    assert (status, "“all”" in err) == (1, True)
    status, _, err = run("token", "revoke", "bl_nothing")
    assert (status, "bl_nothing" in err) == (1, True)
