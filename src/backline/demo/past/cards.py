"""New members of the traveller programme: the number at once, the plastic card when the print shop has time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from backline.demo.past.days import lognormal
from backline.demo.past.tale import Tale
from backline.engine.values import Row
from backline.people.models import Party

PROGRAMMES = ("traveller", "family", "business")


def tell(tale: Tale, party: Party, now: datetime, slow: Sequence[tuple[datetime, datetime]]) -> None:
    """Somebody joins."""
    chance, actor, at = tale.chance, f"party:{party.pk}", tale.opened
    plastic = chance.random() < 0.62
    email = f"member.{party.pk}.{tale.number}@past.example"
    tale.open(party.name, {"customer": party.pk})
    said: dict[str, object] = {
        "name": party.name, "email": email, "programme": chance.choice(PROGRAMMES), "plastic": plastic
    }  # fmt: skip
    if plastic:
        said["address"] = Row(type="address", id="", members=_address(tale.number))
    for fact, value in said.items():
        tale.say(at, fact, value, source="ask", who=actor, role="customer", channel=tale.channel)
    tale.say(at, "is_member", False, source="lookup", who="system:membership", basis={"email": email})
    tale.decide(at, "member")
    enrolled = at + timedelta(seconds=lognormal(chance, 0.4, 0.7))
    payload: dict[str, object] = {"name": party.name, "email": email, "programme": said["programme"]}
    tale.effect(at, enrolled, "enrol", "membership.enrol", payload, {"member_no": f"MRD {tale.number:08d}"})
    welcomed = enrolled + timedelta(seconds=chance.uniform(0.05, 1))
    tale.effect(enrolled, welcomed, "message_welcome", "message:welcome", {"name": party.name})
    ends = welcomed
    tale.promise("number", at, at=at, met=enrolled, now=now)
    if plastic:
        ends = _card(tale, enrolled, slow)
        tale.promise("card", at, at=at, met=ends, now=now)
    tale.end(max(ends, welcomed), "member")


def _card(tale: Tale, enrolled: datetime, slow: Sequence[tuple[datetime, datetime]]) -> datetime:
    """The print shop takes minutes or hours, and days when its machine stands still."""
    ordered = enrolled + timedelta(hours=lognormal(tale.chance, 5, 0.9))
    for since, until in slow:
        if since <= ordered < until:
            ordered = until + timedelta(hours=tale.chance.uniform(0.2, 9))
    tale.effect(enrolled, ordered, "order_card", "printshop.order", {}, {"order_no": f"CP-{tale.number}"})
    return ordered


def _address(number: int) -> dict[str, object]:
    return {"street": f"Lindenweg {1 + number % 90}", "postcode": "10115", "city": "Berlin", "country": "DE"}
