"""What promises wait for, and how long, in words."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.catalogue.reading.texts import Texts
from backline.insight.promises.lives import NOTHING
from backline.people.models import Team


def awaited_words(key: str, texts: Texts, language: str, teams: dict[str, str]) -> str:
    """The key of a stratum: ``work evidence_supports withdrawals + ask spouse_agrees spouse``."""
    if key == NOTHING:
        return _("nothing: it goes on by itself")
    return " + ".join(_one(part, texts, language, teams) for part in key.split(" + "))


def bottleneck_words(kind: str, what: str, who: str, texts: Texts, language: str, teams: dict[str, str]) -> str:
    """One thing that is awaited, and of whom."""
    return _one(f"{kind} {what} {who}".strip(), texts, language, teams)


def team_names() -> dict[str, str]:
    """What teams are called."""
    return dict(Team.objects.values_list("key", "name"))


def hours_words(hours: float, day_h: float) -> str:
    """A length of time as people say it; ``day_h`` are the hours of a day on this clock."""
    if hours * 3600 < 90:
        return _("%(n)s s") % {"n": f"{hours * 3600:.0f}"}
    if hours < 1.5:
        return _("%(n)s min") % {"n": f"{hours * 60:.0f}"}
    if hours < 1.5 * day_h:
        return _("%(n)s h") % {"n": number_format(hours, 1)}
    days = hours / day_h
    return ngettext("%(n)s day", "%(n)s days", round(days)) % {"n": number_format(days, 1)}


def _one(part: str, texts: Texts, language: str, teams: dict[str, str]) -> str:
    kind, _sep, rest = part.partition(" ")
    what, _sep, who = rest.partition(" ")
    if kind == "does":
        label = texts.action(what.rpartition("/")[2], language)
        return _("%(what)s (system %(who)s)") % {"what": label, "who": who} if who else label
    if kind == "lookup":
        return _("%(what)s: the system does not answer") % {"what": texts.label(what, language)}
    if kind == "exception":
        return _("an exception, with %(who)s") % {"who": teams.get(who, who)}
    label = texts.label(what, language)
    if kind in ("work", "settle"):
        return _("%(what)s (team %(who)s)") % {"what": label, "who": teams.get(who, who)}
    if kind == "ask":
        return _("%(what)s (asked of: %(who)s)") % {"what": label, "who": texts.role(who, language)}
    return f"{label} ({who})" if who else label
