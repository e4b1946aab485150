"""What only a calendar server has among its settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from backline.connectors.http.settings import Tls, read_tls
from backline.connectors.places import Node
from backline.connectors.reader import Reader

KEYS = ("user", "tls")


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarSettings:
    """Who we are there, and whose certificates we trust."""

    user: str = ""
    tls: Tls = field(default_factory=Tls)


def read_settings(node: Node, reader: Reader) -> CalendarSettings:
    """What the file says of it; problems go to the reader."""
    return CalendarSettings(user=reader.setting(node, "user"), tls=read_tls(node.get("tls"), reader))
