"""The tables by which a case is evaluated while nothing was made: made once per program, not once per case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backline.engine.generating.program import Part, Program


@dataclass(frozen=True, kw_only=True, slots=True)
class Early:
    """What an evaluation before the first effect needs, ready to be run through."""

    outward: bool
    """Whether anything beside facts is read: who takes part, what was done, the clock"""
    outcomes: tuple[tuple[tuple[int], int, int], ...]
    """For each outcome its number, and where its condition and its wants stand in the frame"""
    conditional: tuple[tuple[str, Part, Part, tuple[str, ...]], ...]
    """Actions with a condition: path, the condition, the arguments and their names"""
    steps: tuple[tuple[tuple[str, Part, tuple[str, ...]], ...], ...]
    """For each outcome its actions: path, the arguments and their names"""
    asking: tuple[tuple[Part, ...], ...]
    """For each outcome the arguments of its actions, where they have any"""
    promised: tuple[int, ...]
    """Where the wants of promised facts stand in the frame"""
    leaves: int
    conflicts: int
    many: int
    """Leaves whose question has many possible answers"""
    doubled: tuple[bool, ...]
    impersonal: int
    """All but the leaves for which a person is bothered"""
    automatic: int
    """All but the leaves for which an employee is bothered"""
    waits: bool
    """Whether effects take turns, or rest on lookups that are fresh for a time only"""


def early_of(program: Program) -> Early | None:
    """The tables of the short way, unless the type needs the whole."""
    steps = [step for outcome in program.definition.outcomes for step in outcome.do]
    timed = any(action.at is not None or action.every is not None for action in program.actions.values())
    if (
        not program.flat
        or program.optional
        or program.doubts
        or program.discreet
        or timed
        or any(step.undo or step.beside for step in steps)
    ):
        return None
    made = tuple(
        tuple((step.action, *program.payloads[step.action]) for step in outcome.do)
        for outcome in program.definition.outcomes
    )
    leaves = sum(leaf.bit for leaf in program.leaves)
    return Early(
        outward=program.outward,
        outcomes=tuple(((n,), slot, wants) for n, (slot, wants, _) in enumerate(program.outcome_slots)),
        conditional=tuple((path, part, *program.payloads[path]) for path, _, _, part in program.conditional),
        steps=made,
        asking=tuple(tuple(part for _, part, names in several if names) for several in made),
        promised=tuple(program.slots[f"w{node.number}"] for node in program.nodes if node.bit & program.promised),
        leaves=leaves,
        conflicts=program.conflicts,
        many=leaves & ~(program.few_mask | program.conflicts),
        doubled=program.doubled,
        impersonal=~program.personal,
        automatic=~program.work,
        waits=bool(program.perishable) or any(action.one_at_a_time is not None for action in program.actions.values()),
    )
