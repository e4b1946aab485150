"""A request as one person may know it: what the engine says of it now, and which roles are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from backline.cases.authority import Held, roles_held
from backline.cases.facts import NoSuchFact, declared, split
from backline.cases.gathering import kind_of
from backline.cases.merging.merged_cases import goes_on, rows_of
from backline.cases.models import Case
from backline.cases.reach import load_case
from backline.cases.refusals import CaseNotFound
from backline.cases.showing.look import Look, look_at
from backline.cases.storage.row_ids import row_id
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Fact
from backline.engine.evaluation import Evaluation, FactState, Wanted
from backline.people.actors import Actor
from backline.web.portal import visiting


@dataclass(frozen=True)
class Known:
    """A look at a case by a customer, with the roles in which they may act."""

    look: Look
    by: Actor
    held: dict[str, Held]
    proven: bool = True
    """False for a visitor whose address nobody has proven: what we sent there is not for their eyes"""

    @property
    def case(self) -> Case:
        return self.look.case

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The ids of the case and of those that go on in it."""
        return rows_of(self.case)

    @property
    def loaded(self) -> LoadedType:
        return self.look.loaded

    @property
    def evaluation(self) -> Evaluation:
        return self.look.evaluation

    @property
    def language(self) -> str:
        return self.look.words.language

    @property
    def now(self) -> datetime:
        return self.look.now

    @property
    def pending(self) -> bool:
        """They act for somebody who has not allowed it (yet): they see what they said themselves."""
        return self.look.reader.pending

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles in which the person may act now."""
        unallowed = {name for name, held in self.held.items() if not held.running}
        return self.look.reader.roles - unallowed

    @property
    def own(self) -> frozenset[str]:
        """The roles that are theirs, not held for another."""
        return frozenset(name for name, held in self.held.items() if not held.by_mandate)

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
        """What they may volunteer, each once."""
        found = {(w.fact, w.item): w for w in self.evaluation.offers if w.who in self.roles}
        return tuple(found.values())

    def fact(self, path: str) -> Fact:
        """The fact as declared; raises Http404 where it is not there or not theirs to see."""
        name, item = split(path)
        try:
            fact = declared(self.loaded.definition, name, item)
        except NoSuchFact:
            raise Http404
        if not self.may_see(fact, self.evaluation.facts.get(path)):
            raise Http404
        return fact

    def may_see(self, fact: Fact, state: FactState | None = None) -> bool:
        """Whether it is for their eyes."""
        return self.look.reader.sees(fact, said_by=state.by if state else "")

    def visible(self) -> dict[str, FactState]:
        """The facts with a value that they may see, in the order of the case type."""
        states = self.evaluation.facts
        return {
            name: states[name]
            for name, fact in self.loaded.definition.facts.items()
            if name in states and states[name].status == "value" and self.may_see(fact, states[name])
        }


def know(case: Case, by: Actor, *, language: str, now: datetime, proven: bool = True) -> Known:
    """What this actor may know of the case. They have to take part in it, themselves or by mandate."""
    look = look_at(case, by, language=language, zone=timezone.get_current_timezone_name(), now=now)
    return Known(look, by, roles_held(by, case, look.loaded.definition, now=now), proven)


def known_to(request: HttpRequest, reference: str) -> Known:
    """The case with this reference as this person may know it, if they reach it as a customer; else it is not there."""
    now = visiting.now()
    signed_in, visitor = visiting.customer(request), visiting.visitor(request, reference)
    for actor, proven in ((signed_in, True), *((visitor,) if visitor else ())):
        if actor is None:
            continue
        try:
            case = load_case(reference, actor, now=now)
        except CaseNotFound:
            continue
        if actor is not signed_in and goes_on(case, reference):
            if not proven:
                continue  # they told no secret to see what another request says
            visiting.remember_visit(request, case.reference, row_id(actor.party_id), proven=True)
        return know(case, actor, language=get_language() or "", now=now, proven=proven)
    raise Http404
