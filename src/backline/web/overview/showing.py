"""A view in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.overviews import Asking, Detail, SeenPart, SeenView
from backline.web.portal.showing import any_words

NUMBERS = ("money", "integer", "decimal")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value with its label."""

    label: str
    text: str
    is_number: bool = False


@dataclass(frozen=True, kw_only=True)
class PartShown:
    """One system's contribution. ``rows`` hold a cell for each heading where there are several."""

    id: str
    name: str
    title: str
    system: str
    sign: str
    state: str
    why: str
    rows: tuple[tuple[Cell, ...], ...]
    headings: tuple[Cell, ...]
    several: bool
    at: datetime | None
    is_last_known: bool
    hidden: int
    """How many details are for other colleagues; a customer is not told of them"""
    address: str
    """Where this part alone can be had, asked anew"""

    @property
    def is_open(self) -> bool:
        """Whether the system is still to be asked."""
        return self.state == "open"


@dataclass(frozen=True, kw_only=True)
class ViewShown:
    """All parts; ``address`` is the page that asks all systems at once."""

    name: str
    title: str
    parts: tuple[PartShown, ...]
    address: str


def shown(view: SeenView, asking: Asking, *, address: str, query: str = "") -> ViewShown:
    """The view under this address; ``query`` goes with every further question."""
    parts = tuple(_part(view, part, asking, f"{address}/{part.name}{query}") for part in view.parts)
    return ViewShown(name=view.name, title=view.title, parts=parts, address=f"{address}{query}")


def _part(view: SeenView, part: SeenPart, asking: Asking, address: str) -> PartShown:
    language, for_staff = asking.language, asking.by.kind != "party"
    rows = tuple(tuple(_cell(one, language) for one in row) for row in part.rows)
    headings = rows[0] if part.several and rows else ()
    return PartShown(
        id=f"{view.name}-{part.name}", name=part.name, title=part.title, system=part.system, sign=part.sign or "dot",
        state=part.state, why=why(part), rows=rows, headings=headings, several=part.several, at=part.at,
        is_last_known=part.is_last_known, hidden=len(part.hidden) if for_staff else 0, address=address,
    )  # fmt: skip


def why(part: SeenPart) -> str:
    """Why there is nothing, or nothing new."""
    told = {
        "late": _("%(system)s did not answer in time."),
        "down": _("%(system)s can't be reached at the moment."),
        "paused": _("%(system)s failed several times. We leave it alone for a moment."),
        "broken": _("%(system)s answered something that we can't read."),
        "refused": _("%(system)s does not let us read this."),
    }
    states = {
        "missing": told.get(part.reason, told["down"]),
        "none": _("%(system)s has nothing here."),
        "unmatched": _("%(system)s does not know this person under a number that was proven."),
    }
    return states.get(part.state, "") % {"system": part.system}


def _cell(detail: Detail, language: str) -> Cell:
    if isinstance(detail.value, bool):
        text = _("Yes") if detail.value else _("No")
    else:
        text = "" if detail.value is None else any_words(detail.value, language)
    return Cell(label=detail.label, text=text, is_number=detail.type.kind in NUMBERS)
