"""Mailboxes of other servers, as the settings say them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """A mailbox of another server. Secrets are named by the environment variable that holds them."""

    host: str
    user: str
    port: int = 993
    security: str = "tls"
    """tls, starttls or none"""
    folder: str = "INBOX"
    password_from: str = ""
    token_url: str = ""
    """Where a token of OAuth 2 is had; without it the password counts"""
    client_id: str = ""
    secret_from: str = ""
    refresh_from: str = ""
    """The refresh token; without it the client's own credentials count"""
    scope: str = ""
