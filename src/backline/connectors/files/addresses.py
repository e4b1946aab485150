"""Which store lies behind an address."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from backline.connectors.declarations import Settings
from backline.connectors.files.folders import Folder
from backline.connectors.files.stores import Opening


def opening(settings: Settings, *, folder: Path) -> Opening:
    """How to open the store at this address. Raises ValueError where the address can't be one."""
    address = urlsplit(settings.url)
    if address.scheme == "sftp":
        from backline.connectors.files import sftp

        return sftp.opening(settings, address)
    if address.scheme == "s3":
        from backline.connectors.files import s3

        return s3.opening(settings, address)
    if address.scheme not in ("", "file"):
        raise ValueError("the url has to be a folder, sftp://user@host/folder or s3://bucket/folder")
    return lambda _: Folder(folder / (address.path or settings.url))
