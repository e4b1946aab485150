"""Folders into which scanners and fax gateways put files: each is taken once it is whole, then moved on.

``scans/`` and ``fax/`` in the organisation's folder. What was taken goes to ``taken/`` beneath, what was refused to
``refused/`` with its reason beside it; the original stays as it came.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.text import get_valid_filename

from backline.channels.models import Contact
from backline.channels.paper_codes import SEPARATOR, tokens_in
from backline.channels.papers import take_paper
from backline.documents import contents, cutting, media, reading, separating
from backline.documents.reading import PageText

log = logging.getLogger(__name__)
FOLDERS = {"scans": "paper", "fax": "fax"}
QUIET = timedelta(seconds=5)
"""A file that was changed less than this ago is still being written"""
WAITS_AT_MOST = timedelta(hours=1)
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")


def take_folders(*, now: datetime, most: int = 20) -> list[Contact]:
    """Take what lies in the watched folders; at most so many files at once."""
    found: list[Contact] = []
    for name, channel in FOLDERS.items():
        folder = Path(settings.FOLDER) / name
        for path in sorted(folder.iterdir() if folder.is_dir() else [])[:most]:
            if _is_whole(path, now):
                found += _take(path, channel, now)
    return found


def _is_whole(path: Path, now: datetime) -> bool:
    if not path.is_file() or path.is_symlink() or path.name.startswith(".") or path.suffix.lower() in UNFINISHED:
        return False
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) + QUIET <= now


def _take(path: Path, channel: str, now: datetime) -> list[Contact]:
    limit = settings.ORGANISATION.limits.message_bytes
    size = path.stat().st_size
    if not 0 < size <= limit:
        _move(path, "refused", "the file is empty" if not size else "the file is too large")
        return []
    content = path.read_bytes()
    if _has_to_wait(path, content, now):
        return []
    contacts = [
        take_paper(part, name=name, channel=channel, now=now) for name, part in _documents(content, path.name, now)
    ]
    reasons = [contact.reason for contact in contacts if contact.result == Contact.Result.REFUSED]
    if contacts and len(reasons) == len(contacts):
        _move(path, "refused", reasons[0])
    else:
        _move(path, "taken")
    return contacts


def _has_to_wait(path: Path, content: bytes, now: datetime) -> bool:
    """Whether the machine had no time to read it just now: then it stays, for the next look at the folder."""
    since = now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if since > WAITS_AT_MOST:
        return False
    read = reading.read_content(contents.write(content), media.media_type(content), now=now)
    return read.state == reading.LATE


def _documents(content: bytes, name: str, now: datetime) -> Iterator[tuple[str, bytes]]:
    """The documents of a scan: between code sheets, and from each letter of ours to the next."""
    media_type = media.media_type(content)
    if media_type not in cutting.CUTTABLE:
        yield name, content
        return
    sha256 = contents.write(content)
    parts = parts_of(reading.read_content(sha256, media_type, now=now).pages)
    if len(parts) == 1 and len(parts[0]) == len(reading.read_content(sha256, media_type, now=now).pages):
        yield name, content
        return
    stem, _, _ = name.rpartition(".")
    for number, pages in enumerate(parts, 1):
        if part := cutting.cut(contents.path_of(sha256), media_type, pages):
            yield f"{stem or name}-{number}.pdf", part


def parts_of(pages: Sequence[PageText]) -> list[list[int]]:
    """The numbers of the pages of each document; separating sheets belong to none."""
    parts: list[list[int]] = [[]]
    letter = ""
    for page in pages:
        codes = [code.text for code in page.codes]
        token = next(iter(tokens_in(codes)), "")
        if SEPARATOR in codes:
            parts.append([])
            letter = ""
            continue
        if token and token != letter and parts[-1]:
            parts.append([])
        letter = token or letter
        parts[-1].append(page.number)
    found = [part for part in parts if part] or [[]]
    return found if len(found) > 1 or letter else _by_what_they_are(found[0], pages)


def _by_what_they_are(numbers: list[int], pages: Sequence[PageText]) -> list[list[int]]:
    """Divided where a document surely begins; where that is in doubt, a person is asked about the whole."""
    parts: list[list[int]] = [[]]
    begins = {one.page for one in separating.beginnings(pages) if one.sure}
    for number in numbers:
        if number in begins and parts[-1]:
            parts.append([])
        parts[-1].append(number)
    return parts


def _move(path: Path, to: str, reason: str = "") -> None:
    folder = path.parent / to
    folder.mkdir(exist_ok=True)
    target = folder / get_valid_filename(path.name)
    for number in range(1, 10_000):
        if not target.exists():
            break
        target = folder / get_valid_filename(f"{path.stem}-{number}{path.suffix}")
    path.replace(target)
    if reason:
        log.warning("%s was refused: %s", path.name, reason)
        target.with_name(f"{target.name}.reason.txt").write_text(f"{reason}\n", encoding="utf-8")
