"""Reads ``settings.files`` and what an operation says of them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from backline.connectors.declarations import Draft, Parts, Refusal
from backline.connectors.files.layouts import FilesSettings, Form, Layout, Store, Trailer
from backline.connectors.holes import check_holes, check_name
from backline.connectors.places import Node
from backline.connectors.reader import Reader
from backline.connectors.value_types import read_type
from backline.engine.definition import ValueType

SETTINGS = ("files", "host_key", "private_key", "access_key", "secret_key", "endpoint", "region")
FILE = (
    "name", "format", "columns", "widths", "delimiter", "header", "encoding", "trailer", "rest", "move", "close",
)  # fmt: skip
FORMS = ("csv", "fixed", "xlsx")
KEY = "key"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookup:
    """A read: the record whose cells are those parameters, and where its value lies (empty: the whole record)."""

    file: str
    match: Mapping[str, str]
    at: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Appending:
    """A write: what stands in which column; the column ``key`` fills itself."""

    file: str
    columns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """A verify: the answer by its key and the cells that say yes; without ``key``, that the batch was sent."""

    file: str
    key: str = ""
    good: Mapping[str, str] = field(default_factory=dict)


def read_settings(node: Node, reader: Reader) -> FilesSettings:
    """The files and the store."""
    files = node.get("files")
    if files is None:
        reader.wrong(node, "'settings' has to say its 'files': NAME: {name: ..., columns: ...}.")
    layouts = {name: _layout(name, one, reader) for name, one in (files.items() if files else ())}
    store = Store(
        host_key=reader.setting(node, "host_key"), private_key=_secret(node, "private_key", reader),
        access_key=reader.setting(node, "access_key"), secret_key=_secret(node, "secret_key", reader),
        endpoint=reader.setting(node, "endpoint"), region=reader.text(node, "region"),
    )  # fmt: skip
    url = reader.text(node, "url")
    if url.startswith("sftp:") and not node.get("host_key"):
        reader.wrong(node, "'settings' has to say the 'host_key' of the server.", "ssh-keyscan HOST shows it.")
    return FilesSettings(layouts=layouts, store=store)


def read_parts(draft: Draft, reader: Reader) -> Parts:
    """What an operation does with which file."""
    own: FilesSettings = draft.settings.own
    return Parts(
        read=_lookup(draft.read, draft, own, reader) if draft.read else None,
        write=_appending(draft.write, draft, own, reader) if draft.write else None,
        verify=_proof(draft.verify, own, reader) if draft.verify else None,
        refusals=_refusals(draft, own, reader),
    )


def _secret(node: Node, key: str, reader: Reader) -> str:
    value = node.get(key)
    if value is not None and isinstance(value.value, str):
        mend = f"Say '{key}: {{file: PATH}}' instead."
        reader.wrong(value, f"'{key}' is a secret and must not stand here.", mend)
        return ""
    return reader.setting(node, key)


def _layout(name: str, node: Node, reader: Reader) -> Layout:
    reader.only(node, FILE, f"The file '{name}'")
    told = reader.text(node, "name")
    if not told or "/" in told or ("*" in told) == ("{number}" in told):
        reader.wrong(
            node.get("name") or node, "A file's name holds one '*' when it comes in, '{number}' when it goes out."
        )
    columns = _columns(node, reader)
    form = reader.text(node, "format") or told.rpartition(".")[2]
    if form not in FORMS:
        reader.wrong(node.get("format") or node, f"There is no format '{form}'.", f"Known are: {', '.join(FORMS)}.")
    widths = _widths(node, columns, form, reader)
    close = node.get("close") or Node({}, node.place)
    reader.only(close, ("lines", "after"), "'close'")
    return Layout(
        name=told, form=cast(Form, form), columns=columns, widths=widths, delimiter=_delimiter(node, reader),
        header=reader.text(node, "header") != "no", encoding=_encoding(node, reader),
        trailer=_trailer(node.get("trailer"), columns, reader), rest_s=reader.seconds(node.get("rest"), 10.0),
        moves_to=_folder(node, reader), lines=reader.whole(close.get("lines"), 1000),
        after_s=reader.seconds(close.get("after"), 900.0),
    )  # fmt: skip


def _columns(node: Node, reader: Reader) -> dict[str, ValueType]:
    columns = node.get("columns")
    if columns is None or not list(columns.items()):
        reader.wrong(node, "A file has to say its 'columns': NAME: type, in their order.")
        return {}
    return {column: read_type(one, "", reader) for column, one in columns.items()}


def _widths(node: Node, columns: Mapping[str, ValueType], form: str, reader: Reader) -> dict[str, int]:
    widths = node.get("widths")
    if form != "fixed":
        if widths is not None:
            reader.wrong(widths, "'widths' belong to the format 'fixed'.")
        return {}
    told = {column: reader.whole(one, 1) for column, one in (widths.items() if widths else ())}
    if list(told) != list(columns):
        reader.wrong(widths or node, "'widths' has to name each column, in the same order.")
    return told


def _delimiter(node: Node, reader: Reader) -> str:
    told = node.get("delimiter")
    delimiter = "," if told is None else "\t" if told.text == "tab" else told.text
    if len(delimiter) != 1:
        reader.wrong(told or node, "A delimiter is one character, or 'tab'.")
        return ","
    return delimiter


def _encoding(node: Node, reader: Reader) -> str:
    told = reader.text(node, "encoding") or "utf-8"
    try:
        return codecs.lookup(told).name
    except LookupError:
        reader.wrong(node.get("encoding") or node, f"There is no encoding '{told}'.", "Such as utf-8 or cp1252.")
        return "utf-8"


def _folder(node: Node, reader: Reader) -> str:
    told = reader.text(node, "move")
    if told and not re.fullmatch(r"[A-Za-z0-9_-]+", told):
        reader.wrong(node.get("move") or node, f"'{told}' is no folder's name.", "Letters, digits, - and _.")
    return told


def _trailer(node: Node | None, columns: Mapping[str, ValueType], reader: Reader) -> Trailer | None:
    if node is None:
        return None
    reader.only(node, ("mark", "sum"), "'trailer'")
    mark, summed = reader.text(node, "mark"), reader.text(node, "sum")
    if not mark:
        reader.wrong(node, "A trailer has to say the 'mark' by which it is known.")
    if summed and summed not in columns:
        reader.wrong(node.get("sum") or node, f"There is no column '{summed}'.")
    return Trailer(mark=mark, sum=summed)


def _file(node: Node, own: FilesSettings, reader: Reader, *, out: bool | None) -> Layout | None:
    name = reader.text(node, "file")
    layout = own.layouts.get(name)
    place = node.get("file") or node
    if layout is None:
        reader.wrong(place, f"'settings' declares no file '{name}'.", f"Known are: {', '.join(own.layouts) or 'none'}.")
    elif out is not None and layout.goes_out != out:
        reader.wrong(place, f"'{name}' {'comes in' if out else 'goes out'}, so it can't be used here.")
    return layout


def _lookup(node: Node, draft: Draft, own: FilesSettings, reader: Reader) -> Lookup:
    reader.only(node, ("file", "match", "at"), "'read'")
    layout = _file(node, own, reader, out=False)
    match = {column: one.text for column, one in (node.get("match") or Node({}, node.place)).items()}
    if not match:
        reader.wrong(node, "'read' has to say what to 'match': COLUMN: PARAMETER.")
    for column, parameter in match.items():
        _column(node, "match", column, layout, reader)
        check_name(parameter, node.get("match") or node, draft, reader)
    at = reader.text(node, "at")
    if at:
        _column(node, "at", at, layout, reader)
    return Lookup(file=reader.text(node, "file"), match=match, at=at)


def _appending(node: Node, draft: Draft, own: FilesSettings, reader: Reader) -> Appending:
    reader.only(node, ("file", "columns"), "'write'")
    layout = _file(node, own, reader, out=True)
    columns = {column: one.text for column, one in (node.get("columns") or Node({}, node.place)).items()}
    for column in columns:
        _column(node, "columns", column, layout, reader)
    check_holes(node.get("columns") or Node({}, node.place), draft, reader, also=KEY)
    if layout and KEY not in layout.columns and not any("{key}" in one for one in columns.values()):
        reader.wrong(node, "No column holds '{key}', so that a second attempt could not be told from the first.")
    return Appending(file=reader.text(node, "file"), columns=columns)


def _proof(node: Node, own: FilesSettings, reader: Reader) -> Proof:
    reader.only(node, ("file", "key", "good"), "'verify'")
    layout = _file(node, own, reader, out=None)
    good = {column: one.text for column, one in (node.get("good") or Node({}, node.place)).items()}
    if layout is not None and layout.goes_out:
        if good or node.get("key"):
            reader.wrong(node, "A file that goes out proves that the batch was sent; it has no 'key' and no 'good'.")
        return Proof(file=reader.text(node, "file"))
    key = reader.text(node, "key") or KEY
    _column(node, "key", key, layout, reader)
    for column in good:
        _column(node, "good", column, layout, reader)
    return Proof(file=reader.text(node, "file"), key=key, good=good)


def _refusals(draft: Draft, own: FilesSettings, reader: Reader) -> tuple[Refusal, ...]:
    layout = own.layouts.get(reader.text(draft.verify, "file")) if draft.verify else None
    refusals = []
    for code, node in draft.refuse.items() if draft.refuse else ():
        condition: dict[str, Any] = {column: one.text for column, one in node.items() if column != "say"}
        if not condition:
            reader.wrong(node, f"The refusal '{code}' has to say the cells that tell it: COLUMN: text.")
        for column in condition:
            if layout is None or column not in layout.columns:
                reader.wrong(node, f"There is no column '{column}' in the file that verifies.", key=column)
        refusals.append(Refusal(code=code, condition=condition, say=reader.text(node, "say")))
    return tuple(refusals)


def _column(node: Node, key: str, column: str, layout: Layout | None, reader: Reader) -> None:
    if layout is not None and column not in layout.columns:
        known = f"Known are: {', '.join(layout.columns)}."
        reader.wrong(node.get(key) or node, f"There is no column '{column}' in that file.", known)
