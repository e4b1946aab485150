"""Facts by which a case is found are kept apart, as they are compared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backline.cases.models import Case, Searchable
from backline.cases.storage.happenings import Happening
from backline.engine.definition import CaseType
from backline.engine.evaluation import Evaluation
from backline.engine.values import Row, show


def write(case: Case, definition: CaseType, evaluation: Evaluation, happened: Sequence[Happening]) -> None:
    """Bring the index of this case up to date, when something was said that could change it."""
    names = [name for name, fact in definition.facts.items() if fact.searchable]
    if not names or not any(h.kind in ("opened", "asserted", "done", "moved", "merged", "unmerged") for h in happened):
        return
    states = [evaluation.facts[name] for name in names if name in evaluation.facts]
    rows = [Searchable(case=case, fact=s.name, value=comparable(s.value)) for s in states if s.status == "value"]
    known = {row.fact for row in rows}
    if gone := [name for name in names if name not in known]:
        Searchable.objects.filter(case=case, fact__in=gone).delete()
    if rows:
        Searchable.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["case", "fact", "item"], update_fields=["value"]
        )


def comparable(value: object) -> str:
    """A value as it is compared: lower case, letters and digits only; e-mail addresses keep their signs."""
    text = str(value.get("name") or value.id) if isinstance(value, Row) else show(value, language="en")
    text = text.strip().lower()
    return (text if "@" in text else re.sub(r"[\W_]+", "", text))[:200]
