"""Publishing a case type: checked, compiled once, and stored as a version that never changes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from backline.catalogue.models import Version
from backline.catalogue.packing import digest_of, pack, unpack
from backline.catalogue.versions import assemble


class Publisher(Protocol):
    """Who publishes: an actor of the house."""

    @property
    def id(self) -> str:
        """``staff:3``, ``system:backline``."""

    def has_duty(self, duty: str) -> bool:
        """Whether that duty was given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the promise guard says of a draft; against a bad one, somebody may publish with a reason."""

    keeps: bool
    findings: tuple[str, ...] = ()
    reason: str = ""
    """Why it is published nevertheless"""


class PublishingRefused(Exception):
    """The draft may not be published; the message says why and what to do."""


def publish(*, folder: Path, by: Publisher, now: datetime, note: str = "", verdict: Verdict | None = None) -> Version:
    """Publish the case type in ``folder`` as its next version; one that does not differ from the current stays.

    Raises DefinitionProblems where the draft is wrong, and PublishingRefused where ``by`` may not publish it.
    """
    _refuse_stranger(by)
    _refuse_broken_promises(verdict)
    files = pack(folder)
    read, neighbourhood = unpack(files, str(folder))
    draft = assemble(read, neighbourhood, number=0, files=files)
    definition = draft.program.definition
    digest = digest_of(files)
    with transaction.atomic():
        last = Version.objects.select_for_update().filter(key=definition.key).order_by("-number").first()
        if last is not None and last.digest == digest:
            return last
        return Version.objects.create(
            key=definition.key,
            number=last.number + 1 if last else 1,
            title=definition.title,
            owner=definition.owner,
            files=files,
            digest=digest,
            published_at=now,
            published_by=by.id,
            note=note,
            verdict=asdict(verdict) if verdict else None,
        )


def _refuse_stranger(by: Publisher) -> None:
    if not (by.has_duty("analyst") or by.has_duty("administrator")):
        raise PublishingRefused(_("Only an analyst or an administrator may publish a case type."))


def _refuse_broken_promises(verdict: Verdict | None) -> None:
    if verdict is None or verdict.keeps or verdict.reason:
        return
    found = " ".join(verdict.findings)
    raise PublishingRefused(
        f"The back office does not keep these promises: {found} Give a reason to publish it anyway."
    )
