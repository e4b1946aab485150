"""The kind ``files``: how its file is read and its systems are reached."""

from __future__ import annotations

from backline.connectors.files.connecting import FilesConnector
from backline.connectors.files.reading import SETTINGS, read_parts, read_settings
from backline.connectors.kinds import Kind

KIND = Kind(connect=FilesConnector, read_parts=read_parts, settings=SETTINGS, read_settings=read_settings)
