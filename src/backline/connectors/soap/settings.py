"""What only a SOAP service has among its settings: its WSDL, how we prove who we are, TLS."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from backline.connectors.http.settings import Tls, read_tls
from backline.connectors.places import Node
from backline.connectors.reader import Reader
from backline.connectors.soap.describing import Description, NotAWsdl, read_wsdl

KEYS = ("wsdl", "service", "port", "security", "tls")


@dataclass(frozen=True, kw_only=True, slots=True)
class SoapSettings:
    """The settings of one service. ``user``: WS-Security's user name, with the password of the settings."""

    description: Description | None = None
    user: str = ""
    digest: bool = False
    tls: Tls = field(default_factory=Tls)


def read_settings(node: Node, reader: Reader) -> SoapSettings:
    """What the file says of it; problems go to the reader."""
    security = node.get("security")
    if security is not None:
        reader.only(security, ("user", "digest"), "'security'")
        if not reader.setting(security, "user") or not node.get("password"):
            reader.wrong(security, "'security' has to say its 'user', and 'settings' its 'password'.")
    return SoapSettings(
        description=_description(node, reader), tls=read_tls(node.get("tls"), reader),
        user=reader.setting(security, "user") if security else "",
        digest=bool(security and reader.text(security, "digest") == "yes"),
    )  # fmt: skip


def _description(node: Node, reader: Reader) -> Description | None:
    told = node.get("wsdl")
    if told is None:
        reader.wrong(node, "'settings' has to say its 'wsdl': a file in the organisation's folder.")
        return None
    path: Path = reader.folder / told.text
    try:
        return read_wsdl(path, service=reader.text(node, "service"), port=reader.text(node, "port"))
    except NotAWsdl as wrong:
        reader.wrong(told, f"The WSDL '{told.text}' can't be used: {wrong}.")
        return None
