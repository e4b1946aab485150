"""A connector of one's own, begun from the template that comes with Backline."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATE = Path(__file__).parent / "template"
SUFFIX = ".template"
MODEL = "shelf"
"""The kind that the template is written for; its name gives way to the new one"""
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


class CannotBegin(ValueError):
    """The folder or the name can't be used; the message says why."""


def begin(*, folder: Path, name: str) -> list[Path]:
    """Lay out the package of the kind ``name`` in ``folder``, and answer its files."""
    if not NAME.match(name):
        raise CannotBegin(f"'{name}' is no name of a kind: small letters, digits and _, such as 'fleet'.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotBegin(f"{folder} is not empty; name a folder that is not there yet.")
    made = []
    for source in sorted(TEMPLATE.rglob(f"*{SUFFIX}")):
        path = folder / _renamed(str(source.relative_to(TEMPLATE)).removesuffix(SUFFIX), name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_renamed(source.read_text(encoding="utf-8"), name), encoding="utf-8")
        made.append(path)
    return made


def _renamed(text: str, name: str) -> str:
    proper = "".join(part.capitalize() for part in name.split("_"))
    return text.replace(MODEL, name).replace(MODEL.capitalize(), proper)
