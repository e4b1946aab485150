"""A new organisation: settings, one small kind of request, and one system of record that it works on."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

STARTER = Path(__file__).parent / "starter"
KEPT = ("files", "mail", "static", "systems", "brand")


def found(*, folder: Path, name: str, time_zone: str) -> None:
    """Fill an empty folder; a system of record with two customers comes with it, to try things on."""
    for one in KEPT:
        (folder / one).mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # the database, documents and mail are nobody else's on this machine
    for one in ("types", "connectors"):
        shutil.copytree(STARTER / one, folder / one)
    settings = (STARTER / "backline.yaml").read_text(encoding="utf-8")
    # A JSON string is a YAML string too: whatever the name holds, it stays a name
    told = settings.replace("{name}", json.dumps(name, ensure_ascii=False)).replace("{time_zone}", time_zone)
    (folder / "backline.yaml").write_text(told, encoding="utf-8")
    with closing(sqlite3.connect(folder / "systems" / "register.sqlite3")) as register:
        register.executescript((STARTER / "register.sql").read_text(encoding="utf-8"))
