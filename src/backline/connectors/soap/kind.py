"""The kind ``soap``: how its file is read and its systems are reached."""

from __future__ import annotations

from backline.connectors.kinds import Kind
from backline.connectors.soap.connecting import SoapConnector
from backline.connectors.soap.reading import OPERATION, read_parts
from backline.connectors.soap.settings import KEYS, read_settings

KIND = Kind(
    connect=SoapConnector, read_parts=read_parts, settings=KEYS, read_settings=read_settings, operation=OPERATION
)  # fmt: skip
