"""Pictures of pages, as the README shows them. They lie in the build folder; ``make pictures`` renews the README's."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page

FOLDER = Path(__file__).parents[2] / os.environ.get("BACKLINE_PICTURES", "build/pictures")
MOST_BYTES = 200_000


def take_picture(shown: Page | Locator, name: str) -> None:
    """Keep what the page, or a part of it, shows as ``name.png``, small enough to lie in a repository."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    taken = Image.open(io.BytesIO(shown.screenshot())).convert("RGB")
    taken.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < MOST_BYTES
