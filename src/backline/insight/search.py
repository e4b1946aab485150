"""Search over what one may see: references as they are heard on the phone, names, numbers, searchable facts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from backline.cases.indexing import comparable
from backline.cases.models import Case, CaseParty, Searchable
from backline.cases.reach import cases_within_reach
from backline.cases.references import ReferenceRefused, read_reference
from backline.people import identifiers
from backline.people.actors import Actor
from backline.people.models import Identifier, Party
from backline.people.refusals import NotAnIdentifier

MOST = 30
LETTERS = """Alfa Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Juliet Kilo Lima Mike November Oscar
Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey Whisky X-ray Xray Yankee Zulu"""
DIGITS = """zero one two three four five six seven eight nine
null eins zwei drei vier fünf sechs sieben acht neun"""
SPOKEN = {word.lower(): word[0] for word in LETTERS.split()} | {
    word: str(digit) for line in DIGITS.splitlines() for digit, word in enumerate(line.split())
}
"""How letters and digits are read out"""
LATER = re.compile(r"[^0-9A-Z]")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found, the nearest first."""

    cases: tuple[Case, ...]
    people: tuple[Party, ...]
    exact: bool = False
    """The words are the reference of the one case found"""


def search(words: str, *, by: Actor, now: datetime) -> Found:
    """What these words name, within this colleague's reach."""
    words = words.strip()[:200]
    if len(words) < 2:
        return Found(cases=(), people=())
    reach = cases_within_reach(by, now=now)
    if (heard := heard_reference(words)) and (case := reach.filter(reference=heard).first()):
        return Found(cases=(case,), people=(), exact=True)
    people = list(people_named(words, reach)[:MOST])
    found = reach.filter(_like_reference(words) | _by_fact(words) | _of(people)).order_by("-opened_at").distinct()
    return Found(cases=tuple(found[:MOST]), people=tuple(people))


def heard_reference(words: str) -> str:
    """The reference that was written, or read out letter by letter; empty where it is none."""
    for text in (words, spoken(words)):
        try:
            return read_reference(text)
        except ReferenceRefused:
            continue
    return ""


def spoken(words: str) -> str:
    """``hotel whiskey 4 foxtrot 7 kilo 2 9`` as letters and digits."""
    parts = re.split(r"[\s,;.]+", words.lower())
    return "".join(SPOKEN.get(part, part) for part in parts)


def people_named(words: str, reach: QuerySet[Case]) -> QuerySet[Party]:
    """People of cases within reach by a part of their name, and anybody by exactly what they are known by."""
    reached = Exists(CaseParty.objects.filter(party=OuterRef("pk"), case__in=reach))
    named = Q(reached)
    for word in words.split():
        named &= Q(name__icontains=word)
    known = Q(Exists(Identifier.objects.filter(party=OuterRef("pk"), value__in=_spelt(words))))
    return Party.objects.filter(named | known).order_by("name", "pk")


def _spelt(words: str) -> set[str]:
    """The words as identifiers are stored."""
    spelt = {words, words.upper(), words.lower()}
    for kind in (identifiers.EMAIL, identifiers.PHONE):
        try:
            spelt.add(identifiers.normal(kind, words))
        except NotAnIdentifier:
            continue
    return spelt


def _like_reference(words: str) -> Q:
    """A part of a reference, or a whole one with a single character misheard."""
    plain = LATER.sub("", spoken(words).upper())
    if not 4 <= len(plain) <= 9:
        return Q(pk__in=())
    if len(plain) < 8:
        tail = f"{plain[:4]}-{plain[4:]}" if len(plain) > 4 else plain
        return Q(reference__contains=tail)
    written = f"{plain[:-6]}-{plain[-6:-2]}-{plain[-2:]}"
    near = Q(pk__in=())
    for at in range(len(written)):
        near |= Q(reference__startswith=written[:at], reference__endswith=written[at + 1 :])
    return near


def _by_fact(words: str) -> Q:
    value = comparable(words)
    like = {"value__startswith": value} if len(value) > 2 else {"value": value}
    return Q(Exists(Searchable.objects.filter(case=OuterRef("pk"), **like)))


def _of(people: list[Party]) -> Q:
    return Q(Exists(CaseParty.objects.filter(case=OuterRef("pk"), party__in=[one.pk for one in people])))
