"""Search over what one may see: references as they are heard on the phone, names, numbers, searchable facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from django.db.models import Exists, OuterRef, Q, QuerySet

from backline.cases.models import Case, CaseParty, Searchable
from backline.cases.reach import cases_within_reach
from backline.cases.storage.indexing import comparable
from backline.cases.storage.references import ALPHABET, ReferenceRefused, prefixes_of, read_reference
from backline.catalogue.models import Version
from backline.people import identifiers
from backline.people.actors import Actor
from backline.people.models import Identifier, Party
from backline.people.refusals import NotAnIdentifier

MOST = 30
LOOKED_AT = 500
"""Candidates of each kind whose reach is looked at: a search never costs more, however many are stored"""
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
    people = tuple(people_named(words, reach)[:MOST])
    named = {*_by_fact(words), *_of(people)}
    found = reach.filter(Q(pk__in=named) | Q(reference__in=_like_reference(words))).order_by("-opened_at")
    return Found(cases=tuple(found[:MOST]), people=people)


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
    """People of cases within reach by a part of their name, and anybody by exactly what they are known by, by name.

    Of those with the name the first ``LOOKED_AT`` are looked at.
    """
    known = Identifier.objects.filter(value__in=_spelt(words)).values_list("party", flat=True)[:LOOKED_AT]
    named = Party.objects.order_by("name", "pk")
    for word in words.split():
        named = named.filter(name__icontains=word)
    candidates = list(named.values_list("pk", flat=True)[:LOOKED_AT])
    of_case = CaseParty.objects.filter(party=OuterRef("pk")).filter(Exists(reach.filter(pk=OuterRef("case_id"))))
    found = Party.objects.filter(Q(pk__in=list(known)) | Q(Exists(of_case), pk__in=candidates))
    return found.order_by("name", "pk")


def _spelt(words: str) -> set[str]:
    """The words as identifiers are stored."""
    spelt = {words, words.upper(), words.lower()}
    for kind in (identifiers.EMAIL, identifiers.PHONE):
        try:
            spelt.add(identifiers.normal(kind, words))
        except NotAnIdentifier:
            continue
    return spelt


def _like_reference(words: str) -> list[str]:
    """What a part of a reference, or a whole one with a single character misheard, may stand for: those that exist."""
    plain = LATER.sub("", spoken(words).upper())
    if not 4 <= len(plain) <= 9:
        return []
    if len(plain) < 8:
        begin = f"{plain[:4]}-{plain[4:]}" if len(plain) > 4 else plain
        begins = (_begins("reference", f"{prefix}-{begin}") for prefix in _prefixes())
        rows = chain.from_iterable(Case.objects.filter(begun).values_list("reference")[:LOOKED_AT] for begun in begins)
        return [reference for (reference,) in islice(rows, LOOKED_AT)]
    return list(_misheard(f"{plain[:-6]}-{plain[-6:-2]}-{plain[-2:]}"))


def _prefixes() -> list[str]:
    """What references begin with here."""
    return sorted(prefixes_of(Version.objects.order_by().values_list("key", flat=True).distinct()))


def _misheard(written: str) -> Iterator[str]:
    """Every reference that differs in one character."""
    letters = "".join(sorted(set(ALPHABET) | set("IL")))
    for at, said in enumerate(written):
        if said != "-":
            yield from (f"{written[:at]}{one}{written[at + 1 :]}" for one in letters)


def _by_fact(words: str) -> list[int]:
    """Cases with a fact by which they are found that begins so, or is so where little is said."""
    value = comparable(words)
    like = _begins("value", value) if len(value) > 2 else Q(value=value)
    return list(Searchable.objects.filter(like).order_by("value").values_list("case", flat=True)[:LOOKED_AT])


def _begins(column: str, words: str) -> Q:
    """As a range, which an index answers; and exactly, whatever order the database keeps letters in."""
    between = {f"{column}__gte": words, f"{column}__lt": f"{words}\U0010ffff"}
    return Q(**between, **{f"{column}__startswith": words})


def _of(people: tuple[Party, ...]) -> list[int]:
    """The latest cases of these people."""
    rows = CaseParty.objects.filter(party__in=[one.pk for one in people]).order_by("-case")
    return list(rows.values_list("case", flat=True)[:LOOKED_AT])
