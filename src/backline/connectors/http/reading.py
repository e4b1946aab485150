"""Checks the requests of an operation and prepares them."""

from __future__ import annotations

from typing import Any

from backline.connectors.arguments import is_known
from backline.connectors.declarations import Draft, Parts, Refusal
from backline.connectors.http.requests import HOLE, JOINT, Request
from backline.connectors.places import Node
from backline.connectors.reader import Reader

METHODS = ("get", "post", "put", "patch", "delete")
KNOWN = (*METHODS, "query", "body", "at")


def read_parts(draft: Draft, reader: Reader) -> Parts:
    """The requests of an operation, ready to fill."""
    return Parts(
        read=_request(draft.read, draft, reader, keyed=False) if draft.read else None,
        write=_request(draft.write, draft, reader, keyed=True) if draft.write else None,
        verify=_request(draft.verify, draft, reader, keyed=True) if draft.verify else None,
        refusals=_refusals(draft, reader),
    )


def _request(node: Node, draft: Draft, reader: Reader, *, keyed: bool) -> Request:
    reader.only(node, KNOWN, "A request")
    named = [method for method in METHODS if node.get(method)]
    if len(named) != 1:
        reader.wrong(node, "A request names one method with its path.", "For example: 'get: /members/{member_no}'.")
        return Request(method="GET", path="/")
    place = node.get(named[0]) or node
    path = place.text
    if not path.startswith("/") or path.startswith("//") or "://" in path or "?" in path or "#" in path:
        reader.wrong(
            place, "A path starts with one '/', and lies under the system's 'url'.", "Parameters go to 'query'."
        )
    for part in (place, node.get("query"), node.get("body")):
        if part is not None:
            _check_holes(part, draft, reader, keyed)
    query, body, at = node.get("query"), node.get("body"), node.get("at")
    return Request(
        method=named[0].upper(), path=path, query={key: one.text for key, one in query.items()} if query else {},
        body=_plain(body) if body else None, at=tuple(at.text.split(".")) if at else (),
    )  # fmt: skip


def _check_holes(node: Node, draft: Draft, reader: Reader, keyed: bool) -> None:
    for one in _texts(node):
        for name in HOLE.findall(one.text):
            if not (is_known(name, draft.parameters, JOINT) or (keyed and name == "key")):
                reader.wrong(one, f"'{{{name}}}' is no parameter of '{draft.name}'.", "Add it to 'with'.")


def _texts(node: Node) -> list[Node]:
    if isinstance(node.value, dict):
        return [text for one in node.value.values() for text in _texts(one)]
    if isinstance(node.value, list):
        return [text for one in node.value for text in _texts(one)]
    return [node]


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(one) for key, one in node.value.items()}
    return [_plain(one) for one in node.value] if isinstance(node.value, list) else node.value


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
