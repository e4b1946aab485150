"""Promises in doubt, to those who answer for them."""

from __future__ import annotations

from dataclasses import dataclass

from backline.cases.showing.naming import names_of
from backline.catalogue import versions
from backline.insight.promises import watching
from backline.insight.promises.guarding import percent
from backline.people.actors import Actor

LOOK = ("analyst", "administrator", "auditor")


@dataclass(frozen=True, kw_only=True)
class DoubtLine:
    """One promise in doubt."""

    key: str
    name: str
    title: str
    label: str
    share: str
    level: str
    seen_by: str
    may_look: bool


def doubt_lines(by: Actor, language: str) -> list[DoubtLine]:
    """What this colleague should know of."""
    rows = watching.doubts_for(by)
    names = names_of({row.seen_by for row in rows if row.seen_by})
    may_look = bool(by.leads) or any(by.has_duty(duty) for duty in LOOK)
    found = []
    for row in rows:
        texts = versions.load_current(row.type_key).texts
        found.append(
            DoubtLine(
                key=row.type_key, name=row.promise, title=texts.title(language),
                label=texts.promise(row.promise, language), share=percent(row.share), level=percent(row.level),
                seen_by=names.get(row.seen_by, ""), may_look=may_look,
            )
        )  # fmt: skip
    return found
