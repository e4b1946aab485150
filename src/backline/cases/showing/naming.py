"""How actors are called now, for pages that show who did something."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from backline.cases.storage import driving
from backline.connectors import systems
from backline.people.models import Party, Staff, Token


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """The names of these actors by id; a system is called by its name."""
    wanted = set(actors)
    names = {actor: _system(actor) for actor in wanted if actor.startswith("system:")}
    for kind, model in (("party", Party), ("staff", Staff), ("token", Token)):
        ids = [
            int(number) for of, _colon, number in (a.partition(":") for a in wanted) if of == kind and number.isdigit()
        ]
        if ids:
            holes = ", ".join([driving.hole(driving.vendor())] * len(ids))
            rows = driving.fetch(f"SELECT id, name FROM {model._meta.db_table} WHERE id IN ({holes})", ids)  # noqa: S608
            names.update({f"{kind}:{pk}": name for pk, name in rows})
    return names


def _system(actor: str) -> str:
    name = actor.partition(":")[2]
    if name == "backline":
        return "Backline"
    declared = systems.described(name)
    return _("the system “%(name)s”") % {"name": declared.title if declared else name}
