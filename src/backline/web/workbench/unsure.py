"""What a machine read with doubt, shown large beside the question, so that a person confirms it or says better."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from backline.cases.models import Want
from backline.cases.showing.look import Look
from backline.cases.showing.views import CaseView
from backline.documents.page_parts import around
from backline.documents.reading import Box
from backline.engine.choosing import kind_of
from backline.engine.record import Assertion, Failure
from backline.web.portal import answers
from backline.web.ui.fields import Raw
from backline.web.workbench.answers import fact_of


@dataclass(frozen=True, kw_only=True)
class Unsure:
    """One reading: what stands on the page, how sure the reader was, and where it stands."""

    text: str
    percent: int
    raw: Raw
    """As a colleague would have typed it; empty where it makes no value"""
    document: int
    page: int
    box: Box
    picture: str
    """Address of the part of the page"""
    ring: tuple[int, int, int, int]
    """Where it stands in that picture: left, top, width, height in thousandths"""
    why: str = ""
    """How it was found, where no declared rule did"""


def unsure_reading(want: Want, look: Look, view: CaseView) -> Unsure | None:
    """The newest reading of what the task asks, if its document is one that the colleague may see."""
    read = [said for said in look.record.assertions if _is_of(said, want)]
    places = [(said, place) for said in read if (place := look.told.get(said.id, {}).get("place"))]
    said, place = max(places, key=lambda one: one[0].said_at, default=(None, None))
    if said is None or not place or place["document"] not in {one.id for one in view.documents}:
        return None
    box, failed = Box(*place["box"]), isinstance(said.value, Failure)
    at = [view.reference, place["document"], place["page"]]
    return Unsure(
        text=place.get("text", ""),
        percent=round(100 * said.confidence),
        raw="" if failed else answers.as_typed(fact_of(look, want), said.value),
        document=place["document"],
        page=place["page"],
        box=box,
        picture=reverse("work-page", args=at) + "?part=" + "-".join(str(round(1000 * edge)) for edge in box),
        ring=_ring(box),
        why=str(place.get("why", "")),
    )


def _is_of(said: Assertion, want: Want) -> bool:
    return (said.fact, said.item) == (want.fact, want.item) and kind_of(said.source) == "read"


def _ring(box: Box) -> tuple[int, int, int, int]:
    shown = around(box)
    width, height = shown.right - shown.left, shown.bottom - shown.top
    left, top = (box.left - shown.left) / width, (box.top - shown.top) / height
    across, down = (box.right - box.left) / width, (box.bottom - box.top) / height
    return round(1000 * left) - 8, round(1000 * top) - 40, round(1000 * across) + 16, round(1000 * down) + 80
