"""Some pages of a document as a document of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from backline.documents import confined, media

CUTTABLE = (media.PDF, "image/tiff")


def cut(path: Path, media_type: str, pages: Sequence[int]) -> bytes:
    """These pages as a PDF; empty where that can't be made."""
    with tempfile.TemporaryDirectory(prefix="backline-") as folder:
        out = Path(folder) / "part.pdf"
        confined.ask_parser("cut", path, media_type, ",".join(map(str, pages)), out)
        return out.read_bytes() if out.exists() else b""
