"""Mail in a mailbox of a real server: taken once, marked, never deleted; by password and by a token of OAuth 2."""

from __future__ import annotations

import imaplib
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from backline.channels.mail import imap
from backline.channels.mail.mailboxes import Mailbox
from backline.channels.models import Contact
from tests.rooms.cases_house import House

DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not Path(DOVECOT).exists(), reason="needs Debian's dovecot-imapd"),
    pytest.mark.skipif(os.geteuid() != 0, reason="a mail server's workers change their user, which only root may"),
]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMIT = 100_000
CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain xoauth2
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_uid = nobody
mail_gid = nogroup
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%u
}}
"""
OAUTH = """
introspection_mode = post
introspection_url = http://127.0.0.1:{port}/introspect
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass
class Server:
    """A mail server in a process of its own, and who gives the tokens that it believes."""

    port: int
    tokens: int
    issued: list[str]

    def mailbox(self, user: str, **more: Any) -> Mailbox:
        """As the settings would say it."""
        return Mailbox(host="127.0.0.1", port=self.port, security="none", user=user, **more)

    def put(self, user: str, *raws: bytes) -> None:
        """Messages arrive."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as client:
            client.login(user, "secret")
            for raw in raws:
                client.append("INBOX", "", "", raw)

    def flags(self, user: str) -> list[str]:
        """Of every message that lies there."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as client:
            client.login(user, "secret")
            client.select("INBOX", readonly=True)
            return [str(one) for one in client.fetch("1:*", "(FLAGS)")[1]]


class Tokens(BaseHTTPRequestHandler):
    """Gives a token for a refresh token, and says whether one is good."""

    issued: list[str]

    def do_POST(self) -> None:
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        if self.path == "/token":
            good = form.get("refresh_token") == "refresh-me" and form.get("client_secret") == "hush"
            token = f"token-{len(self.issued)}"
            self.issued += [token] if good else []
            self._say(200 if good else 400, {"access_token": token, "expires_in": 3600} if good else {"error": "no"})
        else:
            self._say(200, {"active": form.get("token") in self.issued, "username": "oauth"})

    def _say(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    folder = Path(f"/tmp/backline-imap-{os.getpid()}")
    (folder / "mail").mkdir(parents=True)
    shutil.chown(folder / "mail", "nobody", "nogroup")
    folder.chmod(0o755)
    issued: list[str] = []
    tokens = ThreadingHTTPServer(("127.0.0.1", 0), type("Issuing", (Tokens,), {"issued": issued}))
    threading.Thread(target=tokens.serve_forever, daemon=True).start()
    port = _free_port()
    (folder / "dovecot.conf").write_text(CONF.format(folder=folder, port=port))
    (folder / "oauth2.conf").write_text(OAUTH.format(port=tokens.server_port))
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Server(port=port, tokens=tokens.server_port, issued=issued)
    finally:
        process.terminate()
        process.wait(20)
        tokens.shutdown()
        tokens.server_close()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            with imaplib.IMAP4("127.0.0.1", port, timeout=2):
                return
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.1)
    raise AssertionError("the mail server does not start")


def letter(name: str, size: int = 0) -> bytes:
    """A message."""
    return f"From: ann@example.org\r\nSubject: {name}\r\nMessage-ID: <{name}@x>\r\n\r\nHello {'x' * size}\r\n".encode()


def test_each_message_is_taken_once_and_stays_in_the_mailbox(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK", "secret")
    mailbox = server.mailbox("desk", password_from="DESK")
    server.put("desk", letter("one"), letter("two"))
    assert [one.subject for one in imap.take_all(mailbox, now=NOW, limit=LIMIT)] == ["one", "two"]
    server.put("desk", letter("three"))
    assert [one.subject for one in imap.take_all(mailbox, now=NOW, limit=LIMIT)] == ["three"]
    assert imap.take_all(mailbox, now=NOW, limit=LIMIT) == []
    flags = server.flags("desk")
    assert len(flags) == 3
    assert all("BacklineTaken" in one and "Seen" not in one for one in flags)
    assert Contact.objects.count() == 3


def test_what_a_colleague_has_read_is_taken_all_the_same(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK", "secret")
    server.put("reader", letter("read"))
    with imaplib.IMAP4("127.0.0.1", server.port, timeout=10) as client:
        client.login("reader", "secret")
        client.select("INBOX")
        client.store("1", "+FLAGS", "\\Seen")
    taken = imap.take_all(server.mailbox("reader", password_from="DESK"), now=NOW, limit=LIMIT)
    assert [one.subject for one in taken] == ["read"]


def test_a_message_over_the_limit_stays_and_is_flagged_for_people(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK", "secret")
    server.put("large", letter("huge", size=LIMIT), letter("small"))
    mailbox = server.mailbox("large", password_from="DESK")
    assert [one.subject for one in imap.take_all(mailbox, now=NOW, limit=LIMIT)] == ["small"]
    assert "Flagged" in server.flags("large")[0]
    assert imap.take_all(mailbox, now=NOW, limit=LIMIT) == []


def test_a_token_of_oauth_opens_the_mailbox_and_is_kept(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTH_SECRET", "hush")
    monkeypatch.setenv("OAUTH_REFRESH", "refresh-me")
    server.put("oauth", letter("by token"))
    mailbox = server.mailbox(
        "oauth", token_url=f"http://127.0.0.1:{server.tokens}/token", client_id="us",
        secret_from="OAUTH_SECRET", refresh_from="OAUTH_REFRESH",
    )  # fmt: skip
    assert [one.subject for one in imap.take_all(mailbox, now=NOW, limit=LIMIT)] == ["by token"]
    assert imap.take_all(mailbox, now=NOW, limit=LIMIT) == []
    assert server.issued == ["token-0"]


def test_a_token_that_is_not_believed_is_had_anew_the_next_time(
    house: House, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTH_SECRET", "hush")
    monkeypatch.setenv("OAUTH_REFRESH", "refresh-me")
    mailbox = server.mailbox(
        "oauth", token_url=f"http://127.0.0.1:{server.tokens}/token", client_id="again",
        secret_from="OAUTH_SECRET", refresh_from="OAUTH_REFRESH",
    )  # fmt: skip
    imap.take_all(mailbox, now=NOW, limit=LIMIT)
    server.issued.clear()
    with pytest.raises(imap.MailboxClosed):
        imap.take_all(mailbox, now=NOW, limit=LIMIT)
    imap.take_all(mailbox, now=NOW, limit=LIMIT)
    assert len(server.issued) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"password_from": "NOT_SET"}, "uthentication failed"), ({"password_from": "DESK", "folder": "No"}, "no folder")],
)
def test_a_mailbox_that_can_not_be_opened_says_why_without_the_secret(
    server: Server, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], words: str
) -> None:
    monkeypatch.setenv("DESK", "secret")
    with pytest.raises(imap.MailboxClosed, match=words) as closed:
        imap.take_all(server.mailbox("desk", **wrong), now=NOW, limit=LIMIT)
    assert "secret" not in str(closed.value)
