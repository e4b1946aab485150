"""Drafts in the organisation's folder: begun, saved file by file, taken away; who saved what stays on record.

A draft is a folder beside ``types``, so that the command line and git see what the studio sees.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from backline.catalogue.models import DraftSave, Version
from backline.catalogue.packing import AROUND
from backline.catalogue.publishing import Publisher
from backline.catalogue.reading.folders import ENDINGS, MOST_BYTES, MOST_FILES, TYPE, files_of

DRAFTS = "drafts"
TYPES = "types"
SHARED = ("shared.yaml", "kinds.yaml")
KEY = re.compile(r"[a-z][a-z0-9_-]{1,78}")
PATH = re.compile(r"(?:(?:letters|messages)/)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,98}")


class DraftingRefused(Exception):
    """It can't be drafted so; the message says why."""


class SavedMeanwhile(DraftingRefused):
    """Somebody else saved the file since it was shown; ``text`` is what they saved."""

    def __init__(self, text: str) -> None:
        super().__init__(_("Somebody else saved this file meanwhile. Theirs is shown below yours."))
        self.text = text


def draft_of(organisation: Path, key: str) -> Path | None:
    """The folder of the draft; None where there is none."""
    folder = organisation / DRAFTS / key
    return folder if KEY.fullmatch(key) and (folder / TYPE).is_file() else None


def drafts(organisation: Path) -> list[str]:
    """The keys of all drafts."""
    return sorted(path.parent.name for path in (organisation / DRAFTS).glob(f"*/{TYPE}"))


def begin(*, organisation: Path, key: str, files: Mapping[str, str], by: Publisher, now: datetime) -> Path:
    """Begin a draft from the files of a version, or from a first ``type.yaml``."""
    _refuse_stranger(by)
    if not KEY.fullmatch(key):
        raise DraftingRefused(_("A key has small letters, digits and hyphens, and begins with a letter."))
    folder = organisation / DRAFTS / key
    if folder.exists():
        raise DraftingRefused(_("There is a draft of this case type already: publish it, or take it away first."))
    see_what_stands_around(organisation)
    for path, text in files.items():
        if not path.startswith(AROUND):
            _write(folder / path, text)
    _note(key, "", "", by, now)
    return folder


def begin_from(*, organisation: Path, version: Version, by: Publisher, now: datetime) -> Path:
    """Begin a draft from a version, perhaps an old one, so that publishing it rolls back."""
    return begin(organisation=organisation, key=version.key, files=version.files, by=by, now=now)


def save(*, organisation: Path, key: str, path: str, text: str, seen: str, by: Publisher, now: datetime) -> None:
    """Save one file of a draft; ``seen`` is the stamp of what was shown, empty for a new file.

    What is wrong in it is kept all the same: a draft may be wrong, a version may not.
    """
    _refuse_stranger(by)
    folder = draft_of(organisation, key)
    if folder is None:
        raise DraftingRefused(_("This draft was published or taken away meanwhile."))
    text = text.replace("\r\n", "\n")
    _refuse_misfit(folder, path, text)
    there = (folder / path).read_text(encoding="utf-8") if (folder / path).is_file() else None
    if there is not None and stamp(there) != seen:
        if there == text:
            return
        raise SavedMeanwhile(there)
    if there != text:
        see_what_stands_around(organisation)
        _write(folder / path, text)
        _note(key, path, text, by, now)


def take_out(*, organisation: Path, key: str, path: str, by: Publisher, now: datetime) -> None:
    """Take a file out of a draft; the type itself stays."""
    _refuse_stranger(by)
    folder = draft_of(organisation, key)
    if folder is None or path == TYPE or path not in files_of(folder):
        raise DraftingRefused(_("There is no such file to take out."))
    (folder / path).unlink()
    _note(key, path, "", by, now, gone=True)


def drop(*, organisation: Path, key: str, by: Publisher, now: datetime) -> None:
    """Take a draft away. What was saved of it stays on record."""
    _refuse_stranger(by)
    folder = draft_of(organisation, key)
    if folder is not None:
        shutil.rmtree(folder)
        _note(key, "", "", by, now, gone=True)


def settle(*, organisation: Path, key: str) -> None:
    """A draft was published: its files are the case type's own from now on, and the draft is gone."""
    folder, own = draft_of(organisation, key), organisation / TYPES / key
    if folder is None:
        return
    files = files_of(folder)
    for path in files_of(own) if own.is_dir() else ():
        if path not in files:
            (own / path).unlink()
    for path, text in files.items():
        _write(own / path, text)
    shutil.rmtree(folder)


def see_what_stands_around(organisation: Path) -> None:
    """Shared facts and kinds as they are now, beside the drafts, where readers look for them."""
    for name in SHARED:
        if (organisation / TYPES / name).is_file():
            _write(organisation / DRAFTS / name, (organisation / TYPES / name).read_text(encoding="utf-8"))


def stamp(text: str) -> str:
    """Tells one content of a file from another."""
    return sha256(text.encode()).hexdigest()[:16]


def _refuse_stranger(by: Publisher) -> None:
    if not (by.has_duty("analyst") or by.has_duty("administrator")):
        raise DraftingRefused(_("Only an analyst or an administrator may draft a case type."))


def _refuse_misfit(folder: Path, path: str, text: str) -> None:
    if not PATH.fullmatch(path) or PurePosixPath(path).suffix not in ENDINGS:
        raise DraftingRefused(_("A file is called like “letters/paid.en.md”, “fees.csv” or “texts.de.yaml”."))
    if len(text.encode()) > MOST_BYTES:
        raise DraftingRefused(_("This file is too large."))
    if "\x00" in text:
        raise DraftingRefused(_("This file holds characters that no text has."))
    if len(files_of(folder)) >= MOST_FILES and not (folder / path).is_file():
        raise DraftingRefused(_("This case type has as many files as it may have."))


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, path)


def _note(key: str, path: str, text: str, by: Publisher, now: datetime, *, gone: bool = False) -> None:
    DraftSave.objects.create(key=key, path=path, text=text, gone=gone, saved_by=by.id, saved_at=now)
