"""Something was made in both of two cases that are one request: a person looks whether one has to be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.adding import add_task
from backline.cases.fittings import fittings
from backline.cases.models import Case
from backline.catalogue import versions
from backline.engine.reconciling import Key
from backline.people.actors import SYSTEM


def look_at_doubled(*, case: Case, other: Case, doubled: Sequence[Key], now: datetime) -> None:
    """A task for the owner of the case, for each."""
    texts = versions.load(case.type_key, case.type_version).texts
    for action, _item in doubled:
        told = {"what": texts.action(action, fittings().languages[0])}
        detail = _("It was made for %(one)s and for %(other)s. Nothing was taken back by itself.")
        add_task(
            case=case,
            by=SYSTEM,
            title=_("Made twice: %(what)s") % told,
            detail=detail % {"one": case.reference, "other": other.reference},
            now=now,
        )
