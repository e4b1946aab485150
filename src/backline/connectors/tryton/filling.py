"""Templates of a file filled with arguments, and with what has to be found in the server first."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from backline.connectors.holes import HOLE, filled
from backline.connectors.tryton.reading import Find, Search
from backline.connectors.tryton.rpc import Session
from backline.connectors.tryton.values import of_field

MOST = 1000


class NotFound(Exception):
    """What a value needs is not there, or there several times."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class Models:
    """What the server says of its models' fields, asked once."""

    def __init__(self, session: Session) -> None:
        self._session, self._fields = session, dict[str, Mapping[str, Any]]()
        self._lock = threading.Lock()

    def fields(self, model: str, ends: float) -> Mapping[str, Any]:
        """The fields of a model by their names, each with its type and relation."""
        with self._lock:
            known = self._fields.get(model)
        if known is None:
            known = self._session.call(f"model.{model}.fields_get", [], ends=ends)
            with self._lock:
                self._fields[model] = known
        return known


class Filling:
    """One operation with its arguments."""

    def __init__(self, session: Session, models: Models, names: Mapping[str, Any], *, ends: float) -> None:
        self._session, self._models, self._names, self._ends = session, models, names, ends

    def found(self, search: Search, fields: list[str], *, limit: int = MOST) -> list[dict[str, Any]]:
        """The records of a search, with these fields."""
        order = [list(one) for one in search.order] or None
        told = self._session.call(
            f"model.{search.model}.search_read", self.domain(search), 0, limit, order, fields,
            ends=self._ends, context=self.plain(search.context),
        )  # fmt: skip
        return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []

    def domain(self, search: Search) -> list[list[Any]]:
        """The clauses of a search with their values."""
        return [[name, operator, self.value(told)] for name, operator, told in search.where]

    def values(self, model: str, told: Mapping[str, Any]) -> dict[str, Any]:
        """The values of a record, as each of its fields takes them; rows of a list are made with it."""
        fields = self._models.fields(model, self._ends)
        filled = {}
        for name, one in told.items():
            kind = fields.get(name, {}).get("type", "")
            if kind == "one2many" and isinstance(one, list):
                relation = str(fields[name]["relation"])
                filled[name] = [["create", [self.values(relation, row) for row in one]]]
            else:
                filled[name] = of_field(kind, self.value(one))
        return filled

    def plain(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """A mapping with its holes filled."""
        return {name: self.value(one) for name, one in told.items()}

    def value(self, told: Any) -> Any:
        """One value: a text that is nothing but a hole is the value itself."""
        if isinstance(told, Find):
            return self._find(told)
        if isinstance(told, list):
            return [self.value(one) for one in told]
        if not isinstance(told, str):
            return told
        alone = HOLE.fullmatch(told)
        return self._names.get(alone[1]) if alone else filled(told, self._names)

    def _find(self, find: Find) -> Any:
        found = self.found(find.search, [find.take], limit=2)
        if not found:
            raise NotFound(find.otherwise, f"{find.search.model} has no such record")
        if len(found) > 1 and not find.first:
            raise NotFound("ambiguous", f"{find.search.model} has several such records")
        return at(found[0], find.take)


def at(record: Mapping[str, Any], path: str) -> Any:
    """The value of ``party.name``: the server nests what is behind a dot under ``party.``."""
    name, dot, rest = path.partition(".")
    if not dot:
        return record.get(name)
    inner = record.get(f"{name}.")
    return at(inner, rest) if isinstance(inner, dict) else None
