"""What was read on paper, and a person has to check."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from backline.cases.facts import NoSuchFact, declared
from backline.cases.models import Want
from backline.catalogue import versions


def readings_to_check(rows: QuerySet[Want]) -> QuerySet[Want]:
    """Of these tasks those about a fact that stands in a document or was said: read with doubt, or not at all."""
    asked = rows.filter(kind="work").order_by().values_list("case__type_key", "case__type_version", "fact", "item")
    stands = Q(pk__in=())
    for key, version, fact, item in {(key, n, fact, _shape(item)) for key, n, fact, item in asked}:
        if _is_read(key, version, fact, item):
            stands |= Q(case__type_key=key, case__type_version=version, fact=fact)
    return rows.filter(Q(stands, kind="work") | Q(kind="free", source="read"))


def _shape(item: str) -> str:
    """An item's path with any item of the same list in it: all of them have the same facts."""
    names = item.split("/")[::2] if item else []
    return "/".join(f"{name}/-" for name in names)


def _is_read(key: str, version: int, fact: str, item: str) -> bool:
    try:
        found = declared(versions.load(key, version).definition, fact, item)
    except NoSuchFact:
        return False
    return any(source.kind == "read" for source in found.sources)
