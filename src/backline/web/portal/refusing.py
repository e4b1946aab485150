"""What a check says, in the reader's language: the engine answers in the words of the case type itself."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backline.catalogue.versions import LoadedType
from backline.engine.evaluation import FactState
from backline.engine.values import show

HOLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def translated(
    messages: Mapping[str, str], *, loaded: LoadedType, states: Mapping[str, FactState], language: str
) -> dict[str, str]:
    """The refusals by fact, each in this language where the case type has the words."""
    return {name: _in_words(name, text, loaded, states, language) for name, text in messages.items()}


def _in_words(name: str, text: str, loaded: LoadedType, states: Mapping[str, FactState], language: str) -> str:
    fact = loaded.definition.facts.get(name)
    for position, check in enumerate(fact.checks if fact else ()):
        said = _filled(check.say, states, "")
        if said in text:
            text = text.replace(said, _filled(loaded.texts.check(name, position, language), states, language))
    return text


def _filled(text: str, states: Mapping[str, FactState], language: str) -> str:
    def value(hole: re.Match[str]) -> str:
        state = states.get(hole[1])
        if state is None or state.status != "value":
            return hole[0]
        return show(state.value, language=language) if language else show(state.value)

    return HOLE.sub(value, text)
