"""The parser's own process: opens hostile files, says what it saw as JSON lines, and dies alone if it must.

Imports neither Django nor anything of the organisation. Tasks: ``text FILE MEDIA [PAGE [FOLDER [LAST]]]``,
``form FILE``, ``cells FILE``, ``count FILE MEDIA``, ``image FILE MEDIA PAGE WIDTH OUT``, ``unpack FILE FOLDER``.
"""

from __future__ import annotations

import importlib
import json
import math
import resource
import sys
from collections.abc import Callable, Iterator
from typing import Any, Protocol, cast

from PIL import Image

from backline.documents import media
from backline.documents.confined import OUT_OF_TIME
from backline.documents.parsing import Unreadable, recognition

MEMORY = 480 * 1024 * 1024
OPEN_FILES = 64
LARGEST_FILE = 64 * 1024 * 1024
MOST_PAGES = 300
RECOGNISING_SECONDS = 6.0
"""Of the processor, in one go: then the next pages wait for the next one"""

Line = dict[str, Any]


class OutOfTime(Exception):
    """The reader of pictures had its time for this go."""


class Reader(Protocol):
    """What each module of ``parsing`` offers."""

    def count(self, path: str) -> int: ...
    def pages(self, path: str, start: int, most: int, doubts: str = "") -> Iterator[Line]: ...
    def picture(self, path: str, page: int, width: int) -> Image.Image: ...


READERS = {media.PDF: "pdf", media.TEXT: "plain", **dict.fromkeys(media.OFFICE, "office")}
"""All else are pictures. What a file does not need is not loaded for it"""


def main(arguments: list[str]) -> int:
    """Do one task within its limits and answer 0, or say why not and answer 1."""
    task, seconds, *rest = arguments
    _confine(float(seconds))
    try:
        for line in TASKS[task](*rest):
            print(json.dumps(line), flush=True)
    except Unreadable as wrong:
        print(json.dumps({"state": wrong.state, "reason": str(wrong)}), flush=True)
        return 1
    except OutOfTime:
        return OUT_OF_TIME
    except MemoryError:
        print(json.dumps({"state": "too much", "reason": "it needs more memory than one document may"}), flush=True)
        return 1
    return 0


def _confine(seconds: float) -> None:
    """The reader of pictures, a child, may raise its memory and time to the hard limits; nobody else may."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, 4 * MEMORY))
    processor = math.ceil(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (processor, max(processor, recognition.PROCESSOR_SECONDS)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _text(path: str, media_type: str, start: str = "1", doubts: str = "", last: str = "") -> Iterator[Line]:
    reader = _reader(media_type)
    yield {"pages": reader.count(path), "form": media_type == media.PDF and _has_form(path)}
    for page in reader.pages(path, int(start), int(last or MOST_PAGES), doubts):
        yield page
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        if spent.ru_utime + spent.ru_stime > RECOGNISING_SECONDS:
            raise OutOfTime


def _reader(media_type: str) -> Reader:
    module = importlib.import_module(f"backline.documents.parsing.{READERS.get(media_type, 'pictures')}")
    return cast(Reader, module)


def _has_form(path: str) -> bool:
    from backline.documents.parsing import pdf

    return pdf.has_form(path)


def _form(path: str) -> Iterator[Line]:
    from backline.documents.parsing import forms  # a large library, which few files need

    yield from forms.form(path)


def _count(path: str, media_type: str) -> Iterator[Line]:
    yield {"pages": _reader(media_type).count(path)}


def _image(path: str, media_type: str, page: str, width: str, out: str) -> Iterator[Line]:
    image = _reader(media_type).picture(path, int(page), int(width))
    image.save(out, format="PNG", optimize=False)
    yield {"width": image.width, "height": image.height}


def _cut(path: str, media_type: str, pages: str, out: str) -> Iterator[Line]:
    """Some pages as a PDF of their own."""
    from backline.documents.parsing import pdf, pictures

    numbers = [int(number) for number in pages.split(",")]
    (pdf if media_type == media.PDF else pictures).cut(path, numbers, out)
    yield {"pages": len(numbers)}


def _unpack(path: str, folder: str) -> Iterator[Line]:
    from backline.documents.parsing import winmail

    yield from winmail.unpack(path, folder)


def _cells(path: str) -> Iterator[Line]:
    from backline.documents.parsing import cells  # openpyxl, which few files need

    yield from cells.cells(path)


TASKS: dict[str, Callable[..., Iterator[Line]]] = {
    "cells": _cells,
    "text": _text,
    "form": _form,
    "count": _count,
    "cut": _cut,
    "image": _image,
    "unpack": _unpack,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
