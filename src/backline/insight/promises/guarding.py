"""May this be promised? The guard compares what a draft promises with what the back office has achieved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backline.catalogue.models import Version
from backline.catalogue.packing import digest_of, pack, unpack
from backline.catalogue.publishing import Verdict
from backline.catalogue.reading.texts import Texts
from backline.catalogue.versions import assemble
from backline.engine.calendars import Calendar
from backline.engine.definition import CaseType, DefinitionProblems, Promise, Span
from backline.insight.promises.blaming import Bottleneck, bottlenecks
from backline.insight.promises.keeping import Kept, keepable, kept
from backline.insight.promises.learning import recent
from backline.insight.promises.lives import Life, lives_of
from backline.insight.promises.watched import clock_for


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the guard says of one promise."""

    promise: Promise
    kept: Kept | None
    instead: Span | None
    """The shortest time that would have been kept; None where none was"""
    bottleneck: Bottleneck | None

    @property
    def holds(self) -> bool:
        """Whether it may be made: it is kept often enough, or too little is known to say otherwise."""
        return self.kept is None or not self.kept.known or self.kept.share >= float(self.promise.level)


def findings(definition: CaseType, *, calendar: Calendar, now: datetime) -> list[Finding]:
    """What past cases of this type say of each promise of a definition, published or not."""
    lives = lives_of(definition, now=now)
    return [finding(lives, promise, calendar=calendar, now=now) for promise in definition.promises.values()]


def finding(lives: list[Life], promise: Promise, *, calendar: Calendar, now: datetime) -> Finding:
    """What these cases say of one promise. The newest count where they are enough to tell, else all."""
    newest = list(recent(lives))
    found = kept(newest, promise, calendar)
    if found is None or not found.known:
        newest, found = lives, kept(lives, promise, calendar)
    if found is None or found.share >= float(promise.level):
        return Finding(promise=promise, kept=found, instead=promise.within, bottleneck=None)
    _name, clock = clock_for(lives, calendar, now)
    worst = bottlenecks(newest, promise, calendar, clock)
    instead = keepable(newest, promise, calendar, float(promise.level))
    return Finding(promise=promise, kept=found, instead=instead, bottleneck=worst[0] if worst else None)


def verdict_on(folder: Path, *, calendar: Calendar, now: datetime, reason: str = "") -> Verdict | None:
    """What the guard says of a draft; None where nothing changes, or where it cannot be read."""
    try:
        files = pack(folder)
        loaded = assemble(*unpack(files, str(folder)), number=0, files=files)
    except DefinitionProblems:
        return None
    definition = loaded.definition
    last = Version.objects.filter(key=definition.key).order_by("-number").first()
    if last is not None and last.digest == digest_of(files):
        return None
    broken = [one for one in findings(definition, calendar=calendar, now=now) if not one.holds]
    return Verdict(
        keeps=not broken,
        findings=tuple(words_of(one, loaded.texts) for one in broken),
        reason=reason.strip() if broken else "",
    )


def words_of(one: Finding, texts: Texts) -> str:
    """The evidence, the bottleneck, and what could be promised instead, in the language of who reads it now."""
    return " ".join(_sentences(one, texts))


def _sentences(one: Finding, texts: Texts) -> Iterator[str]:
    if one.kept is None:
        return
    told = {
        "name": _quoted(texts.promise(one.promise.name, get_language() or "")),
        "within": span_words(one.promise.within),
        "share": percent(one.kept.share), "low": percent(one.kept.low), "high": percent(one.kept.high),
        "level": percent(float(one.promise.level)), "cases": one.kept.cases,
    }  # fmt: skip
    yield (
        _(
            "%(name)s within %(within)s would be kept in %(share)s of the requests (%(low)s to %(high)s; the last "
            "%(cases)s requests), and %(level)s are asked for."
        )
        % told
    )
    if one.bottleneck:
        yield _("Most of the time goes into: %(what)s (%(share)s of it).") % {
            "what": bottleneck_words(one.bottleneck, texts), "share": percent(one.bottleneck.share),
        }  # fmt: skip
    if one.instead:
        yield _("Within %(within)s would hold.") % {"within": span_words(one.instead)}


def blamed_words(told: Mapping[str, Any], texts: Texts) -> str:
    """A bottleneck as JSON, in words."""
    return bottleneck_words(Bottleneck(**told), texts)


def is_about(words: str, promise: str, texts: Texts) -> bool:
    """Whether a finding that was kept is about this promise, in whatever language it was written down."""
    labels = {texts.promise(promise, language) for language in ("", *texts.told)}
    return any(words[1:].startswith((f"{label}”", f"{label}“")) for label in labels)


def _quoted(words: str) -> str:
    return _("“%(words)s”") % {"words": words}


def bottleneck_words(one: Bottleneck, texts: Texts) -> str:
    """``“Does it fit?”, a task of the team withdrawals``."""
    language = get_language() or ""
    named = (
        texts.action(one.what.rpartition("/")[2], language) if one.kind == "does" else texts.label(one.what, language)
    )
    what = _quoted(named)
    if one.kind in ("work", "settle", "exception"):
        return _("%(what)s, a task of the team %(who)s") % {"what": what, "who": one.who}
    if one.kind == "does" and one.who:
        return _("%(what)s, in the system %(who)s") % {"what": what, "who": one.who}
    return f"{what} ({one.who})" if one.who else what


def percent(share: float) -> str:
    """Never rounded up to a hundred."""
    hundredths = 100 * share
    shown = f"{hundredths:.0f}" if hundredths < 99.5 or share >= 1.0 else f"{min(hundredths, 99.9):.1f}"
    return f"{shown} %"


def span_words(span: Span | None) -> str:
    """``3 business days``."""
    if span is None:
        return ""
    n = span.amount
    if span.business:
        return ngettext("%(n)s business day", "%(n)s business days", n) % {"n": n}
    words = {
        "seconds": ngettext("%(n)s second", "%(n)s seconds", n),
        "minutes": ngettext("%(n)s minute", "%(n)s minutes", n),
        "hours": ngettext("%(n)s hour", "%(n)s hours", n),
        "days": ngettext("%(n)s day", "%(n)s days", n),
        "weeks": ngettext("%(n)s week", "%(n)s weeks", n),
        "months": ngettext("%(n)s month", "%(n)s months", n),
        "years": ngettext("%(n)s year", "%(n)s years", n),
    }
    return words[span.unit] % {"n": n}
