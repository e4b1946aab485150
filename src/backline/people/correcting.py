"""A colleague corrects where a party is reached by post, and the party can read who did."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backline.people.actors import Actor
from backline.people.looking import log_look
from backline.people.models import Party
from backline.people.parties import describe_party
from backline.people.refusals import NotAllowed, Refusal

MOST_LINES, LONGEST = 6, 100


def correct_address(*, party: Party, by: Actor, address: str, purpose: str, now: datetime) -> Party:
    """The address as it stands below the name in the window of an envelope."""
    if by.kind not in ("staff", "system"):
        raise NotAllowed(_("Only colleagues correct an address here."))
    lines = [line.strip() for line in address.splitlines() if line.strip()]
    if not lines or len(lines) > MOST_LINES or any(len(line) > LONGEST for line in lines):
        raise Refusal(_("Write the address in one to six lines."))
    log_look(by=by, party=party, purpose=purpose, what=_("the address, corrected"), now=now)
    return describe_party(party=party, details={"address": "\n".join(lines)})
