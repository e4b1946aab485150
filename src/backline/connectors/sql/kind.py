"""The kind ``sql``: how its file is read and its systems are reached."""

from __future__ import annotations

from backline.connectors.kinds import Kind
from backline.connectors.sql.connecting import SqlConnector
from backline.connectors.sql.reading import read_parts

KIND = Kind(connect=lambda system, folder: SqlConnector(system, folder=folder), read_parts=read_parts)
