"""From folders to case types: gathers the files, reads them together, and says all that is wrong at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backline.catalogue.reading.case_types import read_case_type
from backline.catalogue.reading.completing import complete
from backline.catalogue.reading.consistency import check_names
from backline.catalogue.reading.fields import Complaints
from backline.catalogue.reading.further import further_problems
from backline.catalogue.reading.reaching import check_systems
from backline.catalogue.reading.shared import Group, read_shared
from backline.catalogue.reading.systems import read_systems
from backline.catalogue.reading.templates import Templates, read_templates
from backline.catalogue.reading.texts import Texts, read_texts
from backline.engine.definition import CaseType, DefinitionProblems, Place, Problem, Surroundings

MOST_BYTES = 1_000_000
MOST_FILES = 300
ENDINGS = (".yaml", ".csv", ".md")
TYPE = "type.yaml"


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What stands around a case type: systems, and shared facts in their groups."""

    surroundings: Surroundings = field(default_factory=Surroundings)
    groups: Mapping[str, Group] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadType:
    """A case type as read: the definition, its words, its letters and messages, and the files that it came from."""

    definition: CaseType
    texts: Texts
    templates: Templates
    files: Mapping[str, str]


def read_type(folder: Path, neighbourhood: Neighbourhood | None = None) -> CaseType:
    """The case type in ``folder``; raises DefinitionProblems."""
    return read_folder(folder, neighbourhood).definition


def read_folder(folder: Path, neighbourhood: Neighbourhood | None = None) -> ReadType:
    """The case type in ``folder`` with its words and letters; without a neighbourhood, the one around it is read."""
    files = files_of(folder)
    return read_files(files, str(folder), neighbourhood or read_neighbourhood(folder.parent))


def read_files(files: Mapping[str, str], folder: str, neighbourhood: Neighbourhood) -> ReadType:
    """The case type in ``files`` (path inside of the folder -> content); raises DefinitionProblems."""
    if TYPE not in files:
        message, mend = f"There is no {TYPE} in {folder}.", "Begin it with 'case:', 'title:', 'for:', 'owner:'."
        raise DefinitionProblems([Problem(place=Place(file=f"{folder}/{TYPE}"), message=message, mend=mend)])
    complaints = Complaints()
    written = read_case_type(files, folder, neighbourhood.groups, complaints)
    templates = read_templates(files, folder, complaints)
    definition = complete(written, neighbourhood.surroundings, templates)
    check_names(definition, templates, complaints)
    check_systems(definition, neighbourhood.surroundings, complaints)
    texts = read_texts(files, folder, definition, complaints)
    if complaints.problems:
        further = further_problems(definition, neighbourhood.surroundings, complaints.problems, files, folder)
        raise DefinitionProblems([*complaints.problems, *further])
    return ReadType(definition, texts, templates, files)


def read_neighbourhood(types: Path) -> Neighbourhood:
    """What stands around the case types in the folder ``types``: its shared.yaml, and connectors beside or above it."""
    shared, connectors = types / "shared.yaml", types / "connectors"
    if not connectors.is_dir():
        connectors = types.parent / "connectors"
    systems = {str(path): _content(path) for path in sorted(connectors.glob("*.yaml"))}
    return neighbourhood_of(_content(shared) if shared.is_file() else "", systems, str(shared))


def neighbourhood_of(shared: str, systems: Mapping[str, str], name: str = "shared.yaml") -> Neighbourhood:
    """The same from contents: of shared.yaml, and of each connector by its path; raises DefinitionProblems."""
    complaints = Complaints()
    groups = read_shared(shared, name, complaints) if shared else {}
    found = read_systems(systems, complaints)
    if complaints.problems:
        raise DefinitionProblems(complaints.problems)
    facts = {name: fact for group in groups.values() for name, fact in group.facts.items()}
    return Neighbourhood(Surroundings(operations=found.operations, records=found.records, shared=facts), groups)


def files_of(folder: Path) -> dict[str, str]:
    """The texts that make up a case type: path inside of the folder -> content."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix in ENDINGS and path.is_file() and not any(part.startswith(".") for part in inside.parts):
            found[inside.as_posix()] = _content(path)
        if len(found) > MOST_FILES:
            raise _wrong(path, f"There are more than {MOST_FILES} files in {folder}.", "A case type is one folder.")
    return found


def _content(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise _wrong(path, f"This file is larger than {MOST_BYTES:,} bytes.", "Split it.")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        before = path.read_bytes()[: wrong.start]
        place = Place(file=str(path), line=before.count(b"\n") + 1, column=wrong.start - before.rfind(b"\n"))
        message, mend = "This is not text in UTF-8.", "Save the file with the encoding UTF-8."
        raise DefinitionProblems([Problem(place=place, message=message, mend=mend)]) from None


def _wrong(path: Path, message: str, mend: str) -> DefinitionProblems:
    return DefinitionProblems([Problem(place=Place(file=str(path)), message=message, mend=mend)])
