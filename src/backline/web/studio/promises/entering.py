"""Who may see how promises are kept: analysts, administrators, auditors, and whoever leads a team."""

from __future__ import annotations

from backline.people.actors import Actor
from backline.web.ui.colleagues import for_colleagues

DUTIES = ("analyst", "administrator", "auditor")


def _owns(actor: Actor) -> bool:
    return bool(actor.leads) or any(actor.has_duty(duty) for duty in DUTIES)


for_owners = for_colleagues(_owns)
