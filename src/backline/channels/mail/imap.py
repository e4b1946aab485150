"""Mail that lies in a mailbox of another server (IMAP): each message is taken, then marked there. Nothing is deleted.

A mark of our own says what was taken, so that a colleague who reads the same mailbox takes nothing away from us. Where
the server keeps no such mark, what was read counts as taken.
"""

from __future__ import annotations

import imaplib
import logging
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import httpx

from backline.channels.mail.mailboxes import Mailbox
from backline.channels.mail.taking import MessageTooLarge, take_message
from backline.channels.models import Contact
from backline.connectors.http.authorising import Authority, NoToken
from backline.connectors.http.settings import HttpSettings, OAuth

log = logging.getLogger(__name__)
MARK, SEEN = "BacklineTaken", "\\Seen"
PATIENCE_S = 20.0
MOST = 50
QUOTED = re.compile(r'["\\]')


class MailboxClosed(Exception):
    """The mailbox can't be opened now; the message says why, without the secret."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A mailbox that is open, and the flag by which it knows what was taken."""

    connection: imaplib.IMAP4
    flag: str


def take_all(mailbox: Mailbox, *, now: datetime, limit: int) -> list[Contact]:
    """Take what is new there, the oldest first; ``limit`` bytes a message. Raises ``MailboxClosed``."""
    with _open(mailbox) as opened:
        return [contact for uid in _new(opened)[:MOST] if (contact := _take(opened, uid, now, limit))]


@contextmanager
def _open(mailbox: Mailbox) -> Iterator[Opened]:
    try:
        connection = _connect(mailbox)
    except (OSError, imaplib.IMAP4.error, NoToken) as wrong:
        raise MailboxClosed(f"{mailbox.user} at {mailbox.host}: {_said(wrong)}") from wrong
    try:
        yield Opened(connection=connection, flag=_select(connection, mailbox.folder))
    except (OSError, imaplib.IMAP4.error) as wrong:
        raise MailboxClosed(f"{mailbox.user} at {mailbox.host}: {_said(wrong)}") from wrong
    finally:
        _close(connection)


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if mailbox.security == "tls":
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, ssl_context=context, timeout=PATIENCE_S
        )
    else:
        connection = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=PATIENCE_S)
        if mailbox.security == "starttls":
            connection.starttls(context)
    try:
        _prove(connection, mailbox)
    except BaseException:
        _close(connection)
        raise
    return connection


def _prove(connection: imaplib.IMAP4, mailbox: Mailbox) -> None:
    """By a token of OAuth 2 where the settings say where one is had, else by a password."""
    if not mailbox.token_url:
        connection.login(mailbox.user, os.environ.get(mailbox.password_from, ""))
        return
    authority = _authority(
        mailbox.token_url, mailbox.client_id, os.environ.get(mailbox.secret_from, ""),
        os.environ.get(mailbox.refresh_from, "") if mailbox.refresh_from else "", mailbox.scope,
    )  # fmt: skip
    headers = authority.headers(deadline_s=PATIENCE_S)
    said = f"user={mailbox.user}\x01auth={headers['Authorization']}\x01\x01".encode()
    asked = iter((said, b""))
    try:
        connection.authenticate("XOAUTH2", lambda _challenge: next(asked, b""))
    except imaplib.IMAP4.error:
        authority.refused(headers)
        raise


@lru_cache(maxsize=16)
def _authority(token_url: str, client: str, secret: str, refresh: str, scope: str) -> Authority:
    """One for each mailbox, which keeps its token while it is good."""
    oauth = OAuth(token_url=token_url, client=client, secret=secret, scope=scope, sent="body", refresh=refresh)
    return Authority(HttpSettings(oauth=oauth), fixed="", client=httpx.Client(follow_redirects=False))


def _select(connection: imaplib.IMAP4, folder: str) -> str:
    name = QUOTED.sub(r"\\\g<0>", folder)
    status, told = connection.select(f'"{name}"')
    if status != "OK":
        raise imaplib.IMAP4.error(f"there is no folder {folder}: {_said(told)}")
    kept = b" ".join(one for one in connection.response("PERMANENTFLAGS")[1] if isinstance(one, bytes))
    return MARK if b"\\*" in kept or MARK.encode() in kept else SEEN


def _new(opened: Opened) -> list[bytes]:
    wanted = f"UNKEYWORD {MARK}" if opened.flag == MARK else "UNSEEN"
    _status, told = opened.connection.uid("SEARCH", f"{wanted} UNDELETED")
    return sorted((told[0] or b"").split(), key=int)


def _take(opened: Opened, uid: bytes, now: datetime, limit: int) -> Contact | None:
    name = uid.decode()
    if _size(opened, name) > limit:
        log.warning("message %s in the mailbox is too large and stays there", name)
        _mark(opened, name, "\\Flagged")
        return None
    _status, told = opened.connection.uid("FETCH", name, "(BODY.PEEK[])")
    raw = next((one[1] for one in told if isinstance(one, tuple)), None)
    if raw is None:  # somebody deleted it in between
        return None
    try:
        contact = take_message(raw, now=now)
    except MessageTooLarge:
        _mark(opened, name, "\\Flagged")
        return None
    if contact.result == Contact.Result.TAKING:  # another process has it in hand, or died with it
        return None
    _mark(opened, name)
    return contact


def _size(opened: Opened, name: str) -> int:
    _status, told = opened.connection.uid("FETCH", name, "(RFC822.SIZE)")
    found = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(one for one in told if isinstance(one, bytes)))
    return int(found[1]) if found else 0


def _mark(opened: Opened, name: str, *more: str) -> None:
    """Mark it as taken; the mark is there before the next one is taken."""
    flags = " ".join(dict.fromkeys((opened.flag, *more)))
    status, told = opened.connection.uid("STORE", name, "+FLAGS.SILENT", f"({flags})")
    if status != "OK":
        raise imaplib.IMAP4.error(f"it can't be marked: {_said(told)}")


def _close(connection: imaplib.IMAP4) -> None:
    try:
        connection.logout()
    except (OSError, imaplib.IMAP4.error):
        connection.shutdown()


def _said(wrong: Any) -> str:
    if isinstance(wrong, list):
        wrong = b" ".join(one for one in wrong if isinstance(one, bytes))
    if isinstance(wrong, Exception) and wrong.args and isinstance(wrong.args[0], bytes):
        wrong = wrong.args[0]
    return (wrong.decode(errors="replace") if isinstance(wrong, bytes) else str(wrong))[:200]
