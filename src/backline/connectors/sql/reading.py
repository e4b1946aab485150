"""Checks the statements of an operation and prepares them. A statement is always text of the file, never of input."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import TextClause, text

from backline.connectors.arguments import is_known
from backline.connectors.declarations import Draft, Parts, Refusal
from backline.connectors.places import Node
from backline.connectors.reader import Reader

JOINT = "_"
ASKS = ("select", "with", "values")


def read_parts(draft: Draft, reader: Reader) -> Parts:
    """The statements of an operation, ready to run."""
    return Parts(
        read=_asking(draft.read, draft, reader, keyed=False) if draft.read else None,
        write=_statements(draft.write, draft, reader) if draft.write else None,
        verify=_asking(draft.verify, draft, reader, keyed=True) if draft.verify else None,
        refusals=_refusals(draft, reader),
    )


@lru_cache(maxsize=4096)
def binds(statement: TextClause) -> frozenset[str]:
    """The names that a statement binds."""
    return frozenset(statement.compile().params)


def _statements(node: Node, draft: Draft, reader: Reader) -> tuple[TextClause, ...]:
    nodes = node.value if isinstance(node.value, list) else [node]
    if not nodes:
        reader.wrong(node, "A write needs at least one statement.")
    prepared = tuple(_prepared(one, draft, reader, keyed=True) for one in nodes)
    if nodes and not any("key" in binds(one) for one in prepared):
        reader.wrong(node, "No statement stores ':key', so a second attempt could not be told from the first.")
    return prepared


def _refusals(draft: Draft, reader: Reader) -> tuple[Refusal, ...]:
    refusals = []
    for code, node in draft.refuse.items() if draft.refuse else ():
        condition, say = node, ""
        if isinstance(node.value, dict):
            reader.only(node, ("if", "say"), f"The refusal '{code}'")
            condition, told = node.get("if") or node, node.get("say")
            say = told.text if told else ""
        refusals.append(Refusal(code=code, condition=_asking(condition, draft, reader, keyed=True), say=say))
    return tuple(refusals)


def _asking(node: Node, draft: Draft, reader: Reader, *, keyed: bool) -> TextClause:
    if not node.text.lstrip().lower().startswith(ASKS):
        reader.wrong(node, "This has to be a statement that only asks: select ...")
    return _prepared(node, draft, reader, keyed=keyed)


def _prepared(node: Node, draft: Draft, reader: Reader, *, keyed: bool) -> TextClause:
    if not node.text.strip():
        reader.wrong(node, "This has to be one SQL statement, as text.")
    statement = text(node.text)
    for bind in sorted(binds(statement)):
        if not (is_known(bind, draft.parameters, JOINT) or (keyed and bind == "key")):
            reader.wrong(node, f"':{bind}' is no parameter of '{draft.name}'.", "Add it to 'with'.")
    return statement
