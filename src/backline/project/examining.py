"""What 'backline doctor' looks at: each thing that the organisation needs, whether it works, and what to do if not."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import DatabaseError, connection

from backline.connectors import downtime, standing
from backline.connectors.checking import check_all
from backline.connectors.views.loading import check as views_checked
from backline.documents import contents, second_reader
from backline.people.models import Look
from backline.project.health import not_ready
from backline.project.organisation import Organisation

ENOUGH_ROOM = 500 * 1024 * 1024
READERS = {
    "pypdfium2": "pages of PDF",
    "pypdf": "form fields of PDF",
    "PIL": "pictures",
    "zxingcpp": "codes",
    "python_calamine": "spreadsheets",
    "typst": "letters",
}
MAIL_DEADLINE_S = 3.0
BUILT_IN = 2026
"""A clock before this year was never set"""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    check: str
    ok: bool
    detail: str
    needed: bool = True
    """False for what makes things better and may be missing"""


def examine(organisation: Organisation, *, now: datetime) -> list[Finding]:
    """Look at everything; a look that goes wrong is a finding too."""
    looks: tuple[Callable[[Organisation, datetime], Iterator[Finding]], ...] = (
        _database, _storage, _documents, _readers, _connectors, _views, _mail, _clock,
    )  # fmt: skip
    found: list[Finding] = []
    for look in looks:
        try:
            found.extend(look(organisation, now))
        except Exception as wrong:
            found.append(Finding(check=look.__name__.strip("_"), ok=False, detail=f"{type(wrong).__name__}: {wrong}"))
    return found


def _database(organisation: Organisation, now: datetime) -> Iterator[Finding]:
    reason = not_ready()
    if not reason:
        with connection.cursor() as cursor:
            version = "sqlite_version()" if connection.vendor == "sqlite" else "current_setting('server_version')"
            cursor.execute(f"SELECT {version}")
            reason = f"{connection.display_name} {cursor.fetchone()[0]}"
        yield Finding(check="database", ok=True, detail=reason)
    else:
        yield Finding(check="database", ok=False, detail=reason)


def _storage(organisation: Organisation, now: datetime) -> Iterator[Finding]:
    trial = organisation.folder / f".trial-{uuid.uuid4().hex}"
    try:
        trial.write_bytes(b"trial")
        trial.unlink()
    except OSError as wrong:
        yield Finding(check="storage", ok=False, detail=f"{organisation.folder} can't be written to: {wrong.strerror}")
        return
    free = shutil.disk_usage(organisation.folder).free
    room = f"{organisation.folder} has {free // 1024**2:,} MB of room"
    yield Finding(check="storage", ok=free >= ENOUGH_ROOM, detail=room)


def _documents(organisation: Organisation, now: datetime) -> Iterator[Finding]:
    """Written, read and removed, as documents are."""
    try:
        yield Finding(check="documents", ok=True, detail=contents.store().check())
    except contents.StoreAway as away:
        yield Finding(check="documents", ok=False, detail=str(away))


def _readers(organisation: Organisation, now: datetime) -> Iterator[Finding]:
    for module, of_what in READERS.items():
        there = importlib.util.find_spec(module) is not None
        yield Finding(check=f"reader {module}", ok=there, detail=of_what if there else "is not installed")
    path = shutil.which("tesseract")
    detail = path or "is not installed; scans without a text layer go to a person"
    yield Finding(check="reader tesseract", ok=path is not None, detail=detail, needed=False)
    second = second_reader.installed()
    detail = "looks again at doubtful pages" if second else "is not installed; Tesseract alone reads doubtful pages"
    yield Finding(check="reader rapidocr", ok=second, detail=detail, needed=False)


def _connectors(organisation: Organisation, now: datetime) -> Iterator[Finding]:
    ready = not not_ready()
    for health in check_all():
        detail = health.detail or f"answered in {health.ms} ms"
        if ready and (told := standing.told(health.system, now=now)):
            detail = f"{detail}; {told}"
        # What is said to be down need not answer
        expected = ready and downtime.down(health.system, now=now) is not None
        yield Finding(check=f"connector {health.system}", ok=health.ok, detail=detail, needed=not expected)


def _views(organisation: Organisation, now: datetime) -> Iterator[Finding]:
    for name, wrong in views_checked(organisation.folder).items():
        yield Finding(check=f"view {name}", ok=not wrong, detail=wrong or "agrees with its systems")


def _mail(organisation: Organisation, now: datetime) -> Iterator[Finding]:
    mail = organisation.mail
    if not mail.host:
        kept = organisation.folder / "mail" / "out"
        yield Finding(check="mail", ok=True, detail=f"no mail server is named; messages are kept in {kept}")
        return
    try:
        with socket.create_connection((mail.host, mail.port), timeout=MAIL_DEADLINE_S):
            yield Finding(check="mail", ok=True, detail=f"{mail.host}:{mail.port} answers")
    except OSError as wrong:
        yield Finding(check="mail", ok=False, detail=f"{mail.host}:{mail.port} does not answer: {wrong}")


def _clock(organisation: Organisation, now: datetime) -> Iterator[Finding]:
    try:
        local = now.astimezone(ZoneInfo(organisation.time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        yield Finding(check="zone", ok=False, detail=f"there is no time zone '{organisation.time_zone}'")
        return
    yield Finding(check="zone", ok=True, detail=f"it is {local:%Y-%m-%d %H:%M} in {organisation.time_zone}")
    latest = _latest_known()
    back = latest is not None and latest > now + timedelta(minutes=1)
    detail = f"this clock is behind what was recorded at {latest}" if back else f"{now:%Y-%m-%dT%H:%M:%SZ}"
    yield Finding(check="clock", ok=not back and now.year >= BUILT_IN, detail=detail)


def _latest_known() -> datetime | None:
    """The latest instant that the database knows of; a clock before it was turned back."""
    try:
        return Look.objects.order_by("-pk").values_list("at", flat=True).first()
    except DatabaseError:
        return None
