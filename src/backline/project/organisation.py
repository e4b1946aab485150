"""An organisation's settings, as ``backline.yaml`` in its folder says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, time
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import yaml

from backline.channels.mail.mailboxes import Mailbox

MEGABYTE = 1024 * 1024


class SettingsRefused(Exception):
    """The settings file can't be used; the message names the file, the key and the mend."""


@dataclass(frozen=True, kw_only=True)
class Brand:
    """How the organisation looks: colours as ``#rrggbb``, the logo as a file in ``brand/``."""

    colour: str = "#1d4ed8"
    accent: str = "#0f766e"
    logo: str = ""


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """Mail out by SMTP; mail in from a Maildir, from mailboxes by IMAP, or by LMTP.

    Without a host, mail is kept in ``mail/out``.
    """

    host: str = ""
    port: int = 25
    user: str = ""
    password_from: str = ""
    """The environment variable that holds the password: never the password itself"""
    security: str = "none"
    """none, starttls or tls"""
    sender: str = "service@localhost"
    reply_domain: str = "localhost"
    maildir: str = ""
    imap: tuple[Mailbox, ...] = ()
    lmtp_port: int = 0


@dataclass(frozen=True, kw_only=True)
class CalendarSettings:
    """Business time: opening hours, the weekend (0 is Monday), and whose public holidays count."""

    opens: time = time(9)
    closes: time = time(17)
    weekend: tuple[int, ...] = (5, 6)
    country: str = ""
    subdivision: str = ""


@dataclass(frozen=True, kw_only=True)
class TeamSettings:
    """When one team works, where that differs from the organisation's own time, and when its leaders are told."""

    opens: time | None = None
    closes: time | None = None
    weekend: tuple[int, ...] | None = None
    country: str = ""
    """Whose public holidays count; the organisation's own where empty"""
    subdivision: str = ""
    time_zone: str = ""
    closed: tuple[date, ...] = ()
    """Further days on which nobody is there"""
    escalate: str = ""
    """After how long the leaders are told of what goes wrong and nobody settled: ``4 business hours``"""


@dataclass(frozen=True, kw_only=True)
class Webhooks:
    """What goes out to programs of others."""

    hosts: tuple[str, ...] = ()
    """Hosts within our own network, or without https, to which events may be sent all the same"""


@dataclass(frozen=True, kw_only=True)
class ShortMessages:
    """A provider that brings SMS or messages of a social network to ``/messages/NAME``."""

    name: str
    shape: str = "backline"
    """backline, twilio, whatsapp"""
    channel: str = "sms"
    """sms or social"""
    secret_from: str = ""
    """The environment variable that holds the secret: never the secret itself"""
    token_from: str = ""
    """Likewise the token with which WhatsApp asks whether the address is ours"""


@dataclass(frozen=True, kw_only=True)
class Telephony:
    """A telephone system that tells of calls at ``/calls/NAME``."""

    name: str
    shape: str = "backline"
    """backline, twilio"""
    secret_from: str = ""
    """The environment variable that holds the secret: never the secret itself"""
    extensions: Mapping[str, str] = field(default_factory=dict)
    """Colleagues' addresses by what the system calls their telephones"""


@dataclass(frozen=True, kw_only=True)
class Chat:
    """Chat on the portal of those who have no request."""

    team: str = ""
    """Who answers; without a team there is no such chat"""


@dataclass(frozen=True, kw_only=True)
class Settling:
    """Who decides about what could not be done in a system: ``retry``, ``by hand``, ``give up``, ``take back``."""

    leader: tuple[str, ...] = ()
    """Ways that are for the leader of the team that owns the case"""
    second: tuple[str, ...] = ()
    """Ways that a second colleague has to confirm"""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one person may send at most."""

    attachment_bytes: int = 20 * MEGABYTE
    message_bytes: int = 40 * MEGABYTE
    attachments: int = 20
    forms_a_minute: int = 60
    bytes_an_hour: int = 400 * MEGABYTE
    """Of files and all else, by forms of the portal"""


@dataclass(frozen=True, kw_only=True)
class Keep:
    """How long is kept what belongs to no case; of cases their types say it."""

    talk_days: int = 90
    """Of chats and calls that never became part of a request"""

    def __post_init__(self) -> None:
        if not isinstance(self.talk_days, int) or self.talk_days < 1:
            raise SettingsRefused("keep: 'talk_days' has to be a number of days, 1 or more")


@dataclass(frozen=True, kw_only=True)
class Files:
    """Where the contents of documents lie: in ``files/`` of the folder, or in a bucket that many machines share."""

    kind: str = "folder"
    """folder or s3"""
    bucket: str = ""
    endpoint: str = ""
    """The address of the store where it is not Amazon's own"""
    region: str = ""
    prefix: str = ""
    key_from: str = ""
    """The environment variable that holds the access key; without it, the machine's own role counts"""
    secret_from: str = ""
    """The environment variable that holds the secret: never the secret itself"""

    def __post_init__(self) -> None:
        if self.kind not in ("folder", "s3"):
            raise SettingsRefused(f"files: kind '{self.kind}' is unknown; known are folder, s3")
        if self.kind == "s3" and not self.bucket:
            raise SettingsRefused("files: kind s3 needs a 'bucket'")


@dataclass(frozen=True, kw_only=True)
class Provider:
    """An identity provider that speaks OpenID Connect."""

    id: str
    """Part of the address to which it sends people back: ``/account/oidc/ID/login/callback/``"""
    name: str = ""
    server: str = ""
    """Where ``/.well-known/openid-configuration`` is found"""
    client_id: str = ""
    secret_from: str = ""
    """The environment variable that holds the secret: never the secret itself"""


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """How people sign in besides an e-mailed code and a password."""

    providers: tuple[Provider, ...] = ()
    password_length: int = 12
    session_days: int = 14
    trusted_proxies: int = 0
    """How many proxies of our own stand before this server and add to X-Forwarded-For"""


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What work costs, in the organisation's currency: an hour of each team and of all others, a contact by channel."""

    hour: float = 0.0
    teams: dict[str, float] = field(default_factory=dict)
    channels: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """Whose Backline this is."""

    folder: Path
    name: str = "An organisation"
    time_zone: str = "UTC"
    languages: tuple[str, ...] = ("en", "de")
    currency: str = "EUR"
    base_url: str = "http://127.0.0.1:8000"
    demonstration: bool = False
    """Shows log-ins on the start page and the mailbox page; never set on a real organisation"""
    brand: Brand = field(default_factory=Brand)
    mail: MailSettings = field(default_factory=MailSettings)
    calendar: CalendarSettings = field(default_factory=CalendarSettings)
    teams: Mapping[str, TeamSettings] = field(default_factory=dict)
    webhooks: Webhooks = field(default_factory=Webhooks)
    short_messages: tuple[ShortMessages, ...] = ()
    telephony: tuple[Telephony, ...] = ()
    caller_checks: tuple[str, ...] = ()
    """What callers are asked before they are told anything: birth_date, postcode, email, or the name of a system"""
    chat: Chat = field(default_factory=Chat)
    settling: Settling = field(default_factory=Settling)
    limits: Limits = field(default_factory=Limits)
    keep: Keep = field(default_factory=Keep)
    files: Files = field(default_factory=Files)
    sign_in: SignIn = field(default_factory=SignIn)
    costs: Costs = field(default_factory=Costs)


def read_organisation(folder: Path) -> Organisation:
    """The settings of the organisation in ``folder``; defaults where the file or a key is missing."""
    path = folder / "backline.yaml"
    if not path.exists():
        return Organisation(folder=folder)
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as wrong:
        raise SettingsRefused(f"{path}: this is not YAML: {wrong}") from wrong
    if not isinstance(told, dict):
        raise SettingsRefused(f"{path}: the file has to hold keys and values, like 'name: Meridian'")
    return Organisation(**{"folder": folder, **_values(Organisation, told, path)})


def _values(kind: type[Any], told: dict[str, Any], path: Path) -> dict[str, Any]:
    """Keys of ``told`` as the dataclass ``kind`` wants them."""
    known = {f.name for f in fields(kind)} - {"folder"}
    hints = get_type_hints(kind)
    values = {}
    for key, value in told.items():
        if key not in known:
            raise SettingsRefused(f"{path}: unknown key '{key}'; known are {', '.join(sorted(known))}")
        values[key] = _value(hints[key], key, value, path)
    return values


def _value(hint: Any, key: str, value: Any, path: Path) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise SettingsRefused(f"{path}: '{key}' has to hold keys and values")
        return hint(**_values(hint, value, path))
    if get_origin(hint) is Mapping:
        if not isinstance(value, dict):
            raise SettingsRefused(f"{path}: '{key}' has to hold keys and values")
        return {str(name): _value(get_args(hint)[1], f"{key}: {name}", one, path) for name, one in value.items()}
    if isinstance(hint, UnionType):
        hint = get_args(hint)[0]
    if hint is time:
        return time.fromisoformat(str(value)) if isinstance(value, str) else time(value // 60, value % 60)
    if isinstance(value, list):
        of = get_args(hint)[0] if get_args(hint) else str
        return tuple(_value(of, key, one, path) if is_dataclass(of) else one for one in value)
    return str(value) if hint is str else value
