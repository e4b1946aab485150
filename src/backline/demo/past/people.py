"""The people of the past. All of them are invented."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

from backline.engine.values import Row
from backline.people.models import Identifier, Party

FIRST = """Ada Alma Bela Carl Clara Dora Edda Emil Erik Esra Felix Frida Georg Greta Hanna Henri Ida Ilse Jakob
Jana Karl Katja Lars Lea Levi Lilo Marta Max Mila Nele Nora Olga Otto Paula Pia Romy Rosa Samir Sina
Theo Tilo Uta Vera Willi Yara"""
LAST = """Abel Albers Bauer Becker Brandt Busch Conrad Dietz Ebert Engel Fink Frank Gerber Graf Haas Hahn Heller
Horn Jung Kaiser Keller Kern Kraft Kuhn Lang Lorenz Maas Marx Noack Otten Pohl Rau Reuter Roth Sauer
Seidl Stahl Thiel Ulrich Vogt Weiss Wolff Zander"""
DOMAIN = "past.example"


def invent(count: int, chance: Random, now: datetime) -> list[Party]:
    """So many people, with an address each; those who are there already are taken."""
    known = list(Party.objects.filter(identifiers__value__endswith=f"@{DOMAIN}").order_by("pk")[:count])
    if len(known) >= count:
        return known
    rows = []
    for _ in range(count):
        name = f"{chance.choice(FIRST.split())} {chance.choice(LAST.split())}"
        born = date(chance.randint(1945, 2004), chance.randint(1, 12), chance.randint(1, 28))
        rows.append(Party(name=name, birth_date=born, language=chance.choice(["en", "de"]), created_at=now))
    parties = Party.objects.bulk_create(rows)
    Identifier.objects.bulk_create(
        Identifier(
            party=party, kind="email", value=f"{party.name.lower().replace(' ', '.')}.{party.pk}@{DOMAIN}",
            verified_at=now, created_at=now,
        )
        for party in parties
    )  # fmt: skip
    return parties


def as_row(party: Party) -> Row:
    """As a value, with what the past needs of it."""
    return Row(type="person", id=str(party.pk), members={"name": party.name, "birth_date": party.birth_date})
