"""Every case is rebuilt from its timeline and compared with what is stored; every chain is checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backline.cases.models import Case, CaseParty, Destruction, Effect, PromiseRow
from backline.cases.storage.happenings import Snapshot
from backline.cases.storage.replaying import History, history_of, replayed
from backline.cases.storage.timeline import link, payload_digest


@dataclass(frozen=True, kw_only=True)
class Broken:
    """Something that is not as the timeline tells it."""

    case: str
    where: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How many cases and entries were looked at, and what is wrong."""

    cases: int
    entries: int
    broken: tuple[Broken, ...]


def verify() -> Verdict:
    """Look at every case."""
    cases = entries = 0
    broken: list[Broken] = []
    for case in Case.objects.order_by("pk").iterator(chunk_size=200):
        history = history_of(case)
        cases, entries = cases + 1, entries + len(history)
        broken.extend(problems_of(case, history))
    return Verdict(cases=cases, entries=entries, broken=tuple(broken))


def problems_of(case: Case, history: History) -> Iterator[Broken]:
    """What is wrong with one case."""
    found = list(_chain(case, history))
    yield from found
    if found:
        return
    if case.state == "gone":
        yield from _destroyed(case, history)
        return
    snapshot = replayed(history)
    yield from _snapshot(case, snapshot)
    yield from _rows(case, snapshot)


def _chain(case: Case, history: History) -> Iterator[Broken]:
    """Numbers without a gap, each hash from the one before, each payload as its digest says."""
    before = ""
    for expected, (entry, payload) in enumerate(history, start=1):
        where = f"entry {entry.sequence}"
        if entry.sequence != expected:
            yield Broken(case=case.reference, where=where, problem=f"entry {expected} is missing")
            return
        if entry.chain != link(case.reference, before, entry):
            yield Broken(case=case.reference, where=where, problem="the entry was changed")
        if payload is None:
            yield Broken(case=case.reference, where=where, problem="the payload is missing")
        elif payload.erased_at is None and payload_digest(payload.salt, payload.data) != entry.digest:
            yield Broken(case=case.reference, where=where, problem="the payload was changed")
        before = entry.chain
    if (case.sequence, case.chain) != (len(history), before):
        yield Broken(case=case.reference, where="case", problem="the timeline was cut or added to")


def _destroyed(case: Case, history: History) -> Iterator[Broken]:
    """The certificate is there, of the chain as it was, and nothing before it says anything any more."""
    certificate = Destruction.objects.filter(case=case).first()
    if certificate is None:
        yield Broken(case=case.reference, where="case", problem="is destroyed without a certificate")
        return
    told = history[: certificate.entries]
    if not told or told[-1][0].chain != certificate.chain:
        yield Broken(case=case.reference, where="certificate", problem="is of another timeline")
    if any(payload is not None and payload.erased_at is None for _entry, payload in told):
        yield Broken(case=case.reference, where="case", problem="is destroyed in part only")


def _snapshot(case: Case, snapshot: Snapshot) -> Iterator[Broken]:
    for name in sorted(set(snapshot) | set(case.snapshot)):
        if snapshot.get(name) != case.snapshot.get(name):
            yield Broken(case=case.reference, where=f"snapshot {name}", problem="differs from the timeline")
    if (case.state, case.outcome) != (snapshot["state"], snapshot["outcome"]):
        yield Broken(case=case.reference, where="case", problem="state or outcome differ from the timeline")


def _rows(case: Case, snapshot: Snapshot) -> Iterator[Broken]:
    """Rows that people search and workers claim by."""
    rows = Effect.objects.filter(case=case).values_list("key", "state")
    own = {key: e["state"] for key, e in snapshot["effects"].items() if "of" not in e}
    yield from _compared(case, "effect", dict(rows), own)
    promises = PromiseRow.objects.filter(case=case).values_list("name", "state")
    yield from _compared(case, "promise", dict(promises), {n: p["state"] for n, p in snapshot["promises"].items()})
    parties = CaseParty.objects.filter(case=case, until__isnull=True).values_list("role", "party_id")
    told = {(role, party) for role, holders in snapshot["parties"].items() for party in holders}
    if set(parties) != told:
        yield Broken(case=case.reference, where="parties", problem="differ from the timeline")


def _compared(case: Case, kind: str, stored: dict[str, Any], told: dict[str, Any]) -> Iterator[Broken]:
    for name in sorted(set(stored) | set(told)):
        if stored.get(name) != told.get(name):
            problem = f"is {stored.get(name, 'missing')}, told as {told.get(name, 'nothing')}"
            yield Broken(case=case.reference, where=f"{kind} {name}", problem=problem)
