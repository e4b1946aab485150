"""A directory as a system of record: searches that change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backline.connectors.arguments import flat
from backline.connectors.contract import (
    Found,
    Missing,
    NotDone,
    ReadResult,
    Refused,
    RehearseResult,
    VerifyResult,
    WriteResult,
)
from backline.connectors.converting import BrokenAnswer, Converter
from backline.connectors.declarations import Operation, System
from backline.connectors.holes import JOINT
from backline.connectors.ldap.asking import Away, Directory, Entry, SaidNo
from backline.connectors.ldap.filters import filled
from backline.connectors.ldap.listing import Person, people
from backline.connectors.ldap.settings import LdapSettings
from backline.engine.definition import ValueType
from backline.engine.values import encode

ONLY_READ = Refused(code="rejected", message="a directory is only read")
MOST = 1000


class LdapConnector:
    """One directory."""

    def __init__(self, system: System, _folder: Path) -> None:
        self._own: LdapSettings = system.settings.own
        self._directory = Directory(system.settings)
        self._converter = Converter(system.records, system.settings.currency, system.settings.zone)

    def read(self, operation: Operation, arguments: Mapping[str, Any], *, deadline_s: float) -> ReadResult:
        """Search, and make what was found the declared type."""
        search = operation.read
        names = flat(operation.parameters, arguments, JOINT)
        try:
            entries = self._directory.search(
                under=search.under, wanted=filled(search.filter, names), attributes=list(search.attributes.values()),
                deadline_s=deadline_s, most=MOST,
            )  # fmt: skip
            return self._found(operation, entries)
        except Away as wrong:
            return Missing(reason="late" if wrong.late else "down", detail=str(wrong), for_now=True)
        except SaidNo as wrong:
            return Missing(reason="refused", detail=str(wrong))
        except BrokenAnswer as wrong:
            return Missing(reason="broken", detail=str(wrong))

    def write(self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float) -> WriteResult:
        """Never."""
        return ONLY_READ

    def verify(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> VerifyResult:
        """Nothing was written."""
        return NotDone()

    def rehearse(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> RehearseResult:
        """Nothing would be written."""
        return ONLY_READ

    def check(self, *, deadline_s: float) -> str:
        """Sign in and look at the base."""
        return self._directory.check(deadline_s=deadline_s)

    def close(self) -> None:
        """Nothing is kept open."""

    def people(self, *, deadline_s: float) -> list[Person]:
        """Everybody who works here, with their teams. Raises Away, SaidNo, or ValueError without 'staff'."""
        if self._own.staff is None:
            raise ValueError("'settings' does not say where 'staff' stand")
        return people(self._directory, self._own.staff, deadline_s=deadline_s)

    @property
    def teams(self) -> frozenset[str]:
        """The teams whose members the directory decides on."""
        return frozenset(self._own.staff.teams.values()) if self._own.staff else frozenset()

    def _found(self, operation: Operation, entries: list[Entry]) -> ReadResult:
        kind = operation.returns or ValueType(kind="text")
        told = [
            {member: entry.first(attribute) for member, attribute in operation.read.attributes.items()}
            for entry in entries
        ]
        if kind.kind == "list":
            raw: Any = told if "." in kind.of else [next(iter(one.values())) for one in told]
        elif kind.kind == "yes/no":
            raw = bool(told)
        elif not told:
            return Missing(reason="none")
        elif len(told) > 1:
            return Missing(reason="broken", detail=f"{len(told)} entries where one was expected")
        else:
            composed = kind.kind in ("record", "person", "organisation", "address")
            raw = told[0] if composed else next(iter(told[0].values()))
        value = self._converter.value(kind, raw)
        return Missing(reason="none") if value is None else Found(value=encode(value), type=kind)
