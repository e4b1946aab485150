"""Checks the requests of an operation and prepares them."""

from __future__ import annotations

from backline.connectors.declarations import Draft, Parts, Refusal
from backline.connectors.holes import check_holes
from backline.connectors.http.agreeing import agreement, check
from backline.connectors.http.openapi import Described
from backline.connectors.http.paging import WAYS
from backline.connectors.http.requests import Pages, Request
from backline.connectors.places import Node
from backline.connectors.reader import Reader

METHODS = ("get", "post", "put", "patch", "delete")
KNOWN = (*METHODS, "query", "body", "at", "pages")
DESCRIBED = ("operation", "with", "body", "at", "pages")


def read_parts(draft: Draft, reader: Reader) -> Parts:
    """The requests of an operation, ready to fill."""
    return Parts(
        read=_request(draft.read, draft, reader, keyed=False) if draft.read else None,
        write=_request(draft.write, draft, reader, keyed=True) if draft.write else None,
        verify=_request(draft.verify, draft, reader, keyed=True) if draft.verify else None,
        refusals=_refusals(draft, reader),
    )


def _request(node: Node, draft: Draft, reader: Reader, *, keyed: bool) -> Request:
    named = node.get("operation")
    reader.only(node, DESCRIBED if named else KNOWN, "A request")
    method, path, place = ("", "/", node) if named else _told(node, reader)
    for part in (place, node.get("query"), node.get("body"), node.get("with")):
        if part is not None and part is not node:
            check_holes(part, draft, reader, also="key" if keyed else "")
    query, body, at = node.get("query"), node.get("body"), node.get("at")
    given = {key: one.text for key, one in query.items()} if query else {}
    if named:
        method, path, given = _from_document(named, node, draft, reader)
    return Request(
        method=method or "GET", path=path, query=given, body=body.plain() if body else None,
        at=tuple(at.text.split(".")) if at else (), pages=_pages(node.get("pages"), draft, reader),
    )  # fmt: skip


def _told(node: Node, reader: Reader) -> tuple[str, str, Node]:
    named = [method for method in METHODS if node.get(method)]
    if len(named) != 1:
        reader.wrong(node, "A request names one method with its path.", "For example: 'get: /members/{member_no}'.")
        return "GET", "/", node
    place = node.get(named[0]) or node
    path = place.text
    if not path.startswith("/") or path.startswith("//") or "://" in path or "?" in path or "#" in path:
        reader.wrong(
            place, "A path starts with one '/', and lies under the system's 'url'.", "Parameters go to 'query'."
        )
    return named[0].upper(), path, place


def _from_document(named: Node, node: Node, draft: Draft, reader: Reader) -> tuple[str, str, dict[str, str]]:
    """Method, path and query of an operation of the service's own description, which has to agree with the file."""
    own = draft.settings.own
    agreed = agreement(named, draft, own.document if own else None, reader)
    if agreed is None:
        return "GET", "/", {}
    described = agreed.described
    given = dict(node.get("with").items()) if node.get("with") else _of_same_name(described, draft, named)  # type: ignore[union-attr]
    check(agreed, node, given, draft, reader)
    path, query = described.path, dict[str, str]()
    for one in described.parameters:
        if one.place == "path" and one.name in given:
            path = path.replace(f"{{{one.name}}}", given[one.name].text)
        elif one.place == "query" and one.name in given:
            query[one.name] = given[one.name].text
    return described.method, path, query


def _of_same_name(described: Described, draft: Draft, named: Node) -> dict[str, Node]:
    """Parameters that are called alike in the file and in the document."""
    names = [one.name for one in described.parameters if one.place in ("path", "query")]
    return {name: Node(f"{{{name}}}", named.place) for name in names if name in draft.parameters}


def _pages(node: Node | None, draft: Draft, reader: Reader) -> Pages | None:
    if node is None:
        return None
    reader.only(node, ("by", "next", "query", "first", "most"), "'pages'")
    by, following, query = reader.text(node, "by"), reader.text(node, "next"), reader.text(node, "query")
    if by not in WAYS:
        reader.wrong(node, f"'by' is one of {', '.join(WAYS)}.")
    if (by == "cursor" and not (following and query)) or (by == "number" and not query):
        reader.wrong(node, f"Pages by {by} need {'next and ' if by == 'cursor' else ''}query.")
    if draft.returns is not None and draft.returns.kind != "list":
        reader.wrong(node, "Pages are of a list: say 'returns: {list: ...}'.")
    first = node.get("first")
    return Pages(
        by=by, next=tuple(following.split(".")) if following else (), query=query,
        first=0 if first is not None and first.text == "0" else reader.whole(first, 1),
        most=reader.whole(node.get("most"), 20),
    )  # fmt: skip


def _refusals(draft: Draft, reader: Reader) -> tuple[Refusal, ...]:
    refusals = []
    for code, node in draft.refuse.items() if draft.refuse else ():
        reader.only(node, ("status", "error", "say"), f"The refusal '{code}'")
        status, error, say = node.get("status"), node.get("error"), node.get("say")
        if status is None or not status.text.isdigit() or not 400 <= int(status.text) < 500:
            reader.wrong(node, f"The refusal '{code}' has to say its status, from 400 to 499.")
            continue
        condition = (int(status.text), error.text if error else "")
        refusals.append(Refusal(code=code, condition=condition, say=say.text if say else ""))
    return tuple(refusals)
