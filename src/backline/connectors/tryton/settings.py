"""What only a Tryton server has among its settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from backline.connectors.http.settings import Tls, read_tls
from backline.connectors.places import Node
from backline.connectors.reader import Reader

KEYS = ("user", "tls")


@dataclass(frozen=True, kw_only=True, slots=True)
class TrytonSettings:
    """Who we are there, and whose certificates we trust."""

    user: str = ""
    tls: Tls = field(default_factory=Tls)


def read_settings(node: Node, reader: Reader) -> TrytonSettings:
    """What the file says of it; problems go to the reader."""
    if not (user := reader.setting(node, "user")):
        reader.wrong(node, "'settings' has to say the 'user' and its 'password'.")
    return TrytonSettings(user=user, tls=read_tls(node.get("tls"), reader))
