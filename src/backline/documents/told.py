"""What people say in a call or a chat: facts of a case type, found by words and patterns in what was written down.

``types/kinds.yaml``::

    told:
      hardship-withdrawal:                       # a case type
        amount: {type: money, near: [need, take out], currency: EUR}    # a fact: rules as for fields of documents
        reason:                                  # a choice: the words that name each
          words: {medical: [doctor, dentist], tuition: [university, school]}
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from backline.documents.fields import FieldReading, around, find_field
from backline.documents.kinds import FieldRule, KindsRefused, read_rule
from backline.documents.page_lines import Line, lines_of
from backline.documents.reading import PageText, Reading, Word
from backline.documents.recognising import normal

NAMED, IN_DOUBT = 0.9, 0.5
"""How sure a choice is that is named by its words: alone, or beside others"""
SPEAKER = re.compile(r"^(?:\[\d+:\d\d\] )?([^:]{1,60}):(?: |$)")


@dataclass(frozen=True, kw_only=True)
class ToldRule:
    """How a fact is told: beside words, or as one of several choices."""

    beside: FieldRule | None = None
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def told_rules(type_key: str) -> Mapping[str, ToldRule]:
    """By fact, for a case type; empty where the organisation has none."""
    path = Path(settings.FOLDER) / "types" / "kinds.yaml"
    if not path.exists():
        return {}
    return _read(path, path.stat().st_mtime_ns).get(type_key, {})


def find_told(reading: Reading, rules: Mapping[str, ToldRule], *, but: Collection[str] = ()) -> dict[str, FieldReading]:
    """What was told, by fact, with its place. Turns of the speakers in ``but`` are left out."""
    spoken = replace(reading, pages=tuple(_of_others(page, but) for page in reading.pages), form=())
    found = {name: _found(spoken, rule) for name, rule in rules.items()}
    return {name: one for name, one in found.items() if one is not None}


def _found(reading: Reading, rule: ToldRule) -> FieldReading | None:
    return _said(reading, rule.beside) if rule.beside else _chosen(reading, rule.words)


def _said(reading: Reading, rule: FieldRule) -> FieldReading | None:
    """What was said last, since people correct themselves; in doubt where something else was said before."""
    first, last = find_field(reading, rule), find_field(reading, replace(rule, pick="last"))
    if first is None or last is None or first.value == last.value:
        return last
    return replace(last, confidence=min(last.confidence, IN_DOUBT))


def _chosen(reading: Reading, words: Mapping[str, tuple[str, ...]]) -> FieldReading | None:
    """The choice that is named first; in doubt where another is named as well."""
    found = [
        (choice, number, named)
        for number, line in _lines(reading)
        for choice, ones in words.items()
        if (named := next(filter(None, (_named(line, one) for one in ones)), ()))
    ]
    if not found:
        return None
    choice, number, named = found[0]
    sure = NAMED if len({one[0] for one in found}) == 1 else IN_DOUBT
    return FieldReading(value=choice, text=choice, confidence=sure, page=number, box=around(named))


def _named(line: Line, wanted: str) -> tuple[Word, ...]:
    """The words of the line that are these."""
    said, parts = [normal(word.text).strip(" :.,;!?\"'") for word in line], normal(wanted).split()
    for at in range(len(said) - len(parts) + 1):
        if said[at : at + len(parts)] == parts:
            return line[at : at + len(parts)]
    return ()


def _lines(reading: Reading) -> Iterator[tuple[int, Line]]:
    for page in reading.pages:
        yield from ((page.number, line) for line in lines_of(page.words))


def _of_others(page: PageText, but: Collection[str]) -> PageText:
    """The page without the turns of these speakers; a line without a name goes on with the one before."""
    if not but:
        return page
    kept: list[Word] = []
    left_out, mute = {name.casefold() for name in but}, False
    for line in lines_of(page.words):
        if named := SPEAKER.match(" ".join(word.text for word in line)):
            mute = named[1].casefold() in left_out
        kept += () if mute else line
    return replace(page, words=tuple(kept))


@functools.lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Mapping[str, Mapping[str, ToldRule]]:
    told = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (strings and mappings alone)
    types = _mapping((told or {}).get("told", {}), f"{path}: told")
    return {
        key: {
            name: _rule(said, f"{path}: told.{key}.{name}") for name, said in _mapping(facts, f"{path}: {key}").items()
        }
        for key, facts in types.items()
    }


def _rule(said: Any, where: str) -> ToldRule:
    said = _mapping(said, where)
    if "words" not in said:
        return ToldRule(beside=read_rule(said, where))
    if set(said) != {"words"}:
        raise KindsRefused(f"{where}: 'words' stands alone")
    words = _mapping(said["words"], f"{where}.words")
    return ToldRule(words={choice: tuple([ones] if isinstance(ones, str) else ones) for choice, ones in words.items()})


def _mapping(said: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise KindsRefused(f"{where}: this has to hold keys and values")
    return said
