"""The kind ``calendar``: how its file is read and its systems are reached."""

from __future__ import annotations

from backline.connectors.calendar.connecting import CalendarConnector
from backline.connectors.calendar.reading import read_parts
from backline.connectors.calendar.settings import KEYS, read_settings
from backline.connectors.kinds import Kind

KIND = Kind(
    connect=lambda system, _: CalendarConnector(system), read_parts=read_parts, settings=KEYS,
    read_settings=read_settings, proves=True,
)  # fmt: skip
