"""Reads what a connector's file says of changes: webhooks that the system sends, and lists that we ask for."""

from __future__ import annotations

from collections.abc import Mapping

from backline.connectors.declarations import Changes, Hook, Operation, Wake
from backline.connectors.places import Node
from backline.connectors.reader import Reader

SCHEMES = ("standard", "github", "stripe", "hmac")
HOOK = ("signed", "secret", "header", "within", "type", "events")
WAKE = ("read", "with", "event", "match")
CHANGES = ("read", "every", "cursor", "wakes")


def read_hook(node: Node | None, operations: Mapping[str, Operation], reader: Reader) -> Hook | None:
    """The part ``webhooks`` of a file; None where there is none."""
    if node is None:
        return None
    reader.only(node, HOOK, "'webhooks'")
    scheme = reader.text(node, "signed") or "standard"
    if scheme not in SCHEMES:
        reader.wrong(node, f"Webhooks can't be signed by '{scheme}'.", f"Known are: {', '.join(SCHEMES)}.")
    secrets = tuple(reader.told("secret", one) for one in _several(node.get("secret")))
    if not any(secrets):
        mend = "Say 'secret: {environment: NAME}', or a list of them while it changes."
        reader.wrong(node, "Webhooks without a secret could come from anybody.", mend)
    events = node.get("events")
    return Hook(
        scheme=scheme,
        secrets=tuple(one for one in secrets if one),
        header=reader.text(node, "header") or "X-Signature",
        within_s=reader.seconds(node.get("within"), 300.0),
        type=reader.text(node, "type") or "type",
        events={name: _wake(one, operations, reader) for name, one in (events.items() if events else ())},
    )


def read_changes(node: Node | None, operations: Mapping[str, Operation], reader: Reader) -> dict[str, Changes]:
    """The part ``changes`` of a file: lists of what is new, each with its cursor."""
    found = {}
    for name, one in node.items() if node is not None else ():
        reader.only(one, CHANGES, f"'{name}' of 'changes'")
        read = reader.text(one, "read")
        operation = operations.get(read)
        if operation is None or operation.writes or "cursor" not in operation.parameters:
            reader.wrong(one, f"'{name}' has to name a read with the parameter 'cursor'.", "Say 'read: OPERATION'.")
        found[name] = Changes(
            read=read,
            every_s=max(reader.seconds(one.get("every"), 60.0), 1.0),
            cursor=reader.text(one, "cursor") or "id",
            wake=_wake(one.get("wakes") or Node({}, one.place), operations, reader),
        )
    return found


def _wake(node: Node, operations: Mapping[str, Operation], reader: Reader) -> Wake:
    reader.only(node, WAKE, "What a change wakes")
    read = reader.text(node, "read")
    if read and (read not in operations or operations[read].writes):
        reader.wrong(node, f"'{read}' is no read of this system.")
    given = node.get("with")
    return Wake(
        read=read,
        arguments={name: one.text.strip() for name, one in (given.items() if given else ())},
        event=reader.text(node, "event"),
        match=reader.text(node, "match"),
    )


def _several(node: Node | None) -> list[Node]:
    if node is None:
        return []
    return list(node.value) if isinstance(node.value, list) else [node]
