"""The kinds of systems that Backline can reach: its own, in a table, and those of installed packages by entry point."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from backline.connectors.contract import Connector
from backline.connectors.declarations import Draft, Parts, System
from backline.connectors.places import Node
from backline.connectors.reader import Reader

GROUP = "backline.connectors"
"""The group of entry points under which a package offers its kinds: ``KIND = "package.module:KIND"``"""
OWN: Mapping[str, str] = {
    "sql": "backline.connectors.sql.kind",
    "http": "backline.connectors.http.kind",
    "calendar": "backline.connectors.calendar.kind",
    "tryton": "backline.connectors.tryton.kind",
    "mail": "backline.connectors.mail.kind",
    "files": "backline.connectors.files.kind",
    "soap": "backline.connectors.soap.kind",
    "ldap": "backline.connectors.ldap.kind",
}
"""Name -> the module that holds its ``KIND``; imported when a system first needs it"""
EXTRAS = {"zeep": "soap", "paramiko": "sftp", "boto3": "s3", "ldap3": "ldap"}
"""Library -> the extra of Backline with which it is installed"""
METHODS = ("read", "write", "verify", "rehearse", "check", "close")


def no_settings(node: Node, reader: Reader) -> None:
    """For a kind that has no settings of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """What makes a kind: how its file is read, and how a system of it is reached."""

    connect: Callable[[System, Path], Connector]
    """Makes the connector, given the organisation's folder. Reaches nothing yet; ValueError: the settings are wrong"""
    read_parts: Callable[[Draft, Reader], Parts]
    """Reads ``read``, ``write``, ``verify`` and ``refuse`` of one operation; problems go to the reader"""
    settings: tuple[str, ...] = ()
    """Keys under ``settings`` besides those that every kind has; ``Reader.setting`` reads one"""
    read_settings: Callable[[Node, Reader], Any] = no_settings
    """Reads its own settings; the result is ``Settings.own``"""
    operation: tuple[str, ...] = ()
    """Keys of an operation besides those that every kind has; found in ``Draft.node``"""
    needs_url: bool = True
    proves: bool = False
    """Whether a write proves itself, so that the file need not say how to ``verify`` it"""
    answers_prove: bool = False
    """Whether a good answer alone may prove a write, where nothing can be read back and ``settles_within`` says so"""


class UnfitKind(ValueError):
    """A package offers a kind that can't be used; the message says which and what it lacks."""


def names() -> tuple[str, ...]:
    """All kinds there are: our own, then those of packages."""
    return (*OWN, *(one for one in sorted(_offered()) if one not in OWN))


def kind_of(name: str) -> Kind | None:
    """The kind with this name, or None. Raises UnfitKind where a package's kind can't be used."""
    with _lock:
        if name not in _kinds:
            kind = _own(name) if name in OWN else _loaded(name)
            if kind is None:
                return None
            _kinds[name] = kind
        return _kinds[name]


def connected(name: str, system: System, folder: Path) -> Connector:
    """The way to a system. Raises UnfitKind where its connector keeps not all of the contract."""
    kind = kind_of(name)
    if kind is None:
        raise UnfitKind(f"there is no kind '{name}'")
    try:
        connector = kind.connect(system, folder)
    except ImportError as wrong:
        raise UnfitKind(_lacks(name, wrong)) from wrong
    lacking = [method for method in METHODS if not callable(getattr(connector, method, None))]
    if lacking:
        raise UnfitKind(f"the connector of kind '{name}' ({type(connector).__qualname__}) has no {_listed(lacking)}")
    return connector


_kinds: dict[str, Kind] = {}
_lock = threading.RLock()


def _own(name: str) -> Kind:
    try:
        kind: Kind = import_module(OWN[name]).KIND
    except ImportError as wrong:
        raise UnfitKind(_lacks(name, wrong)) from wrong
    return kind


def _lacks(name: str, wrong: ImportError) -> str:
    library = (wrong.name or str(wrong)).partition(".")[0]
    mend = f": pip install 'backline[{EXTRAS[library]}]'" if library in EXTRAS else ""
    return f"the kind '{name}' needs '{library}', which is not installed{mend}"


def _offered() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _loaded(name: str) -> Kind | None:
    point = _offered().get(name)
    if point is None:
        return None
    package = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
    try:
        kind = point.load()
    except Exception as wrong:  # whatever a stranger's module raises when it is imported
        raise UnfitKind(f"the kind '{name}' of {package} can't be loaded: {type(wrong).__name__}: {wrong}") from wrong
    if not isinstance(kind, Kind):
        told = f"'{point.value}' is {type(kind).__name__}, but has to be a backline.connectors.kinds.Kind"
        raise UnfitKind(f"the kind '{name}' of {package} can't be used: {told}")
    return kind


def _listed(words: list[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
