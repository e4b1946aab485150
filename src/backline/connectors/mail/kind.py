"""The kind ``mail``: how its file is read and its systems are reached."""

from __future__ import annotations

from backline.connectors.kinds import Kind
from backline.connectors.mail.connecting import MailConnector
from backline.connectors.mail.reading import read_parts
from backline.connectors.mail.settings import KEYS, read_settings

KIND = Kind(
    connect=lambda system, folder: MailConnector(system, folder=folder), read_parts=read_parts, settings=KEYS,
    read_settings=read_settings, needs_url=False, proves=True,
)  # fmt: skip
