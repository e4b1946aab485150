"""Names of acts, teams and facts: our own as the case type says them, those of other logs as they stand there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.people.models import Staff, Team

PLAIN: Mapping[str, object] = {
    "opened": gettext_lazy("Asks for it"),
    "told": gettext_lazy("Tells more by themselves"),
    "corrected": gettext_lazy("Corrects something"),
    "looked up": gettext_lazy("Looked up"),
    "message in": gettext_lazy("Writes"),
    "message out": gettext_lazy("Message"),
    "message returned": gettext_lazy("Message came back"),
    "called": gettext_lazy("Calls"),
    "noted": gettext_lazy("Note"),
    "document": gettext_lazy("Document filed"),
    "handed over": gettext_lazy("Handed over"),
    "task added": gettext_lazy("Task added"),
    "colleague asked": gettext_lazy("Colleague asked"),
    "customer asked": gettext_lazy("Question to the customer"),
    "replied": gettext_lazy("Reply"),
    "reopened": gettext_lazy("Opened again"),
    "stuck": gettext_lazy("Stuck"),
    "unstuck": gettext_lazy("Goes on"),
}


@dataclass(frozen=True, kw_only=True)
class Names:
    """What things of one log are called."""

    title: str
    act: Callable[[str], str] = str
    team: Callable[[str], str] = str
    channel: Callable[[str], str] = str
    fact: Callable[[str], str] = str
    value: Callable[[str, str], str] = lambda _key, value: value


def names_of(name: str, *, own: bool, language: str) -> Names:
    """The names for one of our own case types, or for an imported log."""
    if not own:
        return Names(title=name)
    teams = dict(Team.objects.values_list("key", "name"))
    try:
        loaded = versions.load_current(name)
    except versions.VersionNotFound:
        return Names(title=name, team=lambda key: teams.get(key, key))
    return Names(
        title=loaded.texts.title(language),
        act=lambda told: _act(told, loaded, language),
        team=lambda key: teams.get(key, key),
        channel=_channel,
        fact=lambda key: _fact(key, loaded, language),
        value=lambda key, value: _value(key, value, loaded, language),
    )


def people_of(resources: set[str]) -> dict[str, str]:
    """Colleagues by their numbers, by name."""
    numbers = {int(one.removeprefix("staff:")) for one in resources if one.startswith("staff:")}
    return {f"staff:{pk}": name for pk, name in Staff.objects.filter(pk__in=numbers).values_list("pk", "name")}


def _act(told: str, loaded: LoadedType, language: str) -> str:
    if told in PLAIN:
        return str(PLAIN[told])
    kind, _colon, what = told.partition(": ")
    texts = loaded.texts
    patterns = {
        "answered": "%(what)s",
        "silence": _("No answer: %(what)s"),
        "reminded": _("Reminded: %(what)s"),
        "sent": _("Message: %(what)s"),
        "done": "%(what)s",
        "refused": _("Refused: %(what)s"),
        "failed": _("Failed: %(what)s"),
        "given up": _("Given up: %(what)s"),
        "ended": _("Result: %(what)s"),
    }
    if kind not in patterns:
        return told
    if kind in ("answered", "silence", "reminded"):
        said = texts.label(what, language)
    elif kind == "ended":
        said = texts.outcome(what, language)
    elif kind == "sent":
        said = what.replace("_", " ")
    else:
        said = _action(what, loaded, language)
    return patterns[kind] % {"what": said}


def _action(what: str, loaded: LoadedType, language: str) -> str:
    name, _bracket, way = what.partition(" (")
    said = loaded.texts.action(name, language)
    ways = {"undo)": _("%(what)s, taken back"), "amend)": _("%(what)s, changed")}
    return ways.get(way, "%(what)s") % {"what": said}


def _channel(key: str) -> str:
    known = {
        "portal": _("portal"),
        "phone": _("telephone"),
        "email": _("e-mail"),
        "paper": _("paper"),
        "workbench": _("workbench"),
        "link": _("signed link"),
        "system": _("system"),
        "time": _("the clock"),
    }
    return known.get(key, key)


def _fact(key: str, loaded: LoadedType, language: str) -> str:
    known = {"outcome": _("Result"), "channel": _("Began by"), "owner": _("Owner"), "type version": _("Version")}
    return known.get(key) or loaded.texts.label(key, language)


def _value(key: str, value: str, loaded: LoadedType, language: str) -> str:
    if key == "channel":
        return _channel(value)
    if key == "outcome":
        return loaded.texts.outcome(value, language)
    fact = loaded.definition.facts.get(key)
    if fact is None:
        return value
    if fact.type.kind == "yes/no":
        return _("yes") if value == "yes" else _("no")
    return loaded.texts.choice(key, value, language)
