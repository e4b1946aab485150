"""Which column of a table is the case, the activity, the time and who did it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backline.insight.logs.report import LogRefused
from backline.insight.logs.told import Told

CALLED = {
    "case": """
        caseconceptname caseid casenumber case caseno traceid trace processinstanceid processinstance ticketid
        ticketnumber ticket orderid ordernumber order requestid requestnumber request incidentid incident claimid
        claimnumber claim applicationid application permitid journeyid fallid fallnummer fall vorgangsnummer vorgangsid
        vorgang aktenzeichen auftragsnummer auftrag antragsnummer antrag ticketnummer""",
    "activity": """
        conceptname activity activityname eventname eventtype event taskname task stepname step action operation
        aktivität aktivitaet tätigkeit taetigkeit schritt arbeitsschritt ereignis vorgangsschritt status state""",
    "time": """
        timetimestamp timestamp completetimestamp complete completed completedat endtime end time datetime eventtime
        eventtimestamp occurredat createdat created date at when starttimestamp starttime start zeitstempel zeitpunkt
        zeit datum uhrzeit""",
    "resource": """
        orgresource resource resourcename user username userid agent employee performer performedby assignee assignedto
        worker operator handler handledby staff who bearbeiter bearbeiterin sachbearbeiter mitarbeiter benutzer
        ausführender person team group orggroup role orgrole department""",
}
NAMES = {part: tuple(words.split()) for part, words in CALLED.items()}
"""What columns are called, the surest name first"""
NOBODY = "none"


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The names of the columns; ``guessed`` are those that nobody gave."""

    case: str
    activity: str
    time: str
    resource: str
    guessed: tuple[str, ...] = ()

    def shown(self) -> str:
        """In words."""
        parts = {part: getattr(self, part) or "nothing" for part in NAMES}
        return ", ".join(
            f"{part} is {name!r}" if name != "nothing" else f"{part}: none" for part, name in parts.items()
        )


Confirm = Callable[[Columns, Sequence[str]], Columns]
"""Asks a person whether the guess is right; answers what they say"""


def choose(header: Sequence[str], told: Told, *, is_time: Callable[[str], bool], confirm: Confirm | None) -> Columns:
    """What was told, the rest guessed, and confirmed where somebody can be asked."""
    chosen: dict[str, str] = {}
    guessed: list[str] = []
    for part in NAMES:
        given = getattr(told, part)
        if given and given != NOBODY and given not in header:
            raise LogRefused(f"there is no column {given!r}; there are {_listed(header)}")
        taken = set(chosen.values())
        chosen[part] = "" if given == NOBODY else given or _guess(part, [one for one in header if one not in taken])
        if not given and chosen[part]:
            guessed.append(part)
    if not chosen["time"]:
        chosen["time"] = next((one for one in header if one not in chosen.values() and is_time(one)), "")
    columns = Columns(**chosen, guessed=tuple(guessed))
    if guessed and confirm:
        columns = confirm(columns, header)
    for part in ("case", "activity", "time"):
        if not getattr(columns, part):
            raise LogRefused(f"no column looks like the {part}; name it with --{part}: there are {_listed(header)}")
    return columns


def _guess(part: str, header: Sequence[str]) -> str:
    plain = {re.sub(r"[\W_]+", "", name.casefold()): name for name in reversed(header)}
    for known in NAMES[part]:
        if known in plain:
            return plain[known]
    words = {name: set(re.split(r"[\W_]+", name.casefold())) for name in header}
    return next((name for known in NAMES[part] for name in header if known in words[name] and len(known) > 3), "")


def _listed(header: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in header[:30])
    return shown + (f" and {len(header) - 30} more" if len(header) > 30 else "")
