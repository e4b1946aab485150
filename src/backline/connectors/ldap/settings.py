"""What only a directory has among its settings: who asks, how it is protected, and where staff and teams stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backline.connectors.http.settings import Tls, read_tls
from backline.connectors.ldap.filters import NoFilter, must_be_filter
from backline.connectors.places import Node
from backline.connectors.reader import Reader

KEYS = ("user", "base", "tls", "start_tls", "staff")


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffSettings:
    """Where people and groups stand, and which attribute says what. ``teams``: group -> team."""

    under: str = ""
    filter: str = "(objectClass=inetOrgPerson)"
    id: str = "entryUUID"
    name: str = "cn"
    email: str = "mail"
    groups_under: str = ""
    groups_filter: str = "(objectClass=groupOfNames)"
    group: str = "cn"
    member: str = "member"
    teams: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class LdapSettings:
    """The settings of one directory."""

    user: str = ""
    base: str = ""
    start_tls: bool = False
    tls: Tls = field(default_factory=Tls)
    staff: StaffSettings | None = None


def read_settings(node: Node, reader: Reader) -> LdapSettings:
    """What the file says of it; problems go to the reader."""
    if not reader.text(node, "base"):
        reader.wrong(node, "'settings' has to say the 'base' of the directory, such as dc=example,dc=org.")
    return LdapSettings(
        user=reader.setting(node, "user"), base=reader.text(node, "base"),
        start_tls=reader.text(node, "start_tls") == "yes", tls=read_tls(node.get("tls"), reader),
        staff=_staff(node.get("staff"), reader),
    )  # fmt: skip


def _staff(node: Node | None, reader: Reader) -> StaffSettings | None:
    if node is None:
        return None
    reader.only(node, ("under", "filter", "id", "name", "email", "groups"), "'staff'")
    groups = node.get("groups") or Node({}, node.place)
    reader.only(groups, ("under", "filter", "name", "member", "teams"), "'groups'")
    told = {key: reader.text(node, key) for key in ("under", "filter", "id", "name", "email")}
    beside = {
        "groups_under": "under", "groups_filter": "filter", "group": "name", "member": "member"
    }  # fmt: skip
    told |= {name: reader.text(groups, key) for name, key in beside.items()}
    if not told["under"]:
        reader.wrong(node, "'staff' has to say where they stand: 'under: ou=people'.")
    for key, where in (("filter", node), ("groups_filter", groups)):
        _check_filter(told[key], where, reader)
    teams = groups.get("teams")
    return StaffSettings(
        **{key: value for key, value in told.items() if value},
        teams={group: one.text for group, one in teams.items()} if teams else {},
    )


def _check_filter(told: str, node: Node, reader: Reader) -> None:
    try:
        must_be_filter(told or "(objectClass=*)")
    except NoFilter as wrong:
        reader.wrong(node.get("filter") or node, str(wrong), "Such as (objectClass=person).")
