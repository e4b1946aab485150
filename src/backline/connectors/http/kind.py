"""The kind ``http``: how its file is read and its systems are reached."""

from __future__ import annotations

from backline.connectors.http.connecting import HttpConnector
from backline.connectors.http.reading import read_parts
from backline.connectors.http.settings import KEYS, read_settings
from backline.connectors.kinds import Kind

KIND = Kind(
    connect=lambda system, _: HttpConnector(system),
    read_parts=read_parts,
    settings=KEYS,
    read_settings=read_settings,
    answers_prove=True,
)
