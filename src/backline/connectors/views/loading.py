"""The views that the organisation's folder declares, read anew when a file of theirs or of a system changes."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from django.conf import settings

from backline.connectors.views.declarations import View
from backline.connectors.views.reading import read_view
from backline.engine.definition import DefinitionProblems

log = logging.getLogger(__name__)
Stamp = tuple[tuple[str, int], ...]
_kept: dict[Path, tuple[Stamp, dict[str, View]]] = {}
_lock = threading.Lock()


def views() -> dict[str, View]:
    """By name. One that is wrong is left out; ``check`` says what is wrong with it."""
    folder = Path(settings.FOLDER)
    stamp = _stamp(folder)
    with _lock:
        kept = _kept.get(folder)
        if kept is None or kept[0] != stamp:
            kept = _kept[folder] = (stamp, _read(folder))
        return kept[1]


def files(folder: Path) -> list[Path]:
    """The files that declare views; ``NAME.de.yaml`` only says one in another language."""
    return sorted(path for path in (folder / "views").glob("*.yaml") if len(path.suffixes) == 1)


def check(folder: Path) -> dict[str, str]:
    """By the view's name what is wrong with it; empty for a view that can be used."""
    found = {}
    for path in files(folder):
        try:
            read_view(path, folder=folder)
            found[path.stem] = ""
        except DefinitionProblems as wrong:
            found[path.stem] = str(wrong)
    return found


def _read(folder: Path) -> dict[str, View]:
    found = {}
    for path in files(folder):
        try:
            found[path.stem] = read_view(path, folder=folder)
        except DefinitionProblems as wrong:
            log.error("the view '%s' can't be used: %s", path.stem, wrong)
    return found


def _stamp(folder: Path) -> Stamp:
    paths = [*(folder / "views").glob("*.yaml"), *(folder / "connectors").glob("*.yaml")]
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in paths))
