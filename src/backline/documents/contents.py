"""Contents by their hash, in the store that the organisation's settings name: never altered, checked when read."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from backline.documents.stores import ContentMissing, Store, StoreAway
from backline.documents.stores.folder import Folder
from backline.documents.stores.s3 import S3

__all__ = ["ContentMissing", "StoreAway", "cached", "path_of", "read", "remove", "store", "write"]


def store() -> Store:
    """Where contents lie."""
    return _store(settings.ORGANISATION.files, Path(settings.FOLDER))


def cached() -> Path:
    """What this machine has a copy of, or has drawn, and can have again."""
    return Path(settings.FOLDER) / "cache"


def write(content: bytes) -> str:
    """Keep a content and answer its hash. The same content is there once."""
    sha256 = hashlib.sha256(content).hexdigest()
    store().put(sha256, content)
    return sha256


def read(sha256: str) -> bytes:
    """The content with this hash, checked against it."""
    content = store().get(sha256)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ContentMissing(f"The file {sha256} is not what was stored.")
    return content


def path_of(sha256: str) -> Path:
    """A file of this machine with the content, for a program that reads one."""
    return store().path(sha256)


def remove(sha256: str) -> None:
    """Take a content away for good; one that is not there is no error."""
    store().remove(sha256)


@lru_cache(maxsize=8)
def _store(told: Any, folder: Path) -> Store:
    return S3(told, cache=folder / "cache" / "files") if told.kind == "s3" else Folder(folder / "files")
