"""An open case goes on under another version of its type: the difference is shown, and a person agrees to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.authority import writes
from backline.cases.changing import change
from backline.cases.fittings import fittings
from backline.cases.models import Case
from backline.cases.refusals import ChangedMeanwhile, NotAllowed, NotOpen, Refusal
from backline.cases.said import Said
from backline.cases.storage.happenings import Happening
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.engine.comparing import Comparison, compare
from backline.people.actors import Actor

WHO_MAY = ("administrator", "analyst")


class NotAgreed(Refusal):
    """Something would differ, and nobody has agreed to it yet."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        super().__init__(_("Something would differ under that version. Please look at it and agree."))


class LeftBehind(Refusal):
    """Something was made that the other version does not know."""

    def __init__(self, orphans: tuple[str, ...]) -> None:
        self.orphans = orphans
        names = ", ".join(orphans)
        super().__init__(_("That version does not know what was made here: %(names)s.") % {"names": names})


def left_on_other_versions(key: str, version: int) -> Iterator[Case]:
    """Cases of this type that have not ended and are not under this version, the oldest first."""
    cases = Case.objects.filter(type_key=key).exclude(state="ended").exclude(type_version=version)
    yield from cases.order_by("opened_at", "pk").iterator()


def compare_versions(*, case: Case, version: int, now: datetime) -> Comparison:
    """The case under its own version and under that one; nothing is changed."""
    return _compared(case, versions.load(case.type_key, case.type_version), version, now)


def move_along(
    *,
    case: Case,
    version: int,
    by: Actor,
    now: datetime,
    agreed: bool = False,
    seen: int | None = None,
    reason: str = "",
    channel: str = "workbench",
) -> Case:
    """Go on under this version. ``agreed``: this actor has seen the difference, with the case in version ``seen``.

    Raises NotAllowed, NotOpen, LeftBehind, NotAgreed (with the comparison), ChangedMeanwhile.
    """
    if not writes(by, case) and not any(by.has_duty(duty) for duty in WHO_MAY):
        raise NotAllowed(_("This request is with another team."))

    def say(case: Case, loaded: LoadedType) -> Said:
        if case.state == "ended":
            raise NotOpen(_("This request has ended already."))
        if seen is not None and seen != case.version:
            raise ChangedMeanwhile(_("This request was changed meanwhile. Please look again."))
        comparison = _compared(case, loaded, version, now)
        if comparison.orphans:
            raise LeftBehind(comparison.orphans)
        if not comparison.same and not agreed:
            raise NotAgreed(comparison)
        data = {"from": loaded.version, "to": version, "reason": reason.strip(), "name": by.name}
        return Said(before=(Happening(kind="moved", data=data),), version=version)

    def also(case: Case) -> None:
        Case.objects.filter(pk=case.pk).update(owner=case.owner)

    return change(case, say, by=by, channel=channel, now=now, also=also, at_once=False)


def _compared(case: Case, own: LoadedType, version: int, now: datetime) -> Comparison:
    other = versions.load(case.type_key, version)
    return compare(own.program, other.program, snapshot(case), now=now, calendar=fittings().calendar)
