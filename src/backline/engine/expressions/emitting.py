"""From a typed tree to lines of Python: straight-line code over five statuses, each strict part guarded once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from backline.engine.expressions.typed import Read, Typed
from backline.engine.expressions.writing import Writer


class Emitter:
    """Writes the lines of one generated module; collects the constants that they name. See the package's protocol."""

    def __init__(
        self,
        names: Mapping[Read, str],
        *,
        bits: Mapping[Read, int | str] | None = None,
        rows: Mapping[Read, str] | None = None,
    ) -> None:
        self.names = names
        self.bits: Mapping[Read, int | str] = bits or {}
        self.rows: Mapping[Read, str] = rows or {}
        self.constants: dict[str, object] = {}
        self._constant_names: dict[tuple[str, str], str] = {}
        self._temporaries = 0

    def emit(self, typed: Typed, target: str, *, wants: str = "", indent: int = 0) -> list[str]:
        """Lines that assign the expression's value to ``target`` and, if asked, or what is wanted into ``wants``."""
        writer = Writer(self, wants=wants, indent=indent)
        writer.into(typed, target)
        return writer.lines

    def temporary(self) -> str:
        """A local name not used before."""
        self._temporaries += 1
        return f"t{self._temporaries - 1}"

    def constant(self, value: object) -> str:
        """The text of a constant: itself where it is plain, else a global name."""
        if value is None or isinstance(value, bool | int | str):
            return (
                repr(value) if not isinstance(value, int) or isinstance(value, bool) or value >= 0 else f"({value!r})"
            )
        key = (type(value).__name__, repr(value.as_tuple()) if isinstance(value, Decimal) else repr(value))
        if key not in self._constant_names:
            name = f"k{len(self.constants)}"
            self._constant_names[key] = name
            self.constants[name] = value
        return self._constant_names[key]
