"""What only a system behind a mailbox has among its settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from backline.connectors.places import Node
from backline.connectors.reader import Reader

KEYS = ("host", "port", "user", "tls", "sender", "inbox", "answers_from")
WAYS = ("starttls", "yes", "no")


@dataclass(frozen=True, kw_only=True, slots=True)
class MailSettings:
    """Where mails go out, and the Maildir into which the answers are delivered."""

    host: str
    port: int
    user: str
    tls: str
    sender: str
    inbox: Path
    answers_from: frozenset[str] = field(default_factory=frozenset)
    """Only mails of these addresses answer; in small letters"""


def read_settings(node: Node, reader: Reader) -> MailSettings:
    """What the file says of it; problems go to the reader."""
    told = {key: reader.setting(node, key) for key in ("host", "user", "sender")}
    for key in ("host", "sender", "inbox", "answers_from"):
        if node.get(key) is None:
            reader.wrong(node, f"'settings' has to say '{key}'.")
    tls, port = reader.text(node, "tls") or "starttls", reader.setting(node, "port")
    if tls not in WAYS:
        reader.wrong(node, f"'tls' is one of {', '.join(WAYS)}.", key="tls")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        reader.wrong(node, f"'{port}' is no port.", key="port")
        port = ""
    return MailSettings(
        host=told["host"], port=int(port or {"yes": 465, "no": 25}.get(tls, 587)), user=told["user"], tls=tls,
        sender=told["sender"], inbox=reader.folder / reader.text(node, "inbox"),
        answers_from=_addresses(node.get("answers_from")),
    )  # fmt: skip


def _addresses(node: Node | None) -> frozenset[str]:
    if node is None:
        return frozenset()
    named = node.value if isinstance(node.value, list) else [node]
    return frozenset(one.text.strip().lower() for one in named if isinstance(one, Node))
