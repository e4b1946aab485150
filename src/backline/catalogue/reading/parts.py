"""Roles, promises, who opens a case, and when two requests are the same."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from backline.catalogue.reading.fields import KEY, PATH, Fields
from backline.catalogue.reading.nodes import Items, Keys, Scalar
from backline.engine.definition import Opening, Promise, Role, Same

MAY = ("see", "answer", "upload", "act")


def read_roles(fields: Fields) -> dict[str, Role]:
    """The roles behind 'roles', by name."""
    found = {}
    for name, entry in fields.parts("roles"):
        own = Fields(entry.value, "role", f"the role '{name}'", fields.complaints)
        if "mandate" in own and "of" not in own:
            own.say("mandate", f"{own.what} acts by mandate, but of whom?", "Add 'of: ROLE'.")
        found[name] = Role(
            name=name,
            place=entry.key.place,
            label=own.text("label"),
            who=own.expression("who"),
            mandate=own.name("mandate"),
            of=own.name("of"),
            if_=own.expression("if"),
            until=own.expression("until"),
            while_=own.expression("while"),
            may=_may(own),
            stand_in=own.yes("stand in"),
        )
    return found


def _may(own: Fields) -> tuple[str, ...]:
    if "may" not in own:
        return ("see", "answer")
    names = own.names("may", KEY)
    for name in names:
        if name not in MAY:
            own.say("may", f"'{name}' is nothing that a role may do.", f"Known are: {', '.join(MAY)}.")
    return names


def read_promises(fields: Fields) -> dict[str, Promise]:
    """The promises behind 'promises', by name."""
    found = {}
    for name, entry in fields.parts("promises"):
        own = Fields(entry.value, "promise", f"the promise '{name}'", fields.complaints)
        if ("within" in own) == ("by" in own):
            mend = "Write either 'within: 3 business days' or 'by: DATE'."
            own.complaints.say(entry.key.place, f"the promise '{name}' needs one of 'within' and 'by'.", mend)
        if "of" not in own:
            own.complaints.say(entry.key.place, f"the promise '{name}' promises nothing.",
                               "Add 'of:' with a fact, an action, or 'outcome'.")  # fmt: skip
        found[name] = Promise(
            name=name,
            of=own.name("of", PATH),
            place=entry.key.place,
            within=own.span("within"),
            by=own.expression("by"),
            start=own.name("from", PATH),
            pause=own.names("pause"),
            when=own.expression("when"),
            calendar=own.name("calendar"),
            label=own.text("label"),
            level=own.number("level") or Decimal("0.9"),
        )
    return found


def read_same(fields: Fields) -> Same | None:
    """When a new request is the same as an earlier one; a plain list is the facts that are equal."""
    node = fields.node("same")
    if node is None:
        return None
    if not isinstance(node, Keys):
        return Same(by=fields.names("same"))
    own = Fields(node, "same", "'same'", fields.complaints)
    same = Same(by=own.names("by"), within=own.span("within"))
    if not same.by:
        own.complaints.say(own.place, "'same' does not say by what.", "Add 'by: [FACT, ...]'.")
    if own.one_of("while", ("open", "always")) == "always":
        same = replace(same, while_="always")
    if own.one_of("then", ("join", "ask")) == "ask":
        same = replace(same, then="ask")
    return same


def read_openings(fields: Fields) -> tuple[tuple[str, ...], tuple[Opening, ...]]:
    """Who opens a case (roles and teams), and what opens one by itself (events, times)."""
    node = fields.node("opens")
    if node is None:
        return (), ()
    who, openings = [], []
    for item in node.items if isinstance(node, Items) else [node]:
        if isinstance(item, Scalar):
            who.append(fields.one_name(item, KEY))
            continue
        own = Fields(item, "opening", "an entry of 'opens'", fields.complaints)
        if ("event" in own) == ("at" in own):
            own.complaints.say(
                own.place, "An entry of 'opens' needs one of 'event' and 'at'.", "Write '{event: NAME}'."
            )
        openings.append(
            Opening(
                event=own.name("event", PATH),
                at=own.expression("at"),
                every=own.span("every"),
                for_each=own.name("for each", PATH),
                place=own.place,
            )
        )
    return tuple(name for name in who if name), tuple(openings)
