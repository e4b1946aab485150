"""Fields of a fillable PDF, exactly as pypdf reads them, with the place of each on its page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from backline.documents.parsing import Unreadable

MOST_FIELDS = 5_000
MOST_PAGES = 100
DEEPEST = 20
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def form(path: str) -> Iterator[dict[str, Any]]:
    """First ``{"xfa"}``, then each field: ``{"field", "value", "type", "page", "box"}``."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("encrypted", "it is protected by a password")
        fields = reader.get_fields() or {}
        yield {"xfa": bool(reader.xfa) or bool(reader.root_object.get("/NeedsRendering"))}
        places = _places(reader)
        for name, field in list(fields.items())[:MOST_FIELDS]:
            page, box = places.get(name, (0, [0.0, 0.0, 0.0, 0.0]))
            told = _plain(field.get("/V"))
            yield {"field": name, "value": told, "type": str(field.get("/FT", "")), "page": page, "box": box}
    except Unreadable:
        raise
    except Exception as wrong:  # a library for hostile files: whatever it raises, the form can't be read
        raise Unreadable("broken", "its form can't be read") from wrong


def _plain(value: object) -> str | list[str] | None:
    value = value.get_object() if hasattr(value, "get_object") else value
    if value is None:
        return None
    if isinstance(value, ArrayObject | list):
        return [str(one) for one in value]
    if isinstance(value, StreamObject):
        return value.get_data().decode("utf-8", errors="replace")
    return str(value)


def _places(reader: PdfReader) -> dict[str, tuple[int, list[float]]]:
    """Where the first widget of each field stands."""
    found: dict[str, tuple[int, list[float]]] = {}
    for number, page in enumerate(reader.pages[:MOST_PAGES], 1):
        for widget in list(_widgets(page))[:MOST_FIELDS]:
            name = _name(widget)
            if name and name not in found and (box := _box(widget, page)):
                found[name] = (number, box)
    return found


def _widgets(page: PageObject) -> Iterator[DictionaryObject]:
    annotations = page.get("/Annots")
    annotations = annotations.get_object() if annotations is not None else []
    for one in annotations if isinstance(annotations, list) else []:
        widget = one.get_object()
        if isinstance(widget, DictionaryObject) and widget.get("/Subtype") == "/Widget":
            yield widget


def _name(widget: DictionaryObject) -> str:
    """As pypdf names it: the name for exporting where it has one, else with those of its parents, dots between."""
    if "/TM" in widget:
        return str(widget["/TM"])
    parts: list[str] = []
    at: object = widget
    for _ in range(DEEPEST):
        if not isinstance(at, DictionaryObject):
            break
        if "/T" in at:
            parts.append(str(at["/T"]))
        at = at["/Parent"].get_object() if "/Parent" in at else None
    return ".".join(reversed(parts))


def _box(widget: DictionaryObject, page: PageObject) -> list[float]:
    """As parts of the page from its top left, turned as the page is."""
    try:
        one_x, one_y, two_x, two_y = (float(side) for side in widget["/Rect"])  # type: ignore[attr-defined]
    except (KeyError, TypeError, ValueError):
        return []
    frame = page.cropbox
    across, down = float(frame.width) or 1.0, float(frame.height) or 1.0
    x = sorted(((one_x - float(frame.left)) / across, (two_x - float(frame.left)) / across))
    y = sorted((1 - (one_y - float(frame.bottom)) / down, 1 - (two_y - float(frame.bottom)) / down))
    turned = {
        0: (x[0], y[0], x[1], y[1]),
        90: (1 - y[1], x[0], 1 - y[0], x[1]),
        180: (1 - x[1], 1 - y[1], 1 - x[0], 1 - y[0]),
        270: (y[0], 1 - x[1], y[1], 1 - x[0]),
    }.get(int(page.rotation) % 360, (x[0], y[0], x[1], y[1]))
    return [round(min(max(side, 0.0), 1.0), 4) for side in turned]
