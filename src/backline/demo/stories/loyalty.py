"""A traveller joins and has a card number at once; joining again makes no second one and tells a stranger nothing."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

from backline.demo.stage import Line, Stage, must
from backline.demo.systems import membership, printshop

SERVICE = "loyalty-card"
EMAIL = "tilda.brandt@post.example"
ANSWERS = {
    "name": "Tilda Brandt", "email": EMAIL, "programme": "traveller", "plastic": "yes", "address.street": "Lindenweg 4",
    "address.postcode": "10115", "address.city": "Berlin", "address.country": "DE",
}  # fmt: skip
AT_ONCE_S = printshop.LATE_S
"""The click that waited for the plastic card would take longer"""


def tell(stage: Stage) -> Iterator[Line]:
    """Both parts."""
    yield _join(stage)
    yield _join_again(stage)


def _join(stage: Stage) -> Line:
    tilda = stage.person()
    tilda.begin(SERVICE)
    tilda.answer(ANSWERS)
    clicked = time.monotonic()
    shown = tilda.send(button="Send").find(r"MRD \d{4} \d{4} \d")
    seconds = time.monotonic() - clicked

    must(membership.memberships(stage.store("membership"), EMAIL) == [shown], "the number is the database's own")
    must(seconds < AT_ONCE_S, f"the number waited for nothing: it came at once, not after {seconds:.1f} s")
    must(shown in stage.mail(EMAIL, "card number").text, "the number came by e-mail, too")
    stage.wait(lambda: orders(stage, shown), "the plastic card is ordered")
    reference = tilda.reference
    outcome = stage.outcome(reference, "member")
    must(orders(stage, shown) == 1, "one card was ordered")
    return Line(
        story="A traveller joins", case=reference, channel="portal", touches=stage.touches(reference), seconds=seconds,
        outcome=outcome,
    )  # fmt: skip


def _join_again(stage: Stage) -> Line:
    before = stage.mails(EMAIL)
    (number,) = membership.memberships(stage.store("membership"), EMAIL)
    stranger = stage.person()
    stranger.begin(SERVICE)
    stranger.answer({**ANSWERS, "name": "Somebody Else", "plastic": "no"})
    clicked = time.monotonic()
    page = stranger.send(button="Send")
    seconds = time.monotonic() - clicked

    must(number not in page.html, "the page tells a stranger nothing of the number")
    must("Tilda" not in page.html, "the page tells a stranger no name")
    must("already" not in page.text.lower(), "the page does not tell that there is a membership")
    must(number in stage.mail(EMAIL, "member", after=before).text, "the number went to the address itself")
    reference = stranger.reference
    outcome = stage.outcome(reference, "already")
    must(membership.memberships(stage.store("membership"), EMAIL) == [number], "there is one membership")
    return Line(
        story="The same address again", case=reference, channel="portal", touches=stage.touches(reference),
        seconds=seconds, outcome=outcome,
    )  # fmt: skip


def orders(stage: Stage, card: str) -> int:
    """How many cards with this number the print shop was asked for."""
    with closing(sqlite3.connect(stage.store("printshop"))) as database:
        row = database.execute("select count(*) from card_order where card = ?", (card,)).fetchone()
        return int(row[0])
