"""A person said what stands in a field: noted with its place, as a sample to learn from and to measure readers by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from backline.documents import fields
from backline.documents.field_anchors import anchor_of
from backline.documents.kinds import FieldRule, kinds
from backline.documents.models import Document, FieldSample
from backline.documents.page_lines import lines_of
from backline.documents.reading import Box, PageText, Reading, read

LONGEST = 8
"""Words in a row that one value may be"""


def confirm_field(*, document: Document, field: str, value: object, by: str, now: datetime) -> FieldSample | None:
    """Note what a person said of a field of this document; None where its kind has no such field."""
    kind = kinds().get(document.kind)
    if kind is None or field not in kind.fields:
        return None
    reading, rule = read(document), kind.fields[field]
    proposed = fields.read_field(document, document.kind, field)
    right = proposed is not None and _same(value, proposed.value, proposed.text)
    page, box = (proposed.page, proposed.box) if proposed and right else _place_of(reading, rule, value)
    read_page = proposed.page if proposed else page
    told = {one.number: one for one in reading.pages}
    anchor, where = anchor_of(told[page], box) if page in told and box else ("", "")
    sample, _ = FieldSample.objects.update_or_create(
        sha256=document.sha256,
        kind=document.kind,
        field=field,
        defaults={
            "engine": told[read_page].engine if read_page in told else "",
            "read": proposed.text[:200] if proposed else "",
            "right": right,
            "page": page,
            "box": list(box or ()),
            "anchor": anchor,
            "where": where,
            "by": by,
            "at": now,
        },
    )
    return sample


def _same(value: object, found: object, text: str) -> bool:
    return value == found or (isinstance(value, str) and value.split() == text.split())


def _place_of(reading: Reading, rule: FieldRule, value: object) -> tuple[int, Box | None]:
    """Where what the person said stands on the pages: the first place, and the fewest words that say it."""
    for page in reading.pages:
        if found := next(_spans(page, rule, value), None):
            return page.number, found
    return 0, None


def _spans(page: PageText, rule: FieldRule, value: object) -> Iterator[Box]:
    for line in lines_of(page.words):
        for length in range(1, LONGEST + 1):
            for start in range(len(line) - length + 1):
                words = line[start : start + length]
                text = " ".join(word.text for word in words)
                found = fields.typed(text, rule)
                if found and _same(value, found.value, text):
                    yield fields.around(words)
