"""Facts, with their sources, checks and, for a list, what is known and done per item."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from backline.catalogue.reading.actions import read_actions, read_doubts
from backline.catalogue.reading.fields import PATH, Fields
from backline.catalogue.reading.nodes import Items, Scalar
from backline.catalogue.reading.sources import read_sources
from backline.catalogue.reading.types import read_type_of
from backline.engine.definition import Agree, Check, Expression, Fact, ValueType

RANGE = re.compile(r"(\d{1,5})(?:\.\.(\d{1,5})?)?\Z")
OF_LISTS = ("many", "starts", "done", "repeat", "facts", "actions")


def read_facts(fields: Fields, key: str = "facts", prefix: str = "") -> dict[str, Fact]:
    """The facts behind ``key``, by name."""
    found = {}
    for name, entry in fields.parts(key):
        own = Fields(entry.value, "fact", f"the fact '{prefix}{name}'", fields.complaints)
        if not own.entries:
            own.place = entry.key.place
        found[name] = replace(_fact(own, name, prefix), place=entry.key.place)
    return found


def _fact(own: Fields, name: str, prefix: str) -> Fact:
    type_ = read_type_of(own)
    _refuse_keys_of_lists(own, type_)
    low, high = _many(own)
    return Fact(
        name=name,
        type=type_,
        label=own.text("label"),
        help=own.text("help"),
        sources=read_sources(own),
        checks=tuple(_checks(own)),
        if_=own.expression("if"),
        else_=_value(own, "else", type_),
        lapse=_value(own, "lapse", type_),
        optional=own.yes("optional"),
        hide=own.names("hide"),
        discreet=own.yes("discreet"),
        searchable=own.yes("searchable"),
        fresh=own.span("fresh"),
        agree=_agree(own),
        doubts=read_doubts(own, "doubts"),
        many=(low, high),
        of=own.name("of") if type_.kind == "list" else "",
        starts=own.expression("starts"),
        done=own.expression("done"),
        repeat=own.expression("repeat"),
        facts=read_facts(own, "facts", f"{prefix}{name}."),
        actions=read_actions(own, f"{prefix}{name}."),
    )


def _refuse_keys_of_lists(own: Fields, type_: ValueType) -> None:
    if type_.kind == "list":
        return
    for key in OF_LISTS:
        if key in own:
            own.say(
                key, f"Only a list has '{key}'; {own.what} is {type_.kind}.", "Make it 'type: list', or take it away."
            )
    if "of" in own and type_.kind != "signature":
        own.say("of", f"Only a list or a signature has 'of'; {own.what} is {type_.kind}.", "Take it away.")


def _value(own: Fields, key: str, type_: ValueType) -> Expression | None:
    """A value of last resort: a choice's key may stand there without quotes of its own."""
    expression = own.expression(key)
    if expression is not None and expression.text in type_.choices:
        return replace(expression, text=f"'{expression.text}'")
    return expression


def _checks(own: Fields) -> Iterator[Check]:
    node = own.node("check")
    if node is None:
        return
    for item in node.items if isinstance(node, Items) else [node]:
        check = Fields(item, "check", f"a check of {own.what}", own.complaints)
        must, say = check.expression("must"), check.text("say")
        if must is None or not say:
            mend = 'Write check: [{must: "amount <= limit", say: "At most {limit}."}].'
            check.complaints.say(check.place, f"{check.what} needs 'must' and 'say'.", mend)
        else:
            yield Check(must=must, say=say)


def _agree(own: Fields) -> Agree | None:
    node = own.node("agree")
    if node is None:
        return None
    if isinstance(node, Scalar):
        return Agree(fact=own.one_name(node, PATH))
    inner = Fields(node, "agree", f"'agree' of {own.what}", own.complaints)
    return Agree(fact=inner.name("with", PATH), tolerance=inner.number("within") or Decimal(0))


def _many(own: Fields) -> tuple[int, int | None]:
    text = own.text("many")
    if not text:
        return (0, None)
    found = RANGE.match(text)
    if not found:
        own.say("many", f"'{text}' does not say how many.", "Write '1..10', '2..' or '3'.")
        return (0, None)
    low = int(found[1])
    high = int(found[2]) if found[2] else (None if ".." in text else low)
    if high is not None and high < low:
        own.say("many", f"'{text}' ends below where it begins.", f"Write '{high}..{low}'.")
    return (low, high)
