"""Published versions: which is current, and each as a program, kept in the process that once loaded it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db import connections
from django.utils.translation import gettext as _

from backline.catalogue.models import Version
from backline.catalogue.packing import KINDS, unpack
from backline.catalogue.reading import Neighbourhood, ReadType
from backline.catalogue.reading.shared import Group
from backline.catalogue.reading.templates import Template
from backline.catalogue.reading.texts import Texts
from backline.engine.checking import CheckedType, check
from backline.engine.definition import CaseType
from backline.engine.generating import compile_type
from backline.engine.generating.program import Program
from backline.engine.openings import OpeningClock, clocks_of

NEWEST = {
    "sqlite": "select max(number) from catalogue_version where key = ?",
    "postgresql": "select max(number) from catalogue_version where key = %s",
}


class VersionNotFound(LookupError):
    """Nothing was published under this key, or not with this number."""


@dataclass(frozen=True)
class LoadedType:
    """One version, ready to run: its definition, its program, its words, its letters and messages."""

    key: str
    version: int
    checked: CheckedType
    texts: Texts
    templates: Mapping[tuple[str, str], Mapping[str, Template]]
    groups: Mapping[str, Group]
    """Shared facts: purpose and validity of each group"""
    kinds: str
    """How documents of each kind are read (kinds.yaml), the case type's own before the organisation's; may be empty"""

    @property
    def definition(self) -> CaseType:
        """The case type, with shared facts and all that was left to be understood."""
        return self.checked.definition

    @cached_property
    def program(self) -> Program:
        """The compiled case type; made when it is first run, since a list of services runs none."""
        return compile_type(self.checked)

    @cached_property
    def clocks(self) -> tuple[OpeningClock, ...]:
        """What opens cases of this type at a time."""
        return clocks_of(self.checked)

    def letter(self, name: str, language: str) -> Template | None:
        """The letter in this language, or in whatever language there is."""
        return _in_language(self.templates.get(("letters", name), {}), language)

    def message(self, name: str, language: str) -> Template | None:
        """The message in this language, or in whatever language there is."""
        return _in_language(self.templates.get(("messages", name), {}), language)


def current(key: str) -> Version:
    """The newest version of a case type."""
    version = Version.objects.filter(key=key).order_by("-number").first()
    if version is None:
        raise VersionNotFound(_("Nothing is published as '%(key)s'.") % {"key": key})
    return version


def published(key: str, number: int) -> Version:
    """One version of a case type."""
    version = Version.objects.filter(key=key, number=number).first()
    if version is None:
        raise VersionNotFound(_("There is no version %(number)s of '%(key)s'.") % {"number": number, "key": key})
    return version


def load(key: str, version: int) -> LoadedType:
    """One version, ready to run; a process reads and compiles it once."""
    known = _LOADED.get((key, version))
    if known is None:
        known = _LOADED[(key, version)] = loaded(published(key, version))
    return known


def load_current(key: str) -> LoadedType:
    """The newest version, ready to run."""
    # Straight to the driver: this is asked at each opening, and the row itself holds all files of the version
    connection = connections["default"]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        (number,) = connection.connection.execute(NEWEST[connection.vendor], (key,)).fetchone()
    return load(key, number) if number else load(key, current(key).number)


def forget() -> None:
    """Let go of all that was loaded; for tests, which have a database each."""
    _LOADED.clear()


def loaded(version: Version) -> LoadedType:
    """A version, read anew from the files that it was published with."""
    read, neighbourhood = unpack(version.files, version.key)
    return assemble(read, neighbourhood, number=version.number, files=version.files)


def assemble(read: ReadType, neighbourhood: Neighbourhood, *, number: int, files: Mapping[str, str]) -> LoadedType:
    """A case type that was read, now checked; raises DefinitionProblems."""
    checked = check(read.definition, neighbourhood.surroundings)
    return LoadedType(
        key=read.definition.key,
        version=number,
        checked=checked,
        texts=read.texts,
        templates=read.templates,
        groups=neighbourhood.groups,
        kinds=files.get("kinds.yaml", "") or files.get(KINDS, ""),
    )


def _in_language(templates: Mapping[str, Template], language: str) -> Template | None:
    for known in (language, language.partition("-")[0]):
        if known in templates:
            return templates[known]
    return next(iter(templates.values()), None)


_LOADED: dict[tuple[str, int], LoadedType] = {}
"""A version never changes, so what was made of it stays true"""
