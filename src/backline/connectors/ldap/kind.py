"""The kind ``ldap``: how its file is read and its systems are reached."""

from __future__ import annotations

from backline.connectors.kinds import Kind
from backline.connectors.ldap.connecting import LdapConnector
from backline.connectors.ldap.reading import read_parts
from backline.connectors.ldap.settings import KEYS, read_settings

KIND = Kind(connect=LdapConnector, read_parts=read_parts, settings=KEYS, read_settings=read_settings)
