"""The file type.yaml as a case type."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from backline.catalogue.reading.actions import Steps, read_actions, read_outcomes
from backline.catalogue.reading.facts import read_facts
from backline.catalogue.reading.fields import KEY, PATH, Complaints, Fields
from backline.catalogue.reading.nodes import Keys, read_yaml
from backline.catalogue.reading.parts import read_openings, read_promises, read_roles, read_same
from backline.catalogue.reading.shared import Group, used_facts
from backline.catalogue.reading.tables import read_table
from backline.engine.definition import CaseType, DefinitionProblems, Fact, Place, Problem, Table

NOBODY = "none"


def read_case_type(
    files: Mapping[str, str], folder: str, groups: Mapping[str, Group], complaints: Complaints
) -> CaseType:
    """The definition in ``files`` (path inside the folder -> content), as it is written."""
    file = f"{folder}/type.yaml"
    root = read_yaml(files["type.yaml"], file)
    if not (isinstance(root, Keys) and root.entries):
        message, mend = "This is no case type.", "Begin with 'case: KEY', 'title: ...', 'for: ROLE', 'owner: TEAM'."
        raise DefinitionProblems([Problem(place=root.place, message=message, mend=mend)])
    fields = Fields(root, "case type", "a case type", complaints)
    declared = read_actions(fields)
    steps = Steps(declared, fields.words("actions"), complaints)
    outcomes = read_outcomes(fields, steps)
    for_ = _for(fields)
    own = read_facts(fields)
    shared = used_facts(fields.names("use", PATH), groups, for_, fields.place_of("use"), complaints)
    _refuse_twice(own, shared, complaints)
    opens, openings = read_openings(fields)
    return CaseType(
        key=_key(fields, folder),
        title=_required(fields, "title", "title: What the customer asks for"),
        summary=fields.text("summary"),
        place=Place(file=file),
        for_=for_,
        owner=_owner(fields),
        keep=fields.text("keep"),
        currency=fields.text("currency"),
        use=tuple(shared),
        opens=opens,
        openings=openings,
        same=read_same(fields),
        roles=read_roles(fields),
        facts={**shared, **own},
        actions={**declared, **steps.inline},
        outcomes=outcomes,
        promises=read_promises(fields),
        tables=_tables(files, folder, complaints),
    )


def _key(fields: Fields, folder: str) -> str:
    key, name = fields.name("case", KEY), PurePosixPath(folder).name
    if "case" not in fields:
        fields.complaints.say(fields.place, "The case type has no key.", f"Begin with 'case: {name}'.")
    elif key and name and key != name:
        fields.say("case", f"The case type '{key}' stands in a folder '{name}'.", "Give both the same name.")
    return key or name


def _required(fields: Fields, key: str, example: str) -> str:
    if key not in fields:
        fields.complaints.say(fields.place, f"The case type has no {key}.", f"Add '{example}'.")
    return fields.text(key)


def _owner(fields: Fields) -> str:
    if "owner" not in fields:
        fields.complaints.say(fields.place, "The case type has no owner.", "Add 'owner: TEAM': it settles exceptions.")
    return fields.name("owner")


def _for(fields: Fields) -> str:
    if "for" not in fields:
        mend = "Add 'for: ROLE', or 'for: none' for a case without a customer."
        fields.complaints.say(fields.place, "The case type does not say for whom it is.", mend)
    name = fields.name("for")
    return "" if name == NOBODY else name


def _refuse_twice(own: Mapping[str, Fact], shared: Mapping[str, Fact], complaints: Complaints) -> None:
    for name in own.keys() & shared.keys():
        mend = "Take it away here, or give it another name."
        complaints.say(own[name].place, f"'{name}' is already a shared fact that this case type uses.", mend)


def _tables(files: Mapping[str, str], folder: str, complaints: Complaints) -> dict[str, Table]:
    found = {}
    for path in sorted(files):
        name, _, ending = path.rpartition(".")
        if ending == "csv" and "/" not in path:
            found[name] = read_table(name, files[path], f"{folder}/{path}", complaints)
    return found
