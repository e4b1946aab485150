"""What differs between two versions, or a draft and the current one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backline.project.command import DONE, REFUSED, Refused
from backline.project.commands.types.printing import count, difference_row, print_problems
from backline.project.printing import print_json
from backline.project.starting import start

if TYPE_CHECKING:
    from backline.catalogue.models import Version


def diff(args: argparse.Namespace) -> int:
    """Print what differs."""
    start()
    from backline.catalogue.comparing import differences, text_differences
    from backline.engine.definition import CaseType, DefinitionProblems

    try:
        if args.type.removesuffix(".yaml").endswith("shared"):
            return _diff_shared(args)
        old, new = _sides(args)
    except DefinitionProblems as wrong:
        print_problems(wrong.problems)
        return REFUSED
    sides: tuple[CaseType, CaseType] = (old[1], new[1])
    found = [*differences(*sides), *text_differences(old[2], new[2])]
    if args.json:
        print_json(
            {"type": sides[1].key, "old": old[0], "new": new[0], "differences": [difference_row(one) for one in found]}
        )
    else:
        for one in found:
            print(one)
        print(f"{count(found, 'difference')} between {old[0]} and {new[0]}.")
    return DONE


def _diff_shared(args: argparse.Namespace) -> int:
    from django.conf import settings

    from backline.project.impact import print_changes

    named = Path(args.type)
    print_changes(named.parent if named.is_file() else Path(settings.FOLDER) / "types", as_json=args.json)
    return DONE


def _sides(args: argparse.Namespace) -> Any:
    """What is compared: (its name, its definition, its files), twice."""
    from backline.catalogue.packing import unpack
    from backline.catalogue.reading import read_folder
    from backline.catalogue.versions import VersionNotFound, current, published

    def stored(version: Version) -> tuple[str, Any, Any]:
        return f"version {version.number}", unpack(version.files, version.key)[0].definition, version.files

    try:
        if (Path(args.type) / "type.yaml").is_file():
            draft = read_folder(Path(args.type))
            against = published(draft.definition.key, args.old) if args.old else current(draft.definition.key)
            return stored(against), ("the draft", draft.definition, draft.files)
        new = published(args.type, args.new) if args.new else current(args.type)
        if new.number == 1 and not args.old:
            raise Refused(f"There is one version of '{args.type}' so far. Name the folder of a draft to compare with.")
        return stored(published(args.type, args.old or new.number - 1)), stored(new)
    except VersionNotFound as missing:
        raise Refused(str(missing)) from missing
