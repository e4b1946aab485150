"""A simulation in words: promises and teams before and after, what happened beside it, and what steps cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.insight.promises.guarding import percent
from backline.insight.simulating.answering import Checked, Figure, Outlook, Reached
from backline.insight.simulating.recipes import Office
from backline.insight.simulating.silos import Silo
from backline.web.studio.money import money, money_range
from backline.web.studio.promises.wording import hours_words

WALL_DAY_H = 24.0


@dataclass(frozen=True, kw_only=True)
class Words:
    """What things are called."""

    office: Office
    language: str
    teams: dict[str, str]

    def title(self, key: str) -> str:
        """Of a case type."""
        return self._loaded(key).texts.title(self.language)

    def promise(self, name: str) -> str:
        """Of a promise (``TYPE/NAME``)."""
        key, _slash, promise = name.partition("/")
        return self._loaded(key).texts.promise(promise, self.language)

    def step(self, key: str, what: str) -> str:
        """Of something that a case waits for."""
        loaded = self._loaded(key)
        if what.rpartition("/")[2] in loaded.definition.actions:
            return loaded.texts.action(what.rpartition("/")[2], self.language)
        return loaded.texts.label(what, self.language)

    def time(self, promise: str, seconds: float) -> str:
        """A length on the clock of a promise."""
        day = WALL_DAY_H if promise in self.office.wall else self.office.hours.day / 3600
        return hours_words(max(seconds, 0.0) / 3600, day)

    def _loaded(self, key: str) -> LoadedType:
        return versions.load_current(key)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A figure and its interval."""

    value: str
    between: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A promise or a team, as it is and as it would be."""

    label: str
    about: str
    before: Sequence[Cell]
    after: Sequence[Cell]
    better: bool | None
    """None where it may be chance"""


def promises(before: Outlook, after: Outlook, words: Words, *, first: str) -> list[Row]:
    """Each promise: kept, and nine of ten within; the one that was asked for first."""
    names = sorted(before.promises, key=lambda name: (name != first, words.title(name.partition("/")[0]), name))
    return [
        Row(
            label=words.promise(name),
            about=words.title(name.partition("/")[0]),
            before=_cells(name, before.promises[name], words),
            after=_cells(name, after.promises[name], words) if name in after.promises else (),
            better=_better(before.promises[name].kept, after.promises[name].kept) if name in after.promises else None,
        )
        for name in names
    ]


def teams(before: Outlook, after: Outlook, words: Words) -> list[Row]:
    """Each team: how long a task waits, and how busy its people are."""
    return [
        Row(
            label=words.teams.get(team, team),
            about="",
            before=_of_team(before, team, words),
            after=_of_team(after, team, words),
            better=_better(after.waited_s[team], before.waited_s[team]),
        )
        for team in before.busy
    ]


def headline(before: Outlook, after: Outlook, focus: str, *, same: bool) -> str:
    """The answer in a sentence: for one promise, or for how many."""
    if focus:
        return _about_one(before.promises[focus].kept, after.promises[focus].kept, same=same)
    if same:
        return _("As it is. Change something, and see what would be kept.")
    changes = [_better(one.kept, after.promises[name].kept) for name, one in before.promises.items()
               if name in after.promises]  # fmt: skip
    told = {"better": changes.count(True), "worse": changes.count(False), "all": len(changes)}
    if not told["better"] and not told["worse"]:
        return _("It makes no difference to any of %(all)s promises that can be told from chance.") % told
    return _("Of %(all)s promises %(better)s would be kept more often and %(worse)s less often.") % told


def checked(found: Mapping[str, Checked], words: Words, *, first: str) -> list[dict[str, str]]:
    """What happened beside what the model says of the same time."""
    return [
        {
            "label": words.promise(name),
            "about": words.title(name.partition("/")[0]),
            "cases": str(one.cases),
            "real_kept": percent(one.real_kept),
            "kept": percent(min(one.simulated.kept.value, 1.0)),
            "real_median": words.time(name, one.real_median_s),
            "median": words.time(name, one.simulated.median_s.value),
            "real_p90": words.time(name, one.real_p90_s),
            "p90": words.time(name, one.simulated.p90_s.value),
        }
        for name, one in sorted(found.items(), key=lambda pair: (pair[0] != first, pair[0]))
    ]


def silo(one: Silo, promise: str, words: Words) -> dict[str, str]:
    """A step as a row of the map."""
    return {
        "what": words.step(promise.partition("/")[0], one.what),
        "where": words.teams.get(one.team, one.team) if one.team else _("system, or the customer"),
        "cases": str(one.cases),
        "hours": f"{one.hours:.0f}" if one.hours else "–",
        "waited": f"{one.waited:.0f}",
        "broken": str(one.broken),
        "automatic": percent(min(one.automatic.value, 1.0)),
        "quicker": percent(min(one.quicker.value, 1.0)),
        "more": f"{one.more_a_month:.1f}",
        "saves": money(one.money.value) if one.money else "–",
        "saves_range": money_range(one.money),
        "saves_quicker": money(one.money_quicker.value) if one.money_quicker else "–",
    }


def _about_one(before: Figure, after: Figure, *, same: bool) -> str:
    told = {"before": percent(before.value), "after": percent(max(min(after.value, 1.0), 0.0))}
    if same:
        return _("As it is, %(before)s of the promises are kept.") % told
    better = _better(before, after)
    if better is None:
        return _("It makes no difference that can be told from chance: %(after)s instead of %(before)s.") % told
    if better:
        return _("%(after)s of the promises would be kept, instead of %(before)s.") % told
    return _("Only %(after)s of the promises would be kept, instead of %(before)s.") % told


def _cells(name: str, one: Reached, words: Words) -> tuple[Cell, ...]:
    nine = one.p90_s
    between = f"{words.time(name, nine.low)} – {words.time(name, nine.high)}"
    return _share(one.kept), Cell(value=words.time(name, nine.value), between=between)


def _of_team(outlook: Outlook, team: str, words: Words) -> tuple[Cell, ...]:
    waits = outlook.waited_s[team]
    between = f"{words.time('', waits.low)} – {words.time('', waits.high)}"
    return Cell(value=words.time("", waits.value), between=between), _share(outlook.busy[team])


def _share(one: Figure) -> Cell:
    low, value, high = (max(min(limit, 1.0), 0.0) for limit in (one.low, one.value, one.high))
    return Cell(value=percent(value), between=f"{percent(low)} – {percent(high)}" if low < high else "")


def _better(before: Figure, after: Figure) -> bool | None:
    if after.low > before.high:
        return True
    return False if after.high < before.low else None
