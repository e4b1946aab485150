"""A question as a page shows it: one shape for every type of value, in the portal and in the workbench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
Raw = Any
"""What a person typed, as JSON can keep it: a text, a list of texts, or parts by name"""

GROUPED = {"date", "datetime", "yes/no", "consent", "choice", "choices", "record", "address", "person", "document"}
TEMPLATES = {
    "e-mail": "input", "text": "input", "phone": "input", "integer": "input", "decimal": "input", "duration": "input",
    "yes/no": "choice", "consent": "choice", "choice": "choice", "record": "choice", "choices": "choices",
    "signature": "document", "organisation": "input", "person": "person",
}  # fmt: skip
PURPOSES = {
    "name": "name", "given_name": "given-name", "first_name": "given-name", "family_name": "family-name",
    "last_name": "family-name", "birth_date": "bday", "street": "street-address", "postcode": "postal-code",
    "city": "address-level2", "country": "country-name",
}  # fmt: skip
DATE_PARTS = ("day", "month", "year")
ADDRESS_PARTS = ("street", "postcode", "city", "country")
PERSON_PARTS = ("name", "email")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing to choose."""

    value: str
    label: str
    help: str = ""
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """One input of a question that has several."""

    name: str
    label: str
    value: str
    purpose: str
    width: str


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """A question: what is asked, what was said so far, and what was wrong with it."""

    name: str
    kind: str
    label: str
    help: str = ""
    error: str = ""
    value: Raw = ""
    options: Sequence[tuple[str, ...]] = ()
    """Value, words, and perhaps more words below them"""
    optional: bool = False
    currency: str = ""
    page: bool = False
    """It is the page's only question: the label is the heading"""
    accept: str = "image/*,application/pdf"
    largest: int = 0

    @property
    def id(self) -> str:
        return f"field-{self.name}"

    @property
    def largest_words(self) -> str:
        """How large a file may be, in the words of the refusal."""
        return f"{self.largest / MEGABYTE:.0f} MB" if self.largest >= MEGABYTE else f"{self.largest // 1024} kB"

    @property
    def grouped(self) -> bool:
        return self.kind in GROUPED

    @property
    def template(self) -> str:
        return f"ui/fields/{TEMPLATES.get(self.kind, self.kind)}.html"

    @property
    def describedby(self) -> str:
        told = [f"{self.id}-help"] if self.help else []
        return " ".join([*told, f"{self.id}-error"] if self.error else told)

    @property
    def target(self) -> str:
        """The id to which a link in the error summary leads: the first input."""
        if self.kind in ("date", "datetime"):
            return f"{self.id}-day"
        if self.kind in ("address", "person"):
            return f"{self.id}-{self.parts[0].name}"
        return f"{self.id}-1" if self.choices else self.id

    @property
    def choices(self) -> tuple[Choice, ...]:
        told = {self.value} if isinstance(self.value, str) else set(self.value or ())
        if self.kind in ("yes/no", "consent"):
            options: Sequence[tuple[str, ...]] = self.options or (("yes", _("Yes")), ("no", _("No")))
        else:
            options = self.options
        return tuple(
            Choice(value=value, label=label, help=" ".join(more), chosen=value in told)
            for value, label, *more in options
        )

    @property
    def parts(self) -> tuple[Part, ...]:
        told: Mapping[str, str] = self.value if isinstance(self.value, Mapping) else {}
        return tuple(
            Part(name=name, label=label, value=str(told.get(name, "")), purpose=purpose, width=width)
            for name, label, purpose, width in _parts(self.kind)
        )

    @property
    def input_type(self) -> str:
        return {"e-mail": "email", "phone": "tel"}.get(self.kind, "text")

    @property
    def input_mode(self) -> str:
        return {"e-mail": "email", "phone": "tel", "integer": "numeric", "decimal": "decimal", "money": "decimal"}.get(
            self.kind, ""
        )

    @property
    def purpose(self) -> str:
        """The ``autocomplete`` token, where the question is about the person who answers."""
        return {"e-mail": "email", "phone": "tel"}.get(self.kind, PURPOSES.get(self.name, ""))

    @property
    def width(self) -> str:
        return {"integer": "width-10", "decimal": "width-10", "duration": "width-10", "phone": "width-20"}.get(
            self.kind, ""
        )


def read_raw(kind: str, name: str, posted: QueryDict | MultiValueDict[str, str]) -> Raw:
    """What was typed for the question ``name``, kept as it was typed; parsing is the engine's."""
    if kind == "choices":
        return list(posted.getlist(name))
    parts = [part for part, *_rest in _parts(kind)]
    if not parts:
        return str(posted.get(name, "")).strip()
    told = {part: str(posted.get(f"{name}.{part}", "")).strip() for part in parts}
    return told if any(told.values()) else ""


def plain(kind: str, raw: Raw) -> Raw:
    """Raw input as ``engine.values.parse`` takes it: a date's three parts become one text."""
    if kind not in ("date", "datetime") or not isinstance(raw, Mapping):
        return raw
    year, month, day = (str(raw.get(part, "")) for part in ("year", "month", "day"))
    text = f"{year}-{month.zfill(2)}-{day.zfill(2)}"
    return f"{text}T{raw.get('time', '')}" if kind == "datetime" else text


def _parts(kind: str) -> tuple[tuple[str, str, str, str], ...]:
    if kind in ("date", "datetime"):
        dated = (
            ("day", _("Day"), "", "width-2"),
            ("month", _("Month"), "", "width-2"),
            ("year", _("Year"), "", "width-4"),
        )
        return (*dated, ("time", _("Time"), "", "width-4")) if kind == "datetime" else dated
    if kind == "address":
        return (
            ("street", _("Street and number"), "street-address", ""),
            ("postcode", _("Postcode"), "postal-code", "width-4"),
            ("city", _("Town or city"), "address-level2", "width-20"),
            ("country", _("Country"), "country-name", "width-20"),
        )
    if kind == "person":
        return (("name", _("Full name"), "", ""), ("email", _("E-mail address"), "", ""))
    return ()
