"""The kind ``tryton``: how its file is read and its systems are reached."""

from __future__ import annotations

from backline.connectors.kinds import Kind
from backline.connectors.tryton.connecting import TrytonConnector
from backline.connectors.tryton.reading import read_parts
from backline.connectors.tryton.settings import KEYS, read_settings

KIND = Kind(
    connect=lambda system, _: TrytonConnector(system), read_parts=read_parts, settings=KEYS,
    read_settings=read_settings, proves=True,
)  # fmt: skip
