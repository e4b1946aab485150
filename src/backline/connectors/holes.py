"""Holes in the texts of a declaration, as in ``/members/{member_no}``: which names fit, and how they are filled."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from backline.connectors.arguments import is_known
from backline.connectors.declarations import Draft
from backline.connectors.places import Node
from backline.connectors.reader import Reader
from backline.engine.values import Row, encode

HOLE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
JOINT = "."
"""Between a parameter and its member: ``{person.email}``"""


def check_holes(node: Node, draft: Draft, reader: Reader, *, also: str = "") -> None:
    """Every hole in the texts below can be filled from the operation's parameters, or is the name ``also``."""
    for one in node.texts():
        for name in HOLE.findall(one.text):
            if name != also:
                check_name(name, one, draft, reader, shown=f"{{{name}}}")


def check_name(name: str, node: Node, draft: Draft, reader: Reader, *, shown: str = "") -> None:
    """A name that has to be a parameter of the operation, or a part of one."""
    if not is_known(name, draft.parameters, JOINT):
        reader.wrong(node, f"'{shown or name}' is no parameter of '{draft.name}'.", "Add it to 'with'.")


def as_text(value: Any) -> str:
    """What can be read of a value within a text; empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(int(value.total_seconds()))
    if isinstance(value, Row):
        return value.id
    return str(value) if isinstance(value, str | int | Decimal) else json.dumps(encode(value), ensure_ascii=False)


def filled(template: str, names: Mapping[str, Any], *, text: Callable[[Any], str] = as_text) -> str:
    """The text with each hole filled by what ``text`` makes of its value."""
    return HOLE.sub(lambda hole: text(names.get(hole[1])), template)
