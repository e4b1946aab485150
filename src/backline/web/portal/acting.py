"""Who acts for another sees the request as that person does, but for what is hidden from those who act."""

from __future__ import annotations

from collections.abc import Iterator

from backline.cases.authority import Held
from backline.cases.models import Effect
from backline.cases.showing.hiding import hidden_facts
from backline.channels.models import Message
from backline.web.portal.knowing import Known


def acts_for(known: Known) -> dict[int, str]:
    """The names of those for whom they act now, by party: by a mandate, or in a role that is for that."""
    if known.pending:
        return {}
    found: dict[int, str] = {}
    for held in known.held.values():
        for role in _givers(known, held):
            found.update({int(row.id): str(row.get("name") or "") for row in known.look.record.parties.get(role, ())})
    found.pop(known.by.party_id or 0, None)
    return found


def acting_words(known: Known) -> str:
    """For whom, to be read on the page; empty for one's own."""
    return ", ".join(name for name in acts_for(known).values() if name)


def messages_for(known: Known) -> list[Message]:
    """What we sent to them, and to those for whom they act as far as nothing in it is hidden from who acts."""
    own, others = known.by.party_id, list(acts_for(known))
    rows = Message.objects.filter(case__in=known.rows, party__in=[own, *others])
    hidden = hidden_facts(known.look.reader, known.loaded.definition) if others else frozenset[str]()
    found = rows.prefetch_related("documents", "wants").order_by("pk")
    return [row for row in found if row.party_id == own or not hidden & set(_told_in(known, row))]


def writers(known: Known) -> frozenset[str]:
    """Whose messages to us they read: their own; and those of whom they act for, where nothing is hidden from them."""
    hidden = hidden_facts(known.look.reader, known.loaded.definition)
    others = () if hidden else acts_for(known)
    return frozenset({known.by.id, *(f"party:{party}" for party in others)})


def _givers(known: Known, held: Held) -> Iterator[str]:
    """The roles of those who are stood for."""
    declared = known.loaded.definition.roles.get(held.role)
    if held.by_mandate:
        yield held.role
    elif declared is not None and declared.mandate and declared.of and held.running:
        yield declared.of


def _told_in(known: Known, message: Message) -> Iterator[str]:
    """The facts of which it speaks."""
    yield from (want.fact for want in message.wants.all() if want.fact)
    key = "/".join(message.key.split("/")[:5])
    for effect in Effect.objects.filter(case__in=known.rows, key=key):
        yield from effect.payload
