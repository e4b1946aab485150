"""The bytes of a file, unpacked on the way when it is gzip, read ahead while the last piece is worked on."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from backline.insight.logs.report import Report

READ = 1 << 20
GZIP = b"\x1f\x8b"
Progress = Callable[[int], None]
"""Told how many bytes of the file have been read"""


def no_progress(_read: int) -> None:
    """Nobody watches."""


def is_gzip(path: Path) -> bool:
    """Whether the file begins as gzip does, whatever it is called."""
    with path.open("rb") as file:
        return file.read(2) == GZIP


def pieces(path: Path, *, size: int, report: Report, progress: Progress = no_progress) -> Iterator[bytes]:
    """The unpacked content in pieces of about ``size`` bytes, the next one made in a thread of its own."""
    source = _gathered(_unpacked(path, report, progress) if is_gzip(path) else _plain(path, progress, size), size)
    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(next, source, b"")
        while piece := coming.result():
            coming = ahead.submit(next, source, b"")
            yield piece


def _plain(path: Path, progress: Progress, size: int) -> Iterator[bytes]:
    read = 0
    with path.open("rb", buffering=0) as file:
        while content := file.read(size):
            read += len(content)
            progress(read)
            yield content


def _unpacked(path: Path, report: Report, progress: Progress) -> Iterator[bytes]:
    """What can be unpacked; where the packing breaks, the report says so and the rest is left."""
    lines, begun, unpacker = 1, False, zlib.decompressobj(wbits=31)
    for packed in _plain(path, progress, READ):
        while packed:
            begun, before = True, unpacker.copy()
            try:
                plain = unpacker.decompress(packed, READ)
            except zlib.error:
                rest = _up_to_break(before, packed)
                yield rest
                report.refuse(lines + rest.count(b"\n"), "the gzip is broken: what follows was not read")
                return
            lines += plain.count(b"\n")
            yield plain
            packed = unpacker.unconsumed_tail
            if unpacker.eof:  # a further member may follow
                packed, begun = unpacker.unused_data.lstrip(b"\0"), False
                unpacker = zlib.decompressobj(wbits=31)
    if begun:
        report.refuse(lines, "the gzip ends early: what follows was not read")


def _up_to_break(unpacker: zlib._Decompress, packed: bytes) -> bytes:
    """What can be unpacked before the packing breaks."""
    plain = []
    for start in range(0, len(packed), 64):
        try:
            plain.append(unpacker.decompress(packed[start : start + 64]))
        except zlib.error:
            break
    return b"".join(plain)


def _gathered(source: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Small pieces put together."""
    kept: list[bytes] = []
    length = 0
    for piece in source:
        kept.append(piece)
        length += len(piece)
        if length >= size:
            yield b"".join(kept) if len(kept) > 1 else piece
            kept, length = [], 0
    if kept:
        yield b"".join(kept)
