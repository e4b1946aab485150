"""The systems that the organisation's folder declares, each with its connector, renewed when its file changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from backline.connectors.breakers import Breaker
from backline.connectors.configuring import read_system
from backline.connectors.contract import Connector, UnknownOperation
from backline.connectors.declarations import System
from backline.connectors.gates import Gate
from backline.connectors.kinds import connected
from backline.connectors.recording import process
from backline.connectors.resting import SharedBreaker
from backline.engine.definition import DefinitionProblems


@dataclass(frozen=True, slots=True)
class Link:
    """A system as declared, and the way to it."""

    system: System
    connector: Connector
    breaker: SharedBreaker
    gate: Gate
    stamp: int


_links: dict[Path, Link] = {}
_lock = threading.Lock()


def link_of(name: str) -> Link:
    """The way to a system. Raises UnknownOperation where no file declares it, DefinitionProblems where it is wrong."""
    folder = Path(settings.FOLDER)
    path = folder / "connectors" / f"{name}.yaml"
    if not name.isidentifier() or not path.is_file():
        raise UnknownOperation(f"no file in 'connectors' declares '{name}'")
    stamp = path.stat().st_mtime_ns
    with _lock:
        link = _links.get(path)
        if link is None or link.stamp != stamp:
            fresh = _made(path, folder, stamp)
            if link is not None:
                link.connector.close()
            link = _links[path] = fresh
        return link


def described(name: str) -> System | None:
    """What the file of a system says, for pages that only tell of it; nothing where none can be read now."""
    try:
        return link_of(name).system
    except (UnknownOperation, DefinitionProblems, OSError):
        return None


def files() -> list[Path]:
    """The files that declare systems."""
    return sorted((Path(settings.FOLDER) / "connectors").glob("*.yaml"))


def forget() -> None:
    """Close every connection and read the files anew at the next call."""
    with _lock:
        for link in _links.values():
            link.connector.close()
        _links.clear()


def _made(path: Path, folder: Path, stamp: int) -> Link:
    system = read_system(path, folder=folder)
    told = system.settings
    own = Breaker(failures=told.failures, pause_s=told.pause_s, trials=told.trials)
    breaker = SharedBreaker(system.name, own, me=process())
    gate = Gate(system.name, at_once=told.at_once, rate=told.rate, of_all=told.of_all)
    return Link(system, connected(system.kind, system, folder), breaker, gate, stamp)
