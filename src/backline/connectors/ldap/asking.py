"""Asks a directory: one connection a question, with time limits, following no referral to another server."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import ldap3
from ldap3.core.exceptions import (
    LDAPException,
    LDAPExceptionError,
    LDAPResponseTimeoutError,
    LDAPSocketReceiveError,
)

from backline.connectors.declarations import Settings
from backline.connectors.ldap.settings import LdapSettings

MOST_ENTRIES = 100_000
A_PAGE = 500
NO_SUCH = 32
BUSY = (51, 52)
TIMED_OUT = (3, 85)
PORTS = {"ldap": 389, "ldaps": 636}


class Away(Exception):
    """The directory does not answer. ``late``: it took too long."""

    def __init__(self, message: str, *, late: bool = False) -> None:
        super().__init__(message)
        self.late = late


class SaidNo(Exception):
    """The directory answered, and refuses."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its name and the texts of its attributes."""

    dn: str
    attributes: Mapping[str, Sequence[str]]

    def first(self, attribute: str) -> str:
        """The first text of an attribute; empty where there is none."""
        return next(iter(self.attributes.get(attribute.lower(), ())), "")


class Directory:
    """One directory as the settings say it. Raises ValueError where the address is none."""

    def __init__(self, settings: Settings) -> None:
        own: LdapSettings = settings.own
        address = urlsplit(settings.url)
        if address.scheme not in PORTS or not address.hostname:
            raise ValueError("the url has to be ldap://host or ldaps://host")
        if own.user and not (address.scheme == "ldaps" or own.start_tls or _is_here(address.hostname)):
            raise ValueError("a password is not sent to another machine in the open: say ldaps://, or 'start_tls: yes'")
        self._settings, self._own = settings, own
        self._host, self._port = address.hostname, address.port or PORTS[address.scheme]
        self._secure = address.scheme == "ldaps"

    def search(
        self, *, under: str, wanted: str, attributes: Sequence[str], deadline_s: float, most: int = MOST_ENTRIES
    ) -> list[Entry]:
        """The entries under a part of the base. Raises Away or SaidNo."""
        base = ",".join(part for part in (under, self._own.base) if part)
        base = under if under.lower().endswith(self._own.base.lower()) else base
        with self._connected(deadline_s) as connection:
            found: list[Entry] = []
            pages = connection.extend.standard.paged_search(
                base, wanted, attributes=list(attributes), paged_size=A_PAGE, time_limit=max(1, round(deadline_s)),
                generator=True,
            )  # fmt: skip
            for one in pages:
                if one.get("type") == "searchResEntry":
                    found.append(_entry(one))
                if len(found) >= most:
                    break
            _must_be_well(connection.result)
            return found

    def check(self, *, deadline_s: float) -> str:
        """Sign in and look at the base itself."""
        try:
            with self._connected(deadline_s) as connection:
                connection.search(self._own.base, "(objectClass=*)", search_scope=ldap3.BASE, attributes=["1.1"])
                _must_be_well(connection.result)
                if connection.result["result"] == NO_SUCH:
                    return f"there is no '{self._own.base}'"
        except (Away, SaidNo) as wrong:
            return str(wrong)
        return ""

    @contextmanager
    def _connected(self, deadline_s: float) -> Iterator[Any]:
        server = ldap3.Server(
            self._host, port=self._port, use_ssl=self._secure, tls=self._tls(), get_info=ldap3.NONE,
            connect_timeout=min(self._settings.connect_s, deadline_s),
        )  # fmt: skip
        connection = ldap3.Connection(
            server, user=self._own.user or None, password=self._settings.secret or None, auto_referrals=False,
            read_only=True, raise_exceptions=False,
        )  # fmt: skip
        try:
            connection.open()
            connection.socket.settimeout(deadline_s)  # its own setting takes whole seconds alone
            if self._own.start_tls and not connection.start_tls():
                raise SaidNo("the directory does not protect the line")
            if not connection.bind():
                _must_be_well(connection.result)
                raise SaidNo(f"the directory does not let us in: {connection.result['description']}")
            yield connection
        except (LDAPResponseTimeoutError, TimeoutError) as wrong:
            raise Away("no answer in time", late=True) from wrong
        except LDAPSocketReceiveError as wrong:
            late = "timed out" in str(wrong)
            raise Away("no answer in time" if late else "the line broke", late=late) from wrong
        except (LDAPException, LDAPExceptionError, OSError) as wrong:
            raise Away(type(wrong).__name__) from wrong
        finally:
            _let_go(connection)

    def _tls(self) -> ldap3.Tls | None:
        if not (self._secure or self._own.start_tls):
            return None
        told = self._own.tls
        return ldap3.Tls(
            validate=ssl.CERT_REQUIRED, ca_certs_file=str(told.authority) if told.authority else None,
            local_certificate_file=str(told.certificate) if told.certificate else None,
            local_private_key_file=str(told.key) if told.key else None,
        )  # fmt: skip


def _must_be_well(result: Mapping[str, Any]) -> None:
    code = result.get("result", 0)
    if code in BUSY:
        raise Away(f"the directory is {result['description']}")
    if code in TIMED_OUT:
        raise Away("no answer in time", late=True)
    if code not in (0, NO_SUCH):
        raise SaidNo(f"the directory says {result['description']}")


def _entry(one: Mapping[str, Any]) -> Entry:
    raw: Mapping[str, Sequence[bytes]] = one["raw_attributes"]
    told = {name.lower(): [value.decode("utf-8", "replace") for value in values] for name, values in raw.items()}
    return Entry(str(one["dn"]), told)


def _let_go(connection: Any) -> None:
    try:
        connection.unbind()
    except (LDAPException, OSError):
        pass
    finally:
        if connection.socket is not None:
            connection.socket.close()


def _is_here(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")
