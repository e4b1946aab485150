"""Frozen rows, built by the thousand: a frozen dataclass's own way of setting its fields costs three times as much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

Row = TypeVar("Row")


def builder(row: type[Row]) -> Callable[..., Row]:
    """Makes rows of a frozen dataclass with slots from the values of all its fields, in their order."""
    new = object.__new__
    put = tuple(row.__dict__[one.name].__set__ for one in fields(row))  # type: ignore[arg-type]

    def build(*values: Any) -> Row:
        made = new(row)
        for set_field, value in zip(put, values, strict=True):
            set_field(made, value)
        return made

    return build


def quick(row: type[Row]) -> type[Row]:
    """The same frozen dataclass with a quicker ``__init__``, which sets its slots, or all that it has, directly."""
    of = fields(row)  # type: ignore[arg-type]
    known: dict[str, Any] = {"missing": MISSING, "set_all": object.__setattr__}
    parameters = [_parameter(one, known) for one in of]
    made = [f" {one.name} = make_{one.name}() if {one.name} is missing else {one.name}" for one in of if _is_made(one)]
    text = "\n".join([f"def __init__(self, {', '.join(parameters)}):", *made, *_setting(row, of, known)])
    exec(text, known)  # noqa: S102 (names of our own fields, as dataclasses does itself)
    known["__init__"].__qualname__ = f"{row.__qualname__}.__init__"
    row.__init__ = known["__init__"]  # type: ignore[method-assign]
    return row


def _parameter(one: Field[Any], known: dict[str, Any]) -> str:
    """A field as a parameter, keyword only where the first of these says so."""
    name, star = one.name, "*, " if one.kw_only and not known.get("starred") else ""
    known["starred"] = known.get("starred") or one.kw_only
    if _is_made(one):
        known[f"make_{name}"] = one.default_factory
        return f"{star}{name}=missing"
    known[f"usual_{name}"] = one.default
    return f"{star}{name}" if one.default is MISSING else f"{star}{name}=usual_{name}"


def _is_made(one: Field[Any]) -> bool:
    return one.default_factory is not MISSING


def _setting(row: type, of: tuple[Field[Any], ...], known: dict[str, Any]) -> list[str]:
    if "__slots__" not in row.__dict__:
        return [f" set_all(self, '__dict__', {{{', '.join(f'{one.name!r}: {one.name}' for one in of)}}})"]
    known.update({f"put_{one.name}": row.__dict__[one.name].__set__ for one in of})
    return [f" put_{one.name}(self, {one.name})" for one in of]
