"""All that a version needs to be read again as it was: its own files, and the shared facts and systems that it saw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from backline.catalogue.reading import (
    Neighbourhood,
    ReadType,
    files_of,
    neighbourhood_of,
    read_files,
    read_neighbourhood,
)
from backline.engine.definition import Surroundings, ValueType

AROUND = "../"
SHARED = "../shared.yaml"
KINDS = "../kinds.yaml"
SYSTEMS = "../connectors/"


def pack(folder: Path) -> dict[str, str]:
    """The files of the case type in ``folder`` and what stands around it: path -> content."""
    files = files_of(folder)
    for path in (SHARED, KINDS):
        if (beside := folder.parent / path.removeprefix(AROUND)).is_file():
            files[path] = beside.read_text(encoding="utf-8")
    return files | _systems(read_neighbourhood(folder.parent).surroundings)


def unpack(files: Mapping[str, str], name: str) -> tuple[ReadType, Neighbourhood]:
    """The case type as it was when it was packed; ``name`` stands for its folder in messages."""
    systems = {path: text for path, text in files.items() if path.startswith(SYSTEMS)}
    neighbourhood = neighbourhood_of(files.get(SHARED, ""), systems)
    own = {path: text for path, text in files.items() if not path.startswith(AROUND)}
    return read_files(own, name, neighbourhood), neighbourhood


def digest_of(files: Mapping[str, str]) -> str:
    """SHA-256 over all files, whatever their order."""
    return hashlib.sha256(json.dumps(dict(files), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _systems(surroundings: Surroundings) -> dict[str, str]:
    """Names and types of each system, without its settings: as connectors write them, in JSON, which is YAML too."""
    told: dict[str, dict[str, dict[str, object]]] = {}
    for name, record in surroundings.records.items():
        system, _, short = name.partition(".")
        kinds = {member: _as_written(type_) for member, type_ in record.members.items()}
        told.setdefault(system, {}).setdefault("records", {})[short] = kinds
    for name, operation in surroundings.operations.items():
        system, _, short = name.partition(".")
        entry: dict[str, object] = {"with": {word: _as_written(one) for word, one in operation.parameters.items()}}
        if operation.returns is not None:
            entry["returns"] = _as_written(operation.returns)
        if operation.writes:
            entry |= {"write": "yes", "gives": {word: _as_written(one) for word, one in operation.gives.items()}}
        told.setdefault(system, {}).setdefault("operations", {})[short] = entry
    return {
        f"{SYSTEMS}{system}.yaml": json.dumps({"system": system, **parts}, ensure_ascii=False, indent=1)
        for system, parts in told.items()
    }


def _as_written(type_: ValueType) -> object:
    if type_.kind == "choice":
        return {"choices": dict(type_.choices)}
    if type_.kind in ("record", "list"):
        return {type_.kind: type_.of}
    return type_.kind
