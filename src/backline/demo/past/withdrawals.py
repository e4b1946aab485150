"""Withdrawals in hardship, as they may have gone: bills that suffice by themselves, bills that somebody judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from backline.cases.storage import encoding
from backline.demo.past.days import Desk, Worker, lognormal
from backline.demo.past.people import as_row
from backline.demo.past.tale import TICK, Tale
from backline.engine.values import Money, Row
from backline.people.models import Party

KINDS = {
    "medical": "medical_bill", "tuition": "tuition_invoice", "eviction": "eviction_notice", "funeral": "funeral_bill"
}  # fmt: skip
REASONS = ("medical", "tuition", "eviction", "funeral")
COMMON = (50, 25, 17, 8)
SMALL = 500
"""Nobody quarrels about a bill for an amount up to this"""
MISTAKES = 0.02
CHANNELS = (("portal", 70), ("phone", 18), ("email", 12))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What one person asked for, and what their bill says."""

    party: Party
    reason: str
    amount: int
    billed: int
    kind: str
    married: bool
    legible: bool

    @property
    def settles_itself(self) -> bool:
        """The document says enough: nobody has to judge."""
        return self.kind == KINDS[self.reason] and self.billed >= self.amount


def ask(party: Party, chance: Random) -> Asked:
    """Somebody's need."""
    reason = chance.choices(REASONS, COMMON)[0]
    amount = min(max(50 * round(lognormal(chance, 1900, 0.7) / 50), 150), 9000)
    part = chance.choices(
        [chance.uniform(1.0, 1.25), chance.uniform(0.85, 1), chance.uniform(0.3, 0.85)], [38, 34, 28]
    )[0]
    fits = chance.random() < 0.9
    kind = KINDS[reason] if fits else chance.choice([one for one in KINDS.values() if one != KINDS[reason]])
    return Asked(
        party=party, reason=reason, amount=amount, billed=max(round(amount * part), 20), kind=kind,
        married=chance.random() < 0.38, legible=chance.random() < 0.9,
    )  # fmt: skip


def judged(asked: Asked, worker: Worker, chance: Random) -> bool:
    """What this colleague says of it: a rule that is written nowhere, and now and then a mistake."""
    right = asked.kind == KINDS[asked.reason] and (
        asked.amount <= SMALL or asked.billed >= worker.strict * asked.amount
    )
    return right if chance.random() >= MISTAKES else not right


@dataclass
class Withdrawal:
    """One request on its way to the desk, and beyond."""

    tale: Tale
    asked: Asked
    spouse: Party
    papers: dict[str, Row]
    ready: datetime
    """From when on the desk could work on it"""
    given: datetime
    """When the evidence was there"""


def begin(tale: Tale, asked: Asked, spouse: Party, papers: dict[str, Row]) -> Withdrawal:
    """Up to where an employee is needed, or the answer is clear."""
    chance, actor = tale.chance, f"party:{asked.party.pk}"
    tale.open(asked.party.name, {"participant": asked.party.pk})
    at = tale.opened
    told: dict[str, object] = {"reason": asked.reason, "amount": _euro(asked.amount)}
    for fact, value in told.items():
        tale.say(at, fact, value, source="ask", who=actor, role="participant", channel=tale.channel)
    row: dict[str, object] = {"participant": as_row(asked.party)}
    looked_up: dict[str, object] = {
        "balance": _euro(asked.amount * chance.randint(3, 20)), "married": asked.married, "plan_needs_spouse": True
    }  # fmt: skip
    for fact, value in looked_up.items():
        tale.say(at, fact, value, source="lookup", who="system:recordkeeper", basis=row)
    given = _evidence(tale, asked, papers, actor)
    ready = _consent(tale, asked, spouse, given) if asked.married else given
    return Withdrawal(tale, asked, spouse, papers, ready, given)


def finish(one: Withdrawal, desk: Desk, now: datetime, slow: Sequence[tuple[datetime, datetime]]) -> None:
    """The judgement, where one is needed, the payment, the letter, and what became of the promises."""
    tale, asked = one.tale, one.asked
    at, supports = one.ready, True
    if not asked.legible:
        at = _read_by_hand(one, desk, at)
    if not asked.settles_itself:
        at, supports = _judge(one, desk, at)
    met = at
    tale.decide(met, "paid" if supports else "declined")
    done = _carry_out(one, met, slow) if supports else None
    letter = (done or met) + timedelta(seconds=tale.chance.uniform(1, 3))
    tale.effect(done or met, letter, f"letter_{'paid' if supports else 'declined'}",
                f"letter:{'paid' if supports else 'declined'}", {"amount": _euro(asked.amount)})  # fmt: skip
    tale.promise("answer", one.given, at=one.given, met=met, now=now)
    if supports:
        tale.promise("money", one.given, at=one.given, met=done, now=now)
    tale.end(letter, "paid" if supports else "declined")


def _evidence(tale: Tale, asked: Asked, papers: dict[str, Row], actor: str) -> datetime:
    """At once, or when it was found."""
    chance = tale.chance
    at_once = chance.random() < 0.55
    wait = timedelta(minutes=lognormal(chance, 4, 0.5)) if at_once else timedelta(hours=lognormal(chance, 40, 0.9))
    given = tale.opened + min(wait, timedelta(days=25))
    channel = tale.channel if at_once or chance.random() < 0.6 else "email"
    want = tale.want(tale.opened, "ask", "evidence", "participant")
    document = papers[asked.kind]
    tale.say(given, "evidence", document, source="ask", who=actor, role="participant", channel=channel)
    if asked.legible:
        basis: dict[str, object] = {"evidence": document}
        tale.say(given, "billed", _euro(asked.billed), source="read", who="system:backline", basis=basis)
    tale.answered(want, given, actor, channel)
    return given


def _consent(tale: Tale, asked: Asked, spouse: Party, given: datetime) -> datetime:
    """Husband or wife are asked; the clock stands still until they have answered."""
    chance = tale.chance
    want = tale.want(given, "ask", "spouse_agrees", "spouse", basis={"agreed_up_to": None})
    tale.tell(given, "joined", {"party": spouse.pk, "role": "spouse"})
    agreed = given + min(timedelta(hours=lognormal(chance, 22, 1.0)), timedelta(days=9))
    actor = f"party:{spouse.pk}"
    tale.say(agreed, "spouse_agrees", True, source="ask", who=actor, role="spouse", channel="link")
    tale.answered(want, agreed, actor, "link")
    tale.paused = agreed - given
    return agreed


def _read_by_hand(one: Withdrawal, desk: Desk, ready: datetime) -> datetime:
    """A poor scan: somebody types the amount."""
    worker, taken, done = desk.work_off(ready, minutes=5.0)
    document = one.papers[one.asked.kind]
    want = one.tale.want(ready, "work", "billed", "withdrawals")
    one.tale.take(want, max(taken, ready + TICK), worker.actor, worker.name)
    one.tale.say(done, "billed", _euro(one.asked.billed), source="work", who=worker.actor, channel="workbench",
                     basis={"evidence": document})  # fmt: skip
    one.tale.answered(want, done, worker.actor, "workbench")
    return done


def _judge(one: Withdrawal, desk: Desk, ready: datetime) -> tuple[datetime, bool]:
    """Does the document support the reason and the amount?"""
    tale, asked = one.tale, one.asked
    worker, taken, done = desk.work_off(ready)
    supports = judged(asked, worker, tale.chance)
    basis: dict[str, object] = {
        "evidence": one.papers[asked.kind], "reason": asked.reason, "amount": _euro(asked.amount),
        "billed": _euro(asked.billed),
    }  # fmt: skip
    want = tale.want(ready, "work", "evidence_supports", "withdrawals", skill="evidence", shows=list(basis),
                     basis=encoding.encode_members(basis))  # fmt: skip
    tale.take(want, max(taken, ready + TICK), worker.actor, worker.name)
    tale.say(done, "evidence_supports", supports, source="work", who=worker.actor, channel="workbench", basis=basis)
    tale.answered(want, done, worker.actor, "workbench")
    return done, supports


def _carry_out(one: Withdrawal, at: datetime, slow: Sequence[tuple[datetime, datetime]]) -> datetime:
    """The payment: seconds, or as long as the record keeper was down."""
    paid = at + timedelta(seconds=one.tale.chance.uniform(0.02, 4))
    for since, until in slow:
        if since <= paid < until:
            paid = until + timedelta(minutes=one.tale.chance.uniform(1, 30))
    amount = _euro(one.asked.amount)
    payload: dict[str, object] = {"gross": amount, "net": amount, "participant": as_row(one.asked.party)}
    gives: dict[str, object] = {"payment_number": f"PAY-{one.tale.number:06d}"}
    one.tale.effect(at, paid, "pay", "recordkeeper.withdraw", payload, gives)
    return paid


def _euro(amount: int) -> Money:
    return Money(Decimal(amount).quantize(Decimal("0.01")), "EUR")
