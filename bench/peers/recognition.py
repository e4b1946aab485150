"""What reads pages beside us: Tesseract alone, and OCRmyPDF, installed apart and used by this benchmark alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

CORES = 2
HOME = Path(__file__).resolve().parent.parent.parent / "build" / "ocrmypdf"
PEER = "ocrmypdf==16.*"


def tesseract_alone(pages: list[Path]) -> list[str]:
    """Each picture doubled, one thread a page, two pages at a time."""
    with ThreadPoolExecutor(CORES) as readers:
        return list(readers.map(_read, pages))


def ocrmypdf() -> Path | None:
    """The program; None, with a word, where it can't be had."""
    program = HOME / "bin" / "ocrmypdf"
    if program.exists():
        return program
    venv.create(HOME, with_pip=True)
    command = [str(HOME / "bin" / "python"), "-m", "pip", "install", "-q", PEER]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode:
        print(f"capture: OCRmyPDF can't be installed, so it is left out: {told.stderr.strip()[-200:]}", file=sys.stderr)
        return None
    return program


def scan_of(pages: list[Path], folder: Path) -> Path:
    """The pages as one PDF of pictures, as a scanner makes it."""
    pictures = [Image.open(page).convert("L") for page in pages]
    out = folder / "scan.pdf"
    pictures[0].save(out, save_all=True, append_images=pictures[1:], resolution=100)
    return out


def read_by_ocrmypdf(program: Path, scan: Path) -> list[str]:
    """The text of each page. Without PDF/A, which costs it more time."""
    text = scan.with_suffix(".txt")
    asked = ["--jobs", str(CORES), "--output-type", "pdf", "--oversample", "200", "--sidecar", str(text), "-q"]
    subprocess.run([str(program), *asked, str(scan), str(scan.with_suffix(".ocr.pdf"))], check=True)
    return text.read_text(encoding="utf-8").split("\f")


def _read(page: Path) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pgm") as file, Image.open(page) as image:
        grey = image.convert("L")
        grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.LANCZOS).save(file.name)
        command = ["tesseract", file.name, "stdout", "-l", "eng", "--dpi", "300", "--psm", "3"]
        env = os.environ | {"OMP_THREAD_LIMIT": "1"}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=env).stdout
