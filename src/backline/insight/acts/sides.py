"""On which side of the line of visibility an act of another system's log stands, told by words.

A log of another system says who did a step at best by a name. These lists are a first reading, in English, German and
Dutch (many public logs are Dutch); an analyst sets right what they get wrong, activity by activity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from backline.insight.acts.tables import DOES, PEOPLE, SEES, SYSTEMS

CUSTOMERS = re.compile(
    r"\b(customer|client|citizen|applicant|claimant|patient|member|insured|policy ?holder|borrower|requester|student"
    r"|kunde|kundin|antragsteller(in)?|bürger(in)?|patient(in)?|mitglied|klant|aanvrager|burger)\b",
    re.IGNORECASE,
)
MACHINES = re.compile(
    r"\b(system|systems|online system|automatic|automatically|automated|auto|bot|robot|service account|batch|scheduler"
    r"|daemon|cron|api|interface|crm|erp|sap|portal|automatisch|automat|systeem)\b",
    re.IGNORECASE,
)
SHOWN = re.compile(
    r"^(send|sent|mail|email|e-mail|notify|notified|notification|inform|advise|reply|respond|letter|confirm to|announce"
    r"|invite|remind|sende|senden|versende|benachrichtige|informiere|brief|bescheid|verstuur|verzend|print and send)\b"
    r"|\b(to (the )?(customer|client|applicant|claimant|patient)|letter sent|notification|confirmation sent"
    r"|acknowledge?ment|send .*(letter|mail|confirmation|invoice|reminder|decision))\b",
    re.IGNORECASE,
)
NOT_TO_THEM = re.compile(
    r"\b(underwriter|department|authority|supplier|internal|expert|colleague|team)\b", re.IGNORECASE
)
TEAMS = (
    *("org:group", "team", "group", "org:role", "role", "department", "workgroup", "unit", "queue", "abteilung"),
    *("gruppe", "rolle", "support_section", "responsible_section", "org:unit"),
)
"""Facts of a step that name its team, the surest first"""
CHANNELS = ("channel", "kanal", "eingangskanal", "contact channel", "source channel", "kanaal", "medium")
OUTCOMES = ("outcome", "result", "decision", "status", "ergebnis", "entscheidung", "last_phase")
RESOURCES = ("resource", "user", "performer", "agent", "employee", "bearbeiter", "mitarbeiter")
"""Facts that name who did it, where the log has no resource of its own"""
OF_STEP = "org:resource"
"""Stands for the resource that every step has a column for"""
NOTHING = ("", "empty", "unknown", "n/a", "none", "null", "missing", "-")
"""What logs write where they know nothing"""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a log's facts are read as sides, teams and channels."""

    team: str = ""
    """The fact of a step that is its team; ``org:resource`` for whoever did it; empty for none"""
    numbered: bool = False
    """Numbers at the end of the team's name are left out: ``Loan Officer 3`` is of ``Loan Officer``"""
    channel: str = ""
    channel_of_case: bool = False
    outcome: str = ""
    sides: Mapping[str, int] = field(default_factory=dict)
    """What an analyst said of activities"""


def side_of(activity: str, actor: str, resource: str) -> int:
    """The side of an act, by the names of what was done and who did it."""
    if CUSTOMERS.search(resource) or CUSTOMERS.fullmatch(actor):
        return DOES
    if SHOWN.search(activity) and not NOT_TO_THEM.search(activity):
        return SEES
    return SYSTEMS if MACHINES.search(resource) or MACHINES.search(actor) else PEOPLE
