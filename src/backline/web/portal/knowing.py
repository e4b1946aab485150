"""A request as one person may know it: what the engine says of it now, and which roles are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import Http404, HttpRequest

from backline.cases.authority import Held, roles_held
from backline.cases.facts import NoSuchFact, declared, split
from backline.cases.fittings import fittings
from backline.cases.gathering import kind_of
from backline.cases.models import Case
from backline.cases.reach import load_case
from backline.cases.refusals import CaseNotFound
from backline.cases.snapshotting import snapshot
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Fact
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import Evaluation, FactState, Wanted
from backline.people.actors import Actor
from backline.web.portal import visiting


@dataclass(frozen=True)
class Known:
    """A case, the person who looks at it, and what follows from all that is known in it."""

    case: Case
    by: Actor
    loaded: LoadedType
    held: dict[str, Held]
    evaluation: Evaluation
    language: str
    now: datetime

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles in which the person may act now."""
        return frozenset(name for name, held in self.held.items() if held.running)

    @property
    def role(self) -> str:
        """The role in which they act."""
        return next(iter(sorted(self.roles, key=lambda name: name != self.loaded.definition.for_)), "")

    @cached_property
    def asks(self) -> tuple[Wanted, ...]:
        """What they are asked."""
        return tuple(w for w in self.evaluation.wanted if kind_of(w.source) == "ask" and w.who in self.roles)

    @cached_property
    def offers(self) -> tuple[Wanted, ...]:
        """What they may volunteer."""
        return tuple(w for w in self.evaluation.offers if w.who in self.roles)

    def fact(self, path: str) -> Fact:
        """The fact as declared; raises Http404 where it is not there or not theirs to see."""
        name, item = split(path)
        try:
            fact = declared(self.loaded.definition, name, item)
        except NoSuchFact:
            raise Http404
        if not self.may_see(fact):
            raise Http404
        return fact

    def may_see(self, fact: Fact) -> bool:
        """Whether none of their roles is kept from it."""
        return not set(self.held) & set(fact.hide)

    def visible(self) -> dict[str, FactState]:
        """The facts with a value that they may see, in the order of the case type."""
        definition, states = self.loaded.definition, self.evaluation.facts
        return {
            name: states[name]
            for name, fact in definition.facts.items()
            if name in states and states[name].status == "value" and self.may_see(fact)
        }


def know(case: Case, by: Actor, *, language: str, now: datetime) -> Known:
    """What this actor may know of the case. They have to take part in it, themselves or by mandate."""
    loaded = versions.load(case.type_key, case.type_version)
    held = roles_held(by, case, loaded.definition, now=now)
    record = snapshot(case, present=next(iter(held), ""))
    evaluation = evaluate(loaded.program, record, now=now, calendar=fittings().calendar)
    return Known(case, by, loaded, held, evaluation, language, now)


def case_of(request: HttpRequest, reference: str) -> tuple[Case, Actor]:
    """The case with this reference, if this person reaches it as a customer; else it is not there."""
    now = visiting.now()
    for actor in (visiting.customer(request), visiting.visitor(request, reference)):
        if actor is not None:
            try:
                return load_case(reference, actor, now=now), actor
            except CaseNotFound:
                continue
    raise Http404
