"""Checks what an operation asks of a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from backline.connectors.declarations import Draft, Parts, Refusal
from backline.connectors.holes import HOLE, check_holes
from backline.connectors.places import Node
from backline.connectors.reader import Reader

READS: Mapping[str, tuple[str, ...]] = {
    "appointments": ("from", "until", "attendee"),
    "appointment": ("uid",),
    "free": ("from", "until", "length", "opens", "closes", "days"),
}
WRITES: Mapping[str, tuple[str, ...]] = {
    "book": ("starts", "ends", "summary", "place", "note", "attendee", "overlaps"),
    "move": ("uid", "etag", "starts", "ends", "overlaps"),
    "cancel": ("uid", "etag"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "appointments": ("from", "until"), "appointment": ("uid",), "free": ("from", "until", "length"),
    "book": ("starts", "ends", "summary"), "move": ("uid", "starts", "ends"), "cancel": ("uid",),
}  # fmt: skip
MOMENTS = ("from", "until", "starts", "ends")
REFUSALS: Mapping[str, str] = {
    "taken": "This time is taken.",
    "changed": "The appointment was changed meanwhile.",
    "not_found": "There is no such appointment.",
    "repeats": "An appointment that repeats is not changed from here.",
}
"""All reasons not to write, and the words where the file says none"""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """What is asked of which calendar. Both are templates."""

    what: str
    calendar: str
    given: Mapping[str, str]
    length_s: float = 0.0
    opens: time = time(0)
    closes: time = time(23, 59)
    days: frozenset[int] = field(default_factory=lambda: frozenset(range(7)))
    """Monday is 0"""
    overlaps: bool = False
    """Whether two appointments may lie at one time"""


def read_parts(draft: Draft, reader: Reader) -> Parts:
    """The act of an operation, ready to fill. A write proves itself by its key."""
    if draft.verify is not None:
        reader.wrong(draft.verify, "A calendar proves its writes by itself.", "Leave 'verify' out.")
    return Parts(
        read=_act(draft.read, READS, draft, reader) if draft.read else None,
        write=_act(draft.write, WRITES, draft, reader) if draft.write else None,
        refusals=_refusals(draft, reader),
    )


def _act(node: Node, known: Mapping[str, tuple[str, ...]], draft: Draft, reader: Reader) -> Act:
    named = [what for what in known if node.get(what)]
    if len(named) != 1:
        reader.wrong(node, f"This asks one thing of one calendar: {', '.join(known)}.", f"'{named_or(known)}: NAME'.")
        return Act(what=next(iter(known)), calendar="", given={})
    what = named[0]
    reader.only(node, (what, *known[what]), f"'{what}'")
    for key in NEEDED[what]:
        if node.get(key) is None:
            reader.wrong(node, f"'{what}' has to say '{key}'.")
    for key, one in node.items():
        _check_given(key, one, draft, reader)
    length = node.get("length")
    return Act(
        what=what, calendar=reader.text(node, what), given={key: one.text for key, one in node.items() if key != what},
        length_s=reader.seconds(length, 0.0) if length else 0.0, overlaps=reader.text(node, "overlaps") == "yes",
        opens=_hour(node.get("opens"), time(0), reader), closes=_hour(node.get("closes"), time(23, 59), reader),
        days=_days(node.get("days"), reader),
    )  # fmt: skip


def named_or(known: Mapping[str, tuple[str, ...]]) -> str:
    """An example of what may be asked."""
    return next(iter(known))


def _check_given(key: str, node: Node, draft: Draft, reader: Reader) -> None:
    check_holes(node, draft, reader)
    alone = HOLE.fullmatch(node.text)
    if key not in MOMENTS:
        return
    kind = draft.parameters.get(alone[1]) if alone else None
    if alone is None or (kind is not None and kind.kind not in ("datetime", "date")):
        reader.wrong(node, f"'{key}' is a moment: one parameter alone, such as '{{slot.starts}}'.")


def _hour(node: Node | None, default: time, reader: Reader) -> time:
    if node is None:
        return default
    try:
        return time.fromisoformat(node.text)
    except ValueError:
        reader.wrong(node, f"'{node.text}' is no time of day.", 'Say, for example, "09:00".')
        return default


def _days(node: Node | None, reader: Reader) -> frozenset[int]:
    if node is None:
        return frozenset(range(7))
    named = [one.text for one in node.value if isinstance(one, Node)] if isinstance(node.value, list) else []
    if not named or set(named) - set(DAYS):
        reader.wrong(node, "'days' is a list of days.", f"Known are: {', '.join(DAYS)}.")
    return frozenset(DAYS.index(one) for one in named if one in DAYS)


def _refusals(draft: Draft, reader: Reader) -> tuple[Refusal, ...]:
    """The file may say each reason in its own words."""
    told = dict(draft.refuse.items()) if draft.refuse else {}
    for code, node in told.items():
        if code not in REFUSALS:
            reader.wrong(node, f"A calendar never refuses for '{code}'.", f"Known are: {', '.join(REFUSALS)}.")
    words = {code: reader.text(node, "say") or node.text for code, node in told.items()}
    return tuple(Refusal(code=code, condition=None, say=words.get(code) or say) for code, say in REFUSALS.items())
