"""An organisation put back from its archive; what is in the archive is looked at before anything is touched."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import connection

from backline.project import postgresql
from backline.project.archiving import DATABASE, FOLDER, FORMAT, LEFT_OUT, MANIFEST, sha256_of
from backline.project.command import Refused
from backline.project.locking import NAME as LOCK

ROOM = ".restoring"


def restore(*, archive: Path, folder: Path, force: bool) -> dict[str, Any]:
    """Put back what the archive holds; refuses to replace an organisation unless forced, and any archive not ours."""
    if not force and (there := _what_is_there(folder)):
        raise Refused(f"{folder} has {there} already. To replace all of it by the archive, add --force.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    room = folder / ROOM
    shutil.rmtree(room, ignore_errors=True)
    try:
        manifest = unpack(archive, room)
        _put_database_back(room / DATABASE, folder)
        _put_files_back(room / FOLDER, folder)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return manifest


def _what_is_there(folder: Path) -> str:
    if connection.vendor == "postgresql":
        return "a database" if connection.introspection.table_names() else ""
    if Path(connection.settings_dict["NAME"]).exists():
        return "a database"
    others = [p.name for p in folder.glob("*") if p.name not in (LOCK, "secret.key")] if folder.exists() else []
    return "files" if others else ""


def unpack(archive: Path, room: Path) -> dict[str, Any]:
    """Unpack a whole backup of ours into ``room`` and answer its manifest; refuse anything else."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                _must_be_ours(member)
                tar.extract(member, room, filter="data")
        manifest = json.loads((room / MANIFEST).read_text(encoding="utf-8"))
        return _checked(manifest, room)
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError, TypeError) as wrong:
        raise Refused(f"{archive} is not a whole backup: {wrong}")


def _must_be_ours(member: tarfile.TarInfo) -> None:
    """Only plain files below the three names that an archive has; no link, device, absolute or climbing name."""
    path = PurePosixPath(member.name)
    below = len(path.parts) > 1 and path.parts[0] == FOLDER and not path.parts[1].startswith(LEFT_OUT)
    ours = below or path.parts in ((MANIFEST,), (DATABASE,))
    if not ours or not member.isreg() or ".." in path.parts or "\\" in member.name:
        raise ValueError(f"it holds '{member.name}', which no backup of ours does")


def _checked(manifest: dict[str, Any], room: Path) -> dict[str, Any]:
    if manifest["format"] != FORMAT:
        raise ValueError(f"it has format {manifest['format']}, and this version reads format {FORMAT}")
    if manifest["database"] != connection.vendor:
        raise ValueError(f"it was made from {manifest['database']}, and this database is {connection.vendor}")
    there = {path.relative_to(room).as_posix() for path in room.rglob("*") if path.is_file()} - {MANIFEST}
    digests: dict[str, str] = manifest["digests"]
    if there != set(digests):
        raise ValueError("its files are not those that it lists")
    for name, digest in digests.items():
        if sha256_of(room / name) != digest:
            raise ValueError(f"'{name}' was damaged")
    return manifest


def _put_database_back(saved: Path, folder: Path) -> None:
    connection.close()
    if connection.vendor == "postgresql":
        postgresql.put_back(saved)
        return
    target = Path(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(saved)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Refused("The database in the archive is damaged.")
    for beside in ("-wal", "-shm"):
        target.with_name(target.name + beside).unlink(missing_ok=True)
    shutil.move(saved, target)


def _put_files_back(files: Path, folder: Path) -> None:
    for old in folder.iterdir():
        if old.name == ROOM or old.name.startswith(LEFT_OUT):
            continue
        shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    for new in files.iterdir() if files.exists() else ():
        shutil.move(new, folder / new.name)
