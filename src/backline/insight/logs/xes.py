"""Event logs in XES (IEEE 1849): cases as ``trace``, their events within."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from backline.insight.logs import elements, markup
from backline.insight.logs.batches import Batch
from backline.insight.logs.moments import Moments
from backline.insight.logs.report import LogRefused, Report
from backline.insight.logs.rows import Assembler, Keys, Rows
from backline.insight.logs.told import Told
from backline.insight.logs.unpacking import Progress, no_progress, pieces

CHUNK = 2 << 20
LARGEST = 256 << 20
"""Bytes that one case may have"""
LAST = 64 << 10
NEWLINE = 10
PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
ENDED = re.compile(rb"\s*(?:</(?:\w+:)?log\s*>\s*)?")
ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)")
DOCTYPE = re.compile(
    rb"<!DOCTYPE(?:[^\[\]<>\"']|\"[^\"]*\"|'[^']*')*(?:\[(?:[^\]\"']|\"[^\"]*\"|'[^']*')*\]\s*)?>", re.DOTALL
)


class XesReader:
    """Reads XES 1.0 and 2.0, plain or packed with gzip, a few megabytes at a time."""

    kind = "XES"

    def __init__(
        self, path: Path, *, told: Told, moments: Moments, report: Report, progress: Progress = no_progress
    ) -> None:
        self._path, self._report, self._progress = path, report, progress
        self._assembler = Assembler(moments, report, Keys.of(told))
        self._grammar = markup.Grammar()
        self._line = 1
        self._first, self._stopped = True, False

    def batches(self) -> Iterator[Batch]:
        """The events of each chunk; what follows a break in the XML is not read."""
        for chunk, plain in self._read_ahead():
            rows = plain or self._by_element(chunk)
            self._first = False
            yield self._assembler.batch(rows, self._line_at(chunk))
            self._line += int(np.count_nonzero(np.frombuffer(chunk, dtype=np.uint8) == NEWLINE))
            if self._stopped:
                return

    def _read_ahead(self) -> Iterator[tuple[bytes, Rows | None]]:
        """Each chunk, and its rows if it is plain, while the next is read in a thread of its own."""
        waiting: deque[tuple[bytes, Future[Rows | None]]] = deque()
        with ThreadPoolExecutor(1) as ahead:
            for number, chunk in enumerate(self._chunks()):
                waiting.append((chunk, ahead.submit(markup.read_chunk, chunk, self._grammar, depth=min(number, 1))))
                if len(waiting) > 1:
                    before, coming = waiting.popleft()
                    yield before, coming.result()
            while waiting:
                before, coming = waiting.popleft()
                yield before, coming.result()

    def _chunks(self) -> Iterator[bytes]:
        """The file, cut after the end of a case."""
        kept, end = b"", b""
        first = True
        for piece in pieces(self._path, size=CHUNK, report=self._report, progress=self._progress):
            told = _utf8(piece, self._path) if first else piece
            end = end or b"</%strace>" % _prefix(told)
            cut = told.rfind(end) + len(end) if end in told[-LAST:] or end in told else 0
            if not cut and len(kept) + len(told) > LARGEST:
                self._report.refuse(self._line, f"a case longer than {LARGEST >> 20} MB: what follows was not read")
                return
            if not cut:
                kept += told
                continue
            chunk = b"".join((kept, memoryview(told)[:cut]))  # one copy of what may be megabytes
            yield self._begun(chunk) if first else chunk
            kept, first = told[cut:], False
        if not ENDED.fullmatch(kept):
            yield self._begun(kept) if first else kept

    def _begun(self, chunk: bytes) -> bytes:
        """The first chunk without what stands before the log; a document type is told and left out."""
        end = PROLOG.match(chunk).end()  # type: ignore[union-attr]
        if chunk.startswith(b"<!DOCTYPE", end):
            line = 1 + chunk.count(b"\n", 0, end)
            found = DOCTYPE.match(chunk, end)
            if not found:
                raise LogRefused(f"line {line}: the document type has no end")
            self._report.refuse(line, "a document type: its entities are never expanded")
            end = found.end()
        body = chunk[end:]
        if not re.match(rb"\s*(?:<!--.*?-->\s*)*<(?:\w+:)?log\b", body, re.DOTALL):
            raise LogRefused("this is XML but not XES: its first element is not <log>")
        self._line += chunk.count(b"\n", 0, end)
        return body

    def _by_element(self, chunk: bytes) -> Rows:
        found = elements.read_chunk(chunk, depth=0 if self._first else 1)
        if found.broken:
            at, why = found.broken
            self._report.refuse(
                self._line + chunk.count(b"\n", 0, at), f"broken XML ({why}): what follows was not read"
            )
        self._stopped = bool(found.broken)
        return found.rows()

    def _line_at(self, chunk: bytes) -> Callable[[int], int]:
        return lambda at: self._line + chunk.count(b"\n", 0, max(0, chunk.rfind(b"event", 0, at)))


def _prefix(head: bytes) -> bytes:
    """The prefix of the names of this file's elements, such as ``xes:``; usually none."""
    found = re.search(rb"<(\w+:)?log\b", head)
    return (found[1] or b"") if found else b""


def _utf8(piece: bytes, path: Path) -> bytes:
    """The first piece, if the file is in an encoding that holds ASCII as it is."""
    if piece.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LogRefused(f"{path.name} is in UTF-16; save it as UTF-8")
    found = ENCODING.match(piece.lstrip(b"\xef\xbb\xbf \r\n\t"))
    if found and found[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise LogRefused(f"{path.name} is in {found[1].decode()}; save it as UTF-8")
    return piece
