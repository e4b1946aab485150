"""Files that come in are taken once, whoever else looks; of one that is not as declared, what is wrong is kept."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from backline.connectors.converting import Converter
from backline.connectors.files.layouts import Layout
from backline.connectors.files.parsing import LayoutProblem, NotWhole, Record, parse
from backline.connectors.files.stores import Away, Entry, Place
from backline.connectors.models import TakenFile, TakenLine


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that comes in, of one system, and the column by which its lines are found."""

    system: str
    file: str
    layout: Layout
    key: str
    converter: Converter


def take_new(inc: Incoming, place: Place, *, now: datetime) -> list[str]:
    """Take every whole file that was not taken yet, and answer the keys of its lines. Raises Away."""
    known = set(TakenFile.objects.filter(system=inc.system, file=inc.file).values_list("name", "stamp"))
    keys: list[str] = []
    for entry in whole(place, inc.layout):
        if (entry.name, entry.stamp) not in known:
            keys += _take(inc, entry, place, now)
    return keys


def whole(place: Place, layout: Layout) -> list[Entry]:
    """The files of this layout, oldest first, without those that are still written as far as can be told."""
    latest = place.now() - layout.rest_s
    found = [one for one in place.entries() if one.is_whole and fnmatch.fnmatchcase(one.name, layout.name)]
    rested = [one for one in found if layout.trailer or one.modified <= latest]
    return sorted(rested, key=lambda one: (one.modified, one.name))


def _take(inc: Incoming, entry: Entry, place: Place, now: datetime) -> list[str]:
    problem, records = "", list[Record]()
    try:
        records = parse(entry.name, place.fetch(entry.name), inc.layout, inc.converter)
    except NotWhole:
        return []
    except LayoutProblem as wrong:
        problem = str(wrong)[:300]
    if not _kept(inc, entry, records, problem, now):
        return []
    if inc.layout.moves_to and not problem:
        _put_away(entry, place, inc.layout.moves_to)
    return [record[inc.key] for record in records]


def _kept(inc: Incoming, entry: Entry, records: list[Record], problem: str, now: datetime) -> bool:
    """Whether it is ours: the row of a file is there once, and its lines come with it."""
    try:
        with transaction.atomic():
            taken = TakenFile.objects.create(
                system=inc.system, file=inc.file, name=entry.name, stamp=entry.stamp, taken_at=now, problem=problem
            )
            TakenLine.objects.bulk_create(
                TakenLine(of=taken, system=inc.system, file=inc.file, key=record[inc.key], cells=record)
                for record in records
            )
    except IntegrityError:
        return False
    return True


def _put_away(entry: Entry, place: Place, folder: str) -> None:
    """Tidiness only: it is known as taken already."""
    try:
        place.move(entry.name, folder)
    except Away:
        return
