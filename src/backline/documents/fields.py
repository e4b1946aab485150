"""Fields of a document: each found by the rules of its kind, with its place on the page and how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from backline.documents import checks, found_values
from backline.documents.field_anchors import learnt_anchors
from backline.documents.found_values import FoundValue
from backline.documents.kinds import FieldRule, Kind, kinds
from backline.documents.models import Document
from backline.documents.page_lines import Line, below, lines_of
from backline.documents.reading import Box, FormField, Reading, Word, read
from backline.documents.recognising import normal
from backline.engine.values import Money

LESS_TRUSTED = 0.97
"""Each later word of ``near`` is believed a little less than the one before it"""
LONGEST_TEXT = 200
JUST_BELOW = 0.01


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldReading:
    """What was read for a field. ``text`` is as printed, ``value`` a Money, date, Decimal or str."""

    value: object
    text: str
    confidence: float
    page: int
    box: Box
    why: str = ""
    """How it was found, where that was not by the declared rules"""


def read_field(document: Document, kind: str, field: str) -> FieldReading | None:
    """One field of a document of this kind, or None where the rules find nothing."""
    known = kinds().get(kind)
    if not known or field not in known.fields:
        return None
    names = (field, *known.fields[field].adds)
    reading = read(document)
    found = find_fields(reading, replace(known, fields={name: known.fields[name] for name in names})).get(field)
    return found or find_as_learnt(reading, known, field)


def read_fields(document: Document) -> Mapping[str, FieldReading]:
    """All fields that the rules find in a document of its own kind."""
    known = kinds().get(document.kind)
    if known is None:
        return {}
    reading = read(document)
    declared = find_fields(reading, known)
    learnt = {name: find_as_learnt(reading, known, name) for name in known.fields if name not in declared}
    return {**declared, **{name: one for name, one in learnt.items() if one}}


def find_fields(reading: Reading, kind: Kind) -> Mapping[str, FieldReading]:
    """All fields of a kind that stand in what was read."""
    found = {name: one for name, rule in kind.fields.items() if (one := find_field(reading, rule))}
    return {name: _summed(one, kind.fields[name], found) for name, one in found.items()}


def find_as_learnt(reading: Reading, kind: Kind, field: str) -> FieldReading | None:
    """The value beside the words that people's corrections showed; below the kind's threshold until enough of what
    was read there was found right."""
    for anchor in learnt_anchors(kind.name, field):
        rule = replace(kind.fields[field], near=(anchor.words,), where=anchor.where, form=())
        found = find_field(reading, rule)
        if found:
            most = 1.0 if anchor.trusted else kind.sure - JUST_BELOW
            told = {"words": anchor.words, "count": anchor.shown}
            why = _("read beside “%(words)s”, learnt from %(count)s corrections") % told
            return replace(found, confidence=min(found.confidence, round(most, 3)), why=why)
    return None


def find_field(reading: Reading, rule: FieldRule) -> FieldReading | None:
    """The value that a rule finds: in a field of a form, else on the pages, where its first words that lead to one
    decide."""
    if filled := _filled(reading.form, rule):
        return filled
    if not rule.near and not rule.pattern:
        return None
    laid_out = [(page.number, lines_of(page.words)) for page in reading.pages]
    for rank, anchor in enumerate(rule.near or ("",)):
        found = [one for number, lines in laid_out for one in _beside(number, lines, anchor, rule)]
        if found:
            return _picked(found, rule, LESS_TRUSTED**rank)
    return None


def _summed(one: FieldReading, rule: FieldRule, found: Mapping[str, FieldReading]) -> FieldReading:
    """Surer where it is the sum of the fields that its rule names, less sure where it is not."""
    if not rule.adds or any(name not in found for name in rule.adds):
        return one
    holds = _size(one.value) == sum((_size(found[name].value) for name in rule.adds), Decimal(0))
    return replace(one, confidence=round(checks.weighed(one.confidence, holds), 3))


def _filled(form: Sequence[FormField], rule: FieldRule) -> FieldReading | None:
    """What somebody typed into a field of a form is exact."""
    for one in form:
        text = one.value.strip() if isinstance(one.value, str) else ""
        if one.name in rule.form and text and (found := typed(text, rule)):
            return FieldReading(
                value=found.value, text=text, confidence=found.certainty, page=max(one.page, 1), box=one.box
            )
    return None


def _beside(number: int, lines: Sequence[Line], anchor: str, rule: FieldRule) -> Iterator[FieldReading]:
    for index, line in enumerate(lines):
        for words, after in _anchored(line, anchor):
            candidates: list[Sequence[Word]] = []
            if rule.where in ("right", "both"):
                candidates.append(after)
            if rule.where in ("below", "both") and words:
                candidates.append(below(lines[index + 1 :], words))
            if reading := next(filter(None, (_value(number, part, rule) for part in candidates)), None):
                yield reading


def _anchored(line: Line, anchor: str) -> Iterator[tuple[Sequence[Word], Sequence[Word]]]:
    """The words of the anchor in a line, and those to the right of it."""
    if not anchor:
        yield (), line
        return
    wanted = normal(anchor).split()
    told = [normal(word.text).strip(" :.,;") for word in line]
    for at in range(len(line) - len(wanted) + 1):
        if told[at : at + len(wanted)] == wanted:
            yield line[at : at + len(wanted)], line[at + len(wanted) :]


def _value(number: int, words: Sequence[Word], rule: FieldRule) -> FieldReading | None:
    text, starts = _joined(words)
    found = typed(text, rule)
    if found is None:
        return None
    taken = [
        word for word, at in zip(words, starts, strict=True) if found.start < at + len(word.text) and at < found.end
    ]
    if not taken:
        return None
    confidence = min(word.confidence for word in taken) * found.certainty
    printed = text[found.start : found.end].strip()
    if rule.check:
        confidence = checks.weighed(confidence, checks.holds(rule.check, printed))
    return FieldReading(
        value=found.value,
        text=printed,
        confidence=confidence,
        page=number,
        box=around(taken),
    )


def typed(text: str, rule: FieldRule) -> FoundValue | None:
    """The value in a text as its rule wants it."""
    if rule.pattern:
        match = re.search(rule.pattern, text[:LONGEST_TEXT])
        if not match:
            return None
        start, end = match.span(1 if match.re.groups else 0)
    else:
        start, end = 0, min(len(text), LONGEST_TEXT)
    part = text[start:end]
    found = _of_type(part, rule)
    if found is None:
        return None
    return FoundValue(value=found.value, start=start + found.start, end=start + found.end, certainty=found.certainty)


def _of_type(part: str, rule: FieldRule) -> FoundValue | None:
    if rule.type == "money":
        return found_values.find_amount(part, currency=rule.currency)
    if rule.type == "date":
        return found_values.find_date(part, order=rule.order)
    if rule.type == "number":
        return found_values.find_number(part)
    lead = len(part) - len(part.lstrip(" :.-#"))
    value = part[lead:].strip()
    return FoundValue(value=value, start=lead, end=lead + len(value)) if value else None


def _picked(found: Sequence[FieldReading], rule: FieldRule, trust: float) -> FieldReading:
    if rule.pick == "largest":
        chosen = max(found, key=lambda one: _size(one.value))
    else:
        chosen = found[-1 if rule.pick == "last" else 0]
    told_otherwise = rule.pick == "first" and len({str(one.value) for one in found}) > 1
    confidence = chosen.confidence * trust * (0.9 if told_otherwise else 1)
    return FieldReading(
        value=chosen.value, text=chosen.text, confidence=round(confidence, 3), page=chosen.page, box=chosen.box
    )


def _size(value: object) -> Decimal:
    if isinstance(value, Money):
        return value.amount
    return value if isinstance(value, Decimal) else Decimal(0)


def _joined(words: Sequence[Word]) -> tuple[str, list[int]]:
    text, starts = "", []
    for word in words:
        text += " " if text else ""
        starts.append(len(text))
        text += word.text
    return text, starts


def around(words: Sequence[Word]) -> Box:
    """The box around words."""
    return Box(
        left=min(word.box.left for word in words),
        top=min(word.box.top for word in words),
        right=max(word.box.right for word in words),
        bottom=max(word.box.bottom for word in words),
    )
