"""Measures as a file: every period, every measure, with its interval and how many cases tell it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.http import HttpResponse

from backline.insight.acts.reckoning import MEASURES, Reckoned

KINDS = ("csv", "xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = ("period", "cases", "open", "measure", "name", "unit", "value", "low", "high", "count")
Cell = str | int | float | datetime | None


def answer(
    kind: str, name: str, period: str, periods: Sequence[Reckoned], labels: Mapping[str, tuple[str, str]]
) -> HttpResponse:
    """The file as a download."""
    rows = [HEADER, *_rows(periods, labels)]
    content = _xlsx(rows) if kind == "xlsx" else _csv(rows)
    response = HttpResponse(content, content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8")
    plain = "".join(one if one.isalnum() or one in "-_" else "-" for one in name)
    response["Content-Disposition"] = f'attachment; filename="measures-{plain}-{period}.{kind}"'
    return response


def _rows(periods: Sequence[Reckoned], labels: Mapping[str, tuple[str, str]]) -> Iterator[tuple[Cell, ...]]:
    """Spans are seconds, shares parts of one; a measure that the log can't tell has no row."""
    for one in periods:
        for measure in MEASURES:
            told = one.told[measure.key]
            if told is not None:
                when = one.of.date().isoformat() if isinstance(one.of, datetime) else str(one.of)
                yield (
                    *(when, one.cases, one.open, measure.key, labels[measure.key][0], measure.unit),
                    *(told.value, told.low, told.high, told.count),
                )


def _csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue().encode("utf-8-sig")


def _xlsx(rows: Sequence[Sequence[Cell]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("measures")
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
