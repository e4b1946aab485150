"""One archive of an organisation: its database as it was at one instant, and its folder."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from backline.project import postgresql
from backline.project.locking import NAME as LOCK

FORMAT = 1
MANIFEST, DATABASE, FOLDER = "manifest.json", "database", "folder"
LEFT_OUT = ("db.sqlite3", "static", LOCK)
"""The database is saved by its own means; static files and the lock are made anew"""
MADE_ANEW = "cache"
"""Pictures of pages, and copies of what lies in a store; older archives hold some"""


def back_up(*, folder: Path, archive: Path, now: datetime) -> dict[str, Any]:
    """Write the archive and answer its manifest.

    The database is saved first: a document is stored before the row that names it, so each one named is in the archive.
    """
    part = archive.with_name(archive.name + ".part")
    with tempfile.TemporaryDirectory(dir=archive.parent) as room:
        saved = Path(room) / "saved"
        _save_database(saved)
        part.touch(mode=0o600)
        with tarfile.open(part, "w:gz", compresslevel=6) as tar:
            manifest = _write(
                tar, folder, saved, now, leave_out={archive.resolve(), part.resolve(), Path(room).resolve()}
            )
    part.replace(archive)
    return manifest


def sha256_of(path: Path) -> str:
    """The digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _save_database(path: Path) -> None:
    if connection.vendor == "postgresql":
        postgresql.save(path)
        return
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as live, closing(sqlite3.connect(path)) as copy:
        live.backup(copy)


def _write(tar: tarfile.TarFile, folder: Path, saved: Path, now: datetime, leave_out: set[Path]) -> dict[str, Any]:
    digests = {DATABASE: sha256_of(saved)}
    tar.add(saved, DATABASE)
    for path in _files(folder, leave_out):
        name = f"{FOLDER}/{path.relative_to(folder).as_posix()}"
        tar.add(path, name, recursive=False)
        digests[name] = sha256_of(path)
    manifest = {
        "format": FORMAT,
        "database": connection.vendor,
        "made_at": now.isoformat(timespec="seconds"),
        "files": len(digests) - 1,
        "digests": digests,
    }
    content = json.dumps(manifest).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))
    return manifest


def _files(folder: Path, leave_out: set[Path]) -> Iterator[Path]:
    """The folder's own files; a link is not followed, since it may lead anywhere."""
    for path in sorted(folder.rglob("*")):
        first = path.relative_to(folder).parts[0]
        made_anew = first == MADE_ANEW or first.startswith(LEFT_OUT)
        left_out = made_anew or leave_out & {path.resolve(), *path.resolve().parents}
        if path.is_file() and not path.is_symlink() and not left_out:
            yield path
