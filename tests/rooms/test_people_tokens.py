from datetime import UTC, datetime, timedelta

import pytest

from backline.people import tokens
from backline.people.actors import SYSTEM, Actor
from backline.people.models import Token
from backline.people.refusals import NotAllowed
from backline.people.tokens import TokenRefused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
WORKER = Actor(id="staff:1", kind="staff", duties=frozenset({"worker"}))


def test_a_token_signs_its_program_in_with_its_scopes() -> None:
    issued = tokens.issue(by=SYSTEM, name="web shop", scopes=["cases:read"], now=NOW)
    actor = tokens.authenticate(issued.secret, now=NOW)
    assert actor is not None
    assert (actor.id, actor.kind, actor.name) == (f"token:{issued.token.pk}", "token", "web shop")
    assert actor.scopes == {"cases:read"}


def test_the_secret_is_nowhere_stored_and_its_prefix_is_shown() -> None:
    issued = tokens.issue(by=SYSTEM, name="web shop", scopes=[], now=NOW)
    stored = Token.objects.filter(pk=issued.token.pk).values().get()
    assert issued.secret not in map(str, stored.values())
    assert issued.secret.startswith(stored["prefix"])


@pytest.mark.parametrize("wrong", ["", "bl_", "nonsense", "Bearer x"])
def test_an_unknown_token_signs_nobody_in(wrong: str) -> None:
    tokens.issue(by=SYSTEM, name="web shop", scopes=[], now=NOW)
    assert tokens.authenticate(wrong, now=NOW) is None


def test_a_token_with_its_prefix_right_and_the_rest_wrong_signs_nobody_in() -> None:
    issued = tokens.issue(by=SYSTEM, name="web shop", scopes=[], now=NOW)
    forged = issued.secret[:-1] + ("a" if issued.secret[-1] != "a" else "b")
    assert tokens.authenticate(forged, now=NOW) is None


def test_a_token_ends_when_it_expires() -> None:
    issued = tokens.issue(by=SYSTEM, name="web shop", scopes=[], now=NOW, expires_at=NOW + timedelta(days=1))
    assert tokens.authenticate(issued.secret, now=NOW + timedelta(hours=23)) is not None
    assert tokens.authenticate(issued.secret, now=NOW + timedelta(days=1)) is None


def test_a_revoked_token_signs_nobody_in_and_says_who_revoked_it() -> None:
    issued = tokens.issue(by=SYSTEM, name="web shop", scopes=[], now=NOW)
    tokens.revoke(by=SYSTEM, token=issued.token, now=NOW)
    assert tokens.authenticate(issued.secret, now=NOW) is None
    later = tokens.revoke(by=SYSTEM, token=issued.token, now=NOW + timedelta(days=1))
    assert (later.revoked_at, later.revoked_by) == (NOW, "system:backline")


def test_last_use_is_noted_but_not_on_every_request() -> None:
    issued = tokens.issue(by=SYSTEM, name="web shop", scopes=[], now=NOW)
    seen = []
    for seconds in (0, 30, 61):
        tokens.authenticate(issued.secret, now=NOW + timedelta(seconds=seconds))
        issued.token.refresh_from_db()
        seen.append(issued.token.last_used_at)
    assert seen == [NOW, NOW, NOW + timedelta(seconds=61)]


def test_only_an_administrator_issues_and_revokes() -> None:
    issued = tokens.issue(by=SYSTEM, name="web shop", scopes=[], now=NOW)
    with pytest.raises(NotAllowed):
        tokens.issue(by=WORKER, name="mine", scopes=[], now=NOW)
    with pytest.raises(NotAllowed):
        tokens.revoke(by=WORKER, token=issued.token, now=NOW)


def test_an_unknown_scope_a_missing_name_and_a_past_end_are_refused() -> None:
    with pytest.raises(TokenRefused, match="everything:always"):
        tokens.issue(by=SYSTEM, name="x", scopes=["everything:always"], now=NOW)
    with pytest.raises(TokenRefused, match="name"):
        tokens.issue(by=SYSTEM, name=" ", scopes=[], now=NOW)
    with pytest.raises(TokenRefused, match="expired"):
        tokens.issue(by=SYSTEM, name="x", scopes=[], now=NOW, expires_at=NOW)
