"""Effects that are not done, in the very words of the index that holds them alone.

SQLite uses an index of some rows only where the statement says its condition literally, not with a parameter.
"""

from __future__ import annotations

from django.db.models import BooleanField, F, Func, QuerySet

from backline.cases.models import Effect


def effects_not_done() -> QuerySet[Effect]:
    """What is planned, under way, unclear, refused, failed or given up: few among all that were ever made."""
    said = Func(F("state"), template="NOT (%(expressions)s = 'done')", output_field=BooleanField())
    return Effect.objects.filter(said)
