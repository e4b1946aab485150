"""Lines gather in a batch; it is sealed by its size or age, and sent whole under a number of its own, never twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q

from backline.connectors.files.composing import Unfit, compose
from backline.connectors.files.layouts import Layout
from backline.connectors.files.parsing import Record
from backline.connectors.files.stores import PART, Away, Place
from backline.connectors.models import Batch, BatchLine

CLAIM = timedelta(minutes=2)
TRIES = 5


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file that goes out, of one system."""

    system: str
    file: str
    layout: Layout


def append(out: Outgoing, *, key: str, record: Record, now: datetime) -> BatchLine:
    """The line with this key: a new one in the open batch, or the one that was there."""
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _appended(out, key, record, now)
        except IntegrityError:  # another came first: with this key, or with the next batch
            if line := line_of(out, key):
                return line
    raise Away("the batch is busy")


def line_of(out: Outgoing, key: str) -> BatchLine | None:
    """The line with this key, if there is one."""
    return BatchLine.objects.select_related("batch").filter(system=out.system, file=out.file, key=key).first()


def seal_due(out: Outgoing, *, now: datetime) -> None:
    """From now on nothing is added to the open batch, if it is full or old enough."""
    full = Q(count__gte=out.layout.lines) | Q(due_at__lte=now)
    Batch.objects.filter(full, system=out.system, file=out.file, state="open", count__gt=0).update(state="sealed")


def send_sealed(out: Outgoing, place: Place, *, now: datetime) -> None:
    """Send what was sealed and is not there yet, oldest first. Raises Away, and leaves the rest for later."""
    waiting = Batch.objects.filter(system=out.system, file=out.file, state__in=("sealed", "staged"))
    for batch in waiting.order_by("number"):
        free = Q(claimed_until=None) | Q(claimed_until__lt=now)
        if Batch.objects.filter(free, pk=batch.pk, state=batch.state).update(claimed_until=now + CLAIM):
            try:
                _send(out, batch, place, now)
            finally:
                Batch.objects.filter(pk=batch.pk).update(claimed_until=None)


def _appended(out: Outgoing, key: str, record: Record, now: datetime) -> BatchLine:
    batch = Batch.objects.filter(system=out.system, file=out.file, state="open").first() or _opened(out, now)
    if not Batch.objects.filter(pk=batch.pk, state="open").update(count=F("count") + 1):
        raise IntegrityError("sealed meanwhile")
    return BatchLine.objects.create(batch=batch, system=out.system, file=out.file, key=key, cells=record)


def _opened(out: Outgoing, now: datetime) -> Batch:
    last = Batch.objects.filter(system=out.system, file=out.file).aggregate(last=Max("number"))["last"] or 0
    return Batch.objects.create(
        system=out.system, file=out.file, number=last + 1, state="open", opened_at=now,
        name=out.layout.name.replace("{number}", str(last + 1)), due_at=now + timedelta(seconds=out.layout.after_s),
    )  # fmt: skip


def _send(out: Outgoing, batch: Batch, place: Place, now: datetime) -> None:
    """Whole under another name and read back; then its own name, which the other side looks for."""
    if batch.state == "sealed":
        _stage(out, batch, place)
    if any(one.name == batch.name + PART for one in place.entries()):
        place.rename(batch.name + PART, batch.name)
    with transaction.atomic():  # what bore the other name and does not any more was renamed before we died
        Batch.objects.filter(pk=batch.pk).update(state="sent", sent_at=now)
        BatchLine.objects.filter(batch=batch).update(cells={})


def _stage(out: Outgoing, batch: Batch, place: Place) -> None:
    if any(one.name == batch.name for one in place.entries()):
        raise Away(f"there is a file '{batch.name}' already, which is not ours")
    try:
        composed = compose([line.cells for line in batch.lines.order_by("pk")], out.layout)
    except Unfit as wrong:
        raise Away(f"the batch {batch.number} can't be written: {wrong}") from wrong
    place.put(batch.name + PART, composed.content)
    if place.fetch(batch.name + PART) != composed.content:
        raise Away(f"'{batch.name}' was not there whole when it was read back")
    digest = hashlib.sha256(composed.content).hexdigest()
    Batch.objects.filter(pk=batch.pk).update(
        state="staged", sha256=digest, count=composed.count, total=composed.total
    )  # fmt: skip
