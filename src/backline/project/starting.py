"""What a command does first: read the settings, reach the database, and say in words what is wrong with either."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backline.project.command import Refused
from backline.project.organisation import SettingsRefused


def start(*, migrated: bool = True) -> Path:
    """Set Django up and answer the organisation's folder; refuse a database that is not at this version."""
    import django

    try:
        django.setup()
    except SettingsRefused as wrong:
        raise Refused(str(wrong))
    from django.conf import settings

    from backline.project.health import not_ready

    folder: Path = settings.ORGANISATION.folder
    if migrated and (reason := not_ready()):
        raise Refused(f"{folder}: {reason}.")
    return folder


@contextmanager
def refusing() -> Iterator[None]:
    """What a door refuses is what the command refuses."""
    from backline.people.refusals import Refusal

    try:
        yield
    except Refusal as refusal:
        raise Refused(str(refusal))
