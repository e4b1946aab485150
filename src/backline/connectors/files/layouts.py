"""What the settings say of files: their names, their form, their columns, and what their last line proves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from backline.engine.definition import ValueType

Form = Literal["csv", "fixed", "xlsx"]
MARKED = 10
SUMMED = 18
"""Widths of the count and the sum in the trailer of a file of fixed width"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trailer:
    """The last record: a mark, how many records there are, and the sum of a column if one is named."""

    mark: str
    sum: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """One sort of file. ``name`` holds ``*`` where it comes in, ``{number}`` where it goes out."""

    name: str
    form: Form
    columns: Mapping[str, ValueType]
    widths: Mapping[str, int] = field(default_factory=dict)
    delimiter: str = ","
    header: bool = True
    encoding: str = "utf-8"
    trailer: Trailer | None = None
    rest_s: float = 10.0
    """Without a trailer, a file that was changed so lately may still be growing"""
    moves_to: str = ""
    lines: int = 1000
    after_s: float = 900.0
    """A batch is closed at so many lines, or so long after it was opened"""

    @property
    def goes_out(self) -> bool:
        """Whether we write it."""
        return "{number}" in self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """What a store needs besides its address: secrets already taken from where they are kept."""

    host_key: str = ""
    private_key: str = field(default="", repr=False)
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    endpoint: str = ""
    region: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FilesSettings:
    """The kind's own settings."""

    layouts: Mapping[str, Layout]
    store: Store
