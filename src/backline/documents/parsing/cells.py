"""The cells of a workbook as they were typed: formulas stay formulas, nothing is computed, no macro is opened."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from backline.documents.parsing import Unreadable
from backline.documents.parsing.office import LARGEST_PART, MOST_PARTS

MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 40, 5_000, 60
MOST_UNPACKED = 2 * LARGEST_PART
LONGEST = 4_000


def cells(path: str) -> Iterator[dict[str, Any]]:
    """Row by row: ``{"sheet", "row", "cells": {"D": [KIND, TEXT]}}``; a kind is text, number, day, moment, yes/no,
    formula or error."""
    _look_first(path)
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter

    try:
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False, keep_vba=False)
        for sheet in book.worksheets[:MOST_SHEETS]:
            for number, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1), 1):
                told = {
                    get_column_letter(column): found
                    for column, one in enumerate(row, 1)
                    if (found := _cell(one.value, one.data_type)) is not None
                }
                if len(row) > MOST_COLUMNS and row[MOST_COLUMNS].value is not None:
                    raise Unreadable("too much", "it has more columns than are read")
                if told:
                    yield {"sheet": sheet.title, "row": number, "cells": told}
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, SyntaxError, zlib.error) as wrong:
        raise Unreadable("broken", "it is damaged and can't be opened") from wrong


def _look_first(path: str) -> None:
    """Before any part is unpacked: what it is, and that it is no bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            names = {part.filename.lower() for part in parts}
            if any(name.endswith("vbaproject.bin") for name in names) or "xl/workbook.bin" in names:
                raise Unreadable("macros", "it may hold macros, which are never opened")
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable("too much", "it unpacks to more than one file may")
            if "xl/workbook.xml" not in names:
                raise Unreadable("unsupported", "it is no workbook")
            for part in parts:
                _refuse_entities(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as wrong:
        raise Unreadable("unsupported", "it is no workbook") from wrong


def _refuse_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Reads no further than a part may be long, whatever its size is said to be."""
    if not part.filename.endswith((".xml", ".rels")):
        return
    with archive.open(part) as stream:
        content = stream.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise Unreadable("too much", "it unpacks to more than one file may")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable("broken", "it declares entities, which no office program writes")
    if part.filename == "[Content_Types].xml" and b"macroenabled" in content.lower():
        raise Unreadable("macros", "it may hold macros, which are never opened")


def _cell(value: Any, kind: str) -> list[str] | None:
    """The kind and the text of a cell; None for an empty one."""
    if value is None or value == "":
        return None
    if kind == "f":
        return ["formula", str(getattr(value, "text", value) or "=")[:LONGEST]]
    if kind == "e":
        return ["error", str(value)]
    if isinstance(value, bool):
        return ["yes/no", "yes" if value else "no"]
    if isinstance(value, datetime):
        value = (value + timedelta(seconds=30)).replace(second=0, microsecond=0)
        return (
            ["day", value.date().isoformat()] if value.time() == time() else ["moment", value.isoformat("T", "minutes")]
        )
    if isinstance(value, date):
        return ["day", value.isoformat()]
    if isinstance(value, int | float):
        return ["number", number_text(value)]
    return ["text", str(value)[:LONGEST]]


def number_text(value: float) -> str:
    """A number as its cell shows it: no more digits than a spreadsheet keeps."""
    whole = isinstance(value, int) or value.is_integer()
    return str(int(value)) if whole and abs(value) < 1e15 else f"{value:.15g}"
