"""A WSDL of the organisation's folder: read once, from that folder alone, with no network and no entities."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import zeep
from lxml import etree
from zeep.exceptions import Error as ZeepError

from backline.connectors.soap.guarding import Hostile, must_be_plain

logging.getLogger("zeep").setLevel(logging.WARNING)  # below that it tells whole messages
SETTINGS = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True)


class NotAWsdl(ValueError):
    """The file is none, or refers to what we don't read."""


class NoService(NotAWsdl):
    """It names no such service or port."""


class Local(zeep.Transport):
    """Reads files under one folder; asks nobody."""

    def __init__(self, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._folder = folder.resolve()

    def load(self, url: str) -> bytes:
        """The content of a file under the folder."""
        told = urlsplit(url)
        path = Path(unquote(told.path)).resolve()
        if told.scheme not in ("", "file") or not path.is_relative_to(self._folder):
            raise NotAWsdl(f"it refers to '{url}', which is not in its folder")
        try:
            content = path.read_bytes()
        except OSError as wrong:
            raise NotAWsdl(f"'{path.name}': {wrong.strerror}") from wrong
        must_be_plain(content)
        return content


@dataclass(frozen=True, slots=True)
class Part:
    """An element of a message: its name, its parts or its simple type (``decimal``), whether it has to be there."""

    name: str
    simple: str
    parts: Mapping[str, Part] = field(default_factory=dict)
    needed: bool = True
    many: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What an operation takes and answers."""

    takes: Mapping[str, Part]
    answers: Part


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """The operations of one port."""

    client: Any = field(repr=False)
    binding: Any = field(repr=False)
    operations: Mapping[str, Message] = field(default_factory=dict)


def read_wsdl(path: Path, *, service: str = "", port: str = "") -> Description:
    """The description. Raises NotAWsdl."""
    if not path.is_file():
        raise NotAWsdl("there is no such file")
    try:
        client = zeep.Client(str(path.resolve()), transport=Local(path.parent), settings=SETTINGS)  # type: ignore[no-untyped-call]
        proxy = client.bind(service or None, port or None)
    except (NotAWsdl, Hostile) as wrong:
        raise NotAWsdl(str(wrong)) from wrong
    except (ZeepError, etree.LxmlError, ValueError, KeyError, AttributeError, OSError) as wrong:
        raise NotAWsdl(f"{type(wrong).__name__}: {wrong}"[:200].splitlines()[0]) from wrong
    if proxy is None:
        raise NoService("it has no service that we can call")
    binding = proxy._binding
    operations = {name: _message(one) for name, one in binding._operations.items()}
    return Description(client=client, binding=binding, operations=operations)


def _message(operation: Any) -> Message:
    takes = dict(_parts(operation.input.body.type)) if operation.input.body is not None else {}
    body = operation.output.body if operation.output is not None else None
    parts = dict(_parts(body.type)) if body is not None else {}
    only = next(iter(parts.values())) if len(parts) == 1 else None  # zeep unwraps what is alone
    return Message(takes, only or Part("answer", "", parts))


def _parts(type_: Any, depth: int = 0) -> Iterator[tuple[str, Part]]:
    for name, element in getattr(type_, "elements", ()):
        inner = getattr(element, "type", None)
        if inner is None or depth > 8:
            continue
        parts = dict(_parts(inner, depth + 1))
        yield name, Part(
            name, "" if parts else _simple(inner), parts, needed=not element.is_optional,
            many=bool(getattr(element, "accepts_multiple", False)),
        )  # fmt: skip


def _simple(type_: Any) -> str:
    for one in type(type_).__mro__:
        if name := getattr(one, "_default_qname", None):
            return str(name.localname)
    return "string"
