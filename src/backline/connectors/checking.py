"""Whether every system can be reached, without any effect on it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.db import connections

from backline.connectors import systems
from backline.connectors.contract import Health
from backline.engine.definition import DefinitionProblems

DEADLINE_S = 3.0
AT_ONCE = 8


def check_all(*, deadline_s: float = DEADLINE_S) -> list[Health]:
    """The health of each declared system, asked at the same time."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(lambda path: _checked(path, deadline_s), systems.files()))


def _checked(path: Path, deadline_s: float) -> Health:
    """In a thread that ends soon, and with it the connection to our own database that a kind may have needed."""
    try:
        return _check(path, deadline_s)
    finally:
        connections.close_all()


def _check(path: Path, deadline_s: float) -> Health:
    began = time.perf_counter()
    title, kind, wrong = path.stem, "", ""
    try:
        link = systems.link_of(path.stem)
        title, kind = link.system.title, link.system.kind
        wrong = link.connector.check(deadline_s=deadline_s)
    except DefinitionProblems as problems:
        wrong = str(problems)
    except ValueError as refused:
        wrong = f"the settings can't be used: {refused}"
    ms = round((time.perf_counter() - began) * 1000)
    return Health(system=path.stem, title=title, kind=kind, ok=not wrong, ms=ms, detail=wrong)
