"""Who works here: pages of the workbench are for colleagues alone, and start from what they reach."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils import timezone

from backline.cases.models import Case
from backline.cases.reach import load_case
from backline.cases.refusals import CaseNotFound
from backline.people.actors import Actor
from backline.web.ui.colleagues import for_colleagues

for_staff = for_colleagues(lambda actor: True)


def now() -> datetime:
    """The time of this request; the only clock of the workbench."""
    return timezone.now()


def case_of(reference: str, by: Actor) -> Case:
    """The case, if this colleague reaches it; raises Http404."""
    try:
        return load_case(reference, by, now=now())
    except CaseNotFound:
        raise Http404
