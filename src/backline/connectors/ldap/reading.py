"""Checks what an operation asks of a directory. It only reads: accounts are kept where they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backline.connectors.declarations import Draft, Parts
from backline.connectors.holes import check_holes
from backline.connectors.ldap.filters import NoFilter, must_be_filter
from backline.connectors.places import Node
from backline.connectors.reader import Reader


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """Which entries, and which attribute fills which member."""

    under: str
    filter: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def read_parts(draft: Draft, reader: Reader) -> Parts:
    """The search of an operation."""
    if draft.write is not None:
        reader.wrong(draft.write, "A directory is only read.", "Ask the system that keeps these entries.")
    return Parts(read=_search(draft.read, draft, reader) if draft.read else None, write=None, verify=None)


def _search(node: Node, draft: Draft, reader: Reader) -> Search:
    reader.only(node, ("under", "filter", "attributes"), "A search")
    told, attributes = reader.text(node, "filter"), node.get("attributes")
    try:
        must_be_filter(told)
    except NoFilter as wrong:
        reader.wrong(node.get("filter") or node, str(wrong), 'Such as "(uid={uid})".')
    check_holes(node.get("filter") or node, draft, reader)
    if attributes is None or not list(attributes.items()):
        reader.wrong(node, "A search has to say its 'attributes': MEMBER: ATTRIBUTE.")
    return Search(
        under=reader.text(node, "under"), filter=told,
        attributes={member: one.text for member, one in attributes.items()} if attributes else {},
    )  # fmt: skip
