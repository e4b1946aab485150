"""What would differ for a case under another version, in the words of its type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backline.catalogue.versions import LoadedType
from backline.insight.trying import Trial


@dataclass(frozen=True, kw_only=True)
class TrialLine:
    """One case, and what would differ."""

    case: str
    version: int
    words: tuple[str, ...]


def told(trial: Trial, other: LoadedType, language: str) -> TrialLine:
    """One case, in words."""
    return TrialLine(case=trial.case, version=trial.version, words=tuple(_words(trial, other, language)))


def _words(trial: Trial, other: LoadedType, language: str) -> Iterator[str]:
    found, texts = trial.comparison, other.texts
    if found.old.outcome != found.new.outcome:
        before, after = (_outcome(one.outcome, other, language) for one in (found.old, found.new))
        yield _("ends as “%(after)s” instead of “%(before)s”") % {"before": before, "after": after}
    for fact in found.facts:
        yield _("“%(fact)s” would stand otherwise") % {"fact": texts.label(fact.fact, language)}
    for wanted in found.asked:
        yield _("“%(fact)s” would be asked") % {"fact": texts.label(wanted.fact, language)}
    for wanted in found.spared:
        yield _("“%(fact)s” would not be asked") % {"fact": texts.label(wanted.fact, language)}
    for effect in found.effects:
        yield _("“%(action)s” would be done") % {"action": texts.action(effect.action, language)}
    for orphan in found.orphans:
        yield _("“%(action)s” was done, and is unknown to it") % {"action": orphan}


def _outcome(name: str | None, other: LoadedType, language: str) -> str:
    return other.texts.outcome(name, language) if name else _("not decided yet")
