"""How often what a machine read was right, as people said who checked it: by kind, field and engine."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from backline.documents.models import FieldSample


@dataclass(frozen=True, kw_only=True)
class ReadingMeasure:
    """One field of one kind, as one engine reads it."""

    kind: str
    field: str
    engine: str
    """Empty where nothing was found for the field"""
    checked: int
    right: int

    @property
    def percent(self) -> int:
        """Share of readings that people found right; a hundred only where all were."""
        return 100 * self.right // self.checked


def reading_measures() -> list[ReadingMeasure]:
    """Every field that people checked, by kind, field and engine."""
    rows = FieldSample.objects.values("kind", "field", "engine")
    counted = rows.annotate(checked=Count("pk"), right_ones=Count("pk", filter=Q(right=True)))
    return [
        ReadingMeasure(
            kind=row["kind"], field=row["field"], engine=row["engine"], checked=row["checked"], right=row["right_ones"]
        )
        for row in counted.order_by("kind", "field", "engine")
    ]
