"""The parser's own process: opens hostile files, says what it saw as JSON lines, and dies alone if it must.

Imports neither Django nor anything of the organisation. Tasks: ``text FILE MEDIA [PAGE [FOLDER]]``, ``form FILE``,
``count FILE MEDIA``, ``image FILE MEDIA PAGE WIDTH OUT``.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from PIL import Image

from backline.documents import media
from backline.documents.parsing import Unreadable, forms, office, pdf, pictures, plain

MEMORY = 480 * 1024 * 1024
OPEN_FILES = 64
LARGEST_FILE = 64 * 1024 * 1024
MOST_PAGES = 300

Line = dict[str, Any]


class Reader(Protocol):
    """What each module of ``parsing`` offers."""

    def count(self, path: str) -> int: ...
    def pages(self, path: str, start: int, most: int, doubts: str = "") -> Iterator[Line]: ...
    def picture(self, path: str, page: int, width: int) -> Image.Image: ...


READERS: dict[str, Reader] = {"application/pdf": pdf, "text/plain": plain, **dict.fromkeys(media.OFFICE, office)}
"""All else are pictures"""


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
    except MemoryError:
        print(json.dumps({"state": "too much", "reason": "it needs more memory than one document may"}), flush=True)
        return 1
    return 0


def _confine(seconds: float) -> None:
    """The reader of pictures, a child, may raise its memory to the hard limit; nobody else may."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, 4 * MEMORY))
    processor = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _text(path: str, media_type: str, start: str = "1", doubts: str = "") -> Iterator[Line]:
    reader = READERS.get(media_type, pictures)
    yield {"pages": reader.count(path), "form": media_type == media.PDF and pdf.has_form(path)}
    yield from reader.pages(path, int(start), MOST_PAGES, doubts)


def _count(path: str, media_type: str) -> Iterator[Line]:
    yield {"pages": READERS.get(media_type, pictures).count(path)}


def _image(path: str, media_type: str, page: str, width: str, out: str) -> Iterator[Line]:
    image = READERS.get(media_type, pictures).picture(path, int(page), int(width))
    image.save(out, format="PNG", optimize=False)
    yield {"width": image.width, "height": image.height}


def _cut(path: str, media_type: str, pages: str, out: str) -> Iterator[Line]:
    """Some pages as a PDF of their own."""
    numbers = [int(number) for number in pages.split(",")]
    (pdf if media_type == media.PDF else pictures).cut(path, numbers, out)
    yield {"pages": len(numbers)}


TASKS: dict[str, Callable[..., Iterator[Line]]] = {
    "text": _text,
    "form": forms.form,
    "count": _count,
    "cut": _cut,
    "image": _image,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
