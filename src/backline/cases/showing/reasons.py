"""Why a fact, an outcome or an effect stands as it does, without telling what the asker may not see."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from backline.cases.facts import path
from backline.cases.fittings import fittings
from backline.cases.models import Case
from backline.cases.showing.hiding import hidden_facts, reader_of
from backline.cases.showing.viewing import log_looks
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue import versions
from backline.engine.explaining import Explanation, explain
from backline.people.actors import Actor


def why(*, case: Case, by: Actor, fact: str, purpose: str, now: datetime, item: str = "") -> Explanation:
    """The tree of reasons."""
    loaded = versions.load(case.type_key, case.type_version)
    hidden = hidden_facts(reader_of(by, case, loaded.definition, now=now), loaded.definition)
    log_looks(case, by, purpose=purpose, what=f"why {path(fact, item)}", now=now)
    told = explain(
        loaded.program, snapshot(case), path(fact, item), now=now, calendar=fittings().calendar, hidden=hidden
    )
    return _nameless(told, hidden)


def _nameless(told: Explanation, hidden: frozenset[str]) -> Explanation:
    """What is hidden is not even named: only that there is information which may not be shown."""
    because = tuple(_nameless(reason, hidden) for reason in told.because)
    if "/".join([*told.item.split("/")[:-1:2], told.fact]) in hidden:
        return replace(told, fact="", rule="", because=())
    spoken = any(re.search(rf"\b{re.escape(name)}\b", told.rule) for name in hidden)
    return replace(told, rule="" if spoken else told.rule, because=because)
