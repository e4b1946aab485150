"""Where an event may be sent: public addresses, and those that the settings name. The name is looked up once, and the
request goes to what was found."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
TRANSLATED, COMPATIBLE = ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96")


class AddressRefused(ValueError):
    """Nothing is sent there; the message is for whoever subscribed."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where to connect, and as whom the receiver is addressed."""

    scheme: str
    host: str
    port: int
    path: str
    ip: str


def check_address(url: str) -> None:
    """Refuse what is no address, or one that may not be sent to whatever it leads to."""
    scheme, host, _port, _path = _parts(url)
    if scheme != "https" and not is_allowed(host):
        raise AddressRefused(_("Events are sent by https only."))
    if (ip := _as_ip(host)) is not None and not (_is_public(ip) or is_allowed(host)):
        raise AddressRefused(_("Events are not sent to addresses within our own network."))


def resolve(url: str) -> Target:
    """Look the name up now. Raises AddressRefused where any of its addresses is within our own network, OSError where
    there is no such name."""
    scheme, host, port, path = _parts(url)
    found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not is_allowed(host) and not all(_is_public(ipaddress.ip_address(ip.partition("%")[0])) for ip in found):
        raise AddressRefused(_("Events are not sent to addresses within our own network."))
    return Target(scheme=scheme, host=host, port=port, path=path, ip=sorted(found)[0])


def is_allowed(host: str) -> bool:
    """Whether the settings name this host."""
    return host in settings.ORGANISATION.webhooks.hosts


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError as wrong:
        raise AddressRefused(_("This is no address.")) from wrong
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or not port or len(url) > 1000:
        raise AddressRefused(_("This is no address of the form https://host/path."))
    return parts.scheme, parts.hostname, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_public(ip: Address) -> bool:
    """Whether it leads to no network of our own; an address of IPv6 that carries one of IPv4 leads to that one."""
    if isinstance(ip, ipaddress.IPv6Address) and (carried := _carried(ip)) is not None:
        return _is_public(carried)
    inner = isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or inner)


def _carried(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Of the forms mapped, 6to4, translated by NAT64, and the old compatible one."""
    if ip in TRANSLATED or ip in COMPATIBLE:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def _as_ip(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
