"""Checks what an operation writes in a mail, and how its answer is understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from backline.connectors.declarations import Draft, Parts, Refusal
from backline.connectors.holes import HOLE, check_holes
from backline.connectors.places import Node
from backline.connectors.reader import Reader

WRITE = ("mail", "subject", "body", "done", "take")
READ = ("subject", "take")
LONGEST = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A mail to be sent. ``done`` is found in an answer that says yes, ``take`` finds what it gives."""

    to: str
    subject: str
    body: str
    done: re.Pattern[str]
    take: Mapping[str, re.Pattern[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """The latest mail with this subject, and what is taken from it."""

    subject: str
    take: Mapping[str, re.Pattern[str]]


def read_parts(draft: Draft, reader: Reader) -> Parts:
    """The mail of a write, or the mail that a read looks for."""
    if draft.verify is not None:
        reader.wrong(draft.verify, "The answer proves it.", "Leave 'verify' out, and say 'done' in 'write'.")
    return Parts(
        read=_told(draft.read, draft, reader) if draft.read else None,
        write=_letter(draft.write, draft, reader) if draft.write else None,
        refusals=_refusals(draft, reader),
    )


def _letter(node: Node, draft: Draft, reader: Reader) -> Letter:
    reader.only(node, WRITE, "A mail")
    for key in ("mail", "subject", "body", "done"):
        if not reader.text(node, key):
            reader.wrong(node, f"A mail has to say '{key}'.")
    for key in ("subject", "body"):
        check_holes(node.get(key) or Node("", node.place), draft, reader)
    if HOLE.search(reader.text(node, "mail")):
        reader.wrong(node, "A mail goes to the address of the file, and to no other.", key="mail")
    take = _take(node.get("take"), reader)
    for name in draft.gives:
        if name not in take:
            reader.wrong(node, f"'take' has to say how '{name}' is found in the answer.")
    done = node.get("done")
    return Letter(
        to=reader.text(node, "mail"), subject=reader.text(node, "subject"), body=reader.text(node, "body"),
        done=_pattern(done, reader) if done else re.compile("$^"), take=take,
    )  # fmt: skip


def _told(node: Node, draft: Draft, reader: Reader) -> Told:
    reader.only(node, READ, "What is looked for")
    if not reader.text(node, "subject") or node.get("take") is None:
        reader.wrong(node, "A read says the 'subject' of the mail, and what to 'take' from it.")
    check_holes(node.get("subject") or Node("", node.place), draft, reader)
    return Told(subject=reader.text(node, "subject"), take=_take(node.get("take"), reader))


def _refusals(draft: Draft, reader: Reader) -> tuple[Refusal, ...]:
    refusals = []
    for code, node in draft.refuse.items() if draft.refuse else ():
        reader.only(node, ("answer", "say"), f"The refusal '{code}'")
        answer = node.get("answer")
        if answer is None:
            reader.wrong(node, f"The refusal '{code}' has to say the 'answer' by which it is known.")
            continue
        refusals.append(Refusal(code=code, condition=_pattern(answer, reader), say=reader.text(node, "say")))
    return tuple(refusals)


def _take(node: Node | None, reader: Reader) -> dict[str, re.Pattern[str]]:
    found = {name: _pattern(one, reader) for name, one in node.items()} if node else {}
    for name, pattern in found.items():
        if node is not None and pattern.groups != 1:
            reader.wrong(node, f"The pattern of '{name}' has to have one group: the value.")
    return found


def _pattern(node: Node, reader: Reader) -> re.Pattern[str]:
    """A pattern of the file; text of a mail never becomes one."""
    try:
        if len(node.text) <= LONGEST:
            return re.compile(node.text, re.IGNORECASE | re.MULTILINE)
    except re.error as wrong:
        reader.wrong(node, f"'{node.text}' is no pattern: {wrong}.")
        return re.compile("$^")
    reader.wrong(node, f"A pattern has at most {LONGEST} characters.")
    return re.compile("$^")
