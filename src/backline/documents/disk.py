"""Files by the hash of their content: written whole or not at all, and never altered."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings


class ContentMissing(Exception):
    """The row is there and the file is not: the folder was tampered with, or restored in part."""


def folder() -> Path:
    """Where the files lie."""
    return Path(settings.FOLDER) / "files"


def path_of(sha256: str) -> Path:
    """Where the content with this hash lies, or would lie."""
    return folder() / sha256[:2] / sha256[2:4] / sha256


def write(content: bytes) -> str:
    """Put a content on disk and answer its hash. The same content is there once."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        write_whole(path, content)
        path.chmod(0o440)
    return sha256


def read(sha256: str) -> bytes:
    """The content with this hash, checked against it."""
    try:
        content = path_of(sha256).read_bytes()
    except FileNotFoundError:
        raise ContentMissing(f"The file {sha256} is missing.") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ContentMissing(f"The file {sha256} is not what was stored.")
    return content


def remove(sha256: str) -> None:
    """Take a content away for good; one that is not there is no error."""
    path_of(sha256).unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write beside, bring to the disk, then rename: a reader sees all of it or nothing, also after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(parent: Path) -> None:
    handle = os.open(parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
