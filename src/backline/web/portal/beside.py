"""What stands beside a question: the facts and the people that the answer is about."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from backline.engine.definition import Fact
from backline.people.models import Party
from backline.web.portal.knowing import Known
from backline.web.portal.picture import AnswerLine
from backline.web.portal.showing import value_words


def shown_beside(known: Known, names: Iterable[str]) -> list[AnswerLine]:
    """A line for each fact that the person may see, and for each role with who holds it."""
    lines = (_fact_line(known, name) or _role_line(known, name) for name in names)
    return [line for line in lines if line is not None]


def agreeing(fact: Fact) -> tuple[tuple[str, str], ...]:
    """The two answers to a consent."""
    if fact.type.kind != "consent":
        return ()
    return (("yes", _("Yes, I agree")), ("no", _("No, I don't agree")))


def _fact_line(known: Known, name: str) -> AnswerLine | None:
    state, fact = known.visible().get(name), known.loaded.definition.facts.get(name)
    if state is None or fact is None:
        return None
    words = value_words(fact, state.value, known.loaded.texts, known.language)
    return AnswerLine(label=known.loaded.texts.label(name, known.language), value=words)


def _role_line(known: Known, name: str) -> AnswerLine | None:
    holders = known.case.snapshot["parties"].get(name, ())
    names = [party.name for party in Party.objects.filter(pk__in=holders) if party.name]
    return AnswerLine(label=known.loaded.texts.role(name, known.language), value=", ".join(names)) if names else None
