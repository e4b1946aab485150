"""What a case type is: four nouns (fact, action, outcome, promise) and the roles around them.

These are plain frozen values, as a reader of files makes them. Nothing here is checked yet: expressions are
texts with the place where they stand. ``checking`` types them, ``generating`` turns the checked type into one function.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

DERIVED = ("is", "yes if", "no if", "decide", "read")
PERSONAL = ("ask", "work", "offer")
SourceKind = Literal["is", "yes if", "no if", "decide", "read", "lookup", "event", "ask", "work", "offer"]
ActionKind = Literal["call", "letter", "message", "make", "open", "work"]
ValueKind = Literal[
    "text", "integer", "decimal", "money", "date", "datetime", "duration", "yes/no", "choice", "choices",
    "e-mail", "phone", "address", "person", "organisation", "record", "document", "signature", "consent", "list",
    "case",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Place:
    """Where something stands in a file; lines and columns count from 1."""

    file: str = ""
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Place()
VISITOR = "visitor"
"""Among those who open a case: somebody who is not signed in, who becomes the one whom it is for"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something wrong in a definition: where, what, and the mend, in words for an analyst."""

    place: Place
    message: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" {self.mend}" if self.mend else "")


class DefinitionProblems(Exception):
    """A definition can't be used: all that is wrong in it, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda problem: problem.place))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
    """A text in the expression language, not yet parsed."""

    text: str
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A length of time as people say it: ``3 business days``, ``30 minutes``. Months and years follow the calendar."""

    amount: int
    unit: Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
    business: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ValueType:
    """The type of a fact. ``of`` names the record (``calendar.slot``), case type, or the signed document."""

    kind: ValueKind
    of: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    """A choice's keys and the words shown for them (in the language of the definition)."""
    choices_from: Expression | None = None
    """Choices that come from a fact: a list of records."""
    kinds: tuple[str, ...] = ()
    """The kinds of document that are accepted; the first is the usual one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One way to have a fact. Which fields count follows from ``kind``."""

    kind: SourceKind
    place: Place = NOWHERE
    expression: Expression | None = None
    """is, yes if, no if"""
    table: str = ""
    """decide: the name of a decision table"""
    document: str = ""
    field: str = ""
    """read: ``evidence.total`` is field ``total`` of the document fact ``evidence``"""
    call: str = ""
    """lookup: ``system.operation``; event: its name (``post.returned``)"""
    arguments: Mapping[str, Expression] = dataclasses.field(default_factory=dict)
    match: Expression | None = None
    """event: the value by which an incoming event finds this fact"""
    gives: str = ""
    who: tuple[str, ...] = ()
    """ask, offer: roles, asked in turn; a team may stand in ``offer``"""
    team: str = ""
    skill: str = ""
    level: Expression | None = None
    within: Span | None = None
    remind: tuple[Span, ...] = ()
    shows: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    why: bool = False
    """work: a reason has to be given with the answer"""
    while_: Expression | None = None
    eager: bool = False
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """``must`` has to hold for the fact to count; ``say`` tells the person otherwise. ``{fact}`` in it is filled."""

    must: Expression
    say: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Agree:
    """Another fact that has to say the same, within a tolerance; otherwise the fact is in conflict."""

    fact: str
    tolerance: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """A named, typed value with its sources in order. A list fact nests facts and actions, one set per item."""

    name: str
    type: ValueType
    place: Place = NOWHERE
    label: str = ""
    help: str = ""
    sources: tuple[Source, ...] = ()
    checks: tuple[Check, ...] = ()
    if_: Expression | None = None
    else_: Expression | None = None
    lapse: Expression | None = None
    optional: bool = False
    hide: tuple[str, ...] = ()
    discreet: bool = False
    searchable: bool = False
    shared: bool = False
    """Declared once for many case types; the party's memory comes before all sources."""
    fresh: Span | None = None
    agree: Agree | None = None
    doubts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """When this fact has the value (a choice key, ``yes`` or ``no``), those facts are in doubt and asked again."""
    many: tuple[int, int | None] = (0, None)
    of: str = ""
    """list: one item per holder of this role"""
    starts: Expression | None = None
    done: Expression | None = None
    repeat: Expression | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """A change in a system, a message, a document or another case.

    ``when`` is None for an action that stands only in an outcome's ``do``. An inline ``letter: paid`` of an outcome is
    an action named ``letter_paid``.
    """

    name: str
    kind: ActionKind
    target: str
    """``system.operation``, a template, a case type, or a team"""
    place: Place = NOWHERE
    when: Expression | None = None
    arguments: Mapping[str, Expression] = field(default_factory=dict)
    to: tuple[str, ...] = ()
    """Roles that receive a letter or message; without it, the role that the case is for"""
    gives: Mapping[str, ValueType] = field(default_factory=dict)
    """What is known once the write was read back: facts of the case"""
    at: Expression | None = None
    every: Span | None = None
    most: int | None = None
    undo: str = ""
    amend: str = ""
    refused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A business refusal's code, and the facts that it puts in doubt"""
    follows_changes: bool = False
    one_at_a_time: Expression | None = None
    within: Span | None = None
    """How long one attempt and its retries may take before it is an exception"""
    was: str = ""
    """The name of this action in the version before"""
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One entry of an outcome's ``do``: make an action's effect, or undo it."""

    action: str
    undo: bool = False
    beside: bool = False
    """Begins together with the step before it"""
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How a case can end. ``when`` is None for ``otherwise``, which stands last."""

    name: str
    when: Expression | None
    place: Place = NOWHERE
    label: str = ""
    do: tuple[Step, ...] = ()
    say: str = ""
    """What the customer reads; ``{fact}`` is filled"""
    keep: str = ""
    else_: str = ""
    """The outcome that follows when a step can't be done: what was made is taken back, the latest first"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """What the customer is told: by when a fact, an action or the ``outcome`` will be there."""

    name: str
    of: str
    place: Place = NOWHERE
    within: Span | None = None
    by: Expression | None = None
    start: str = ""
    """``from``: a fact, action or promise whose time starts the clock; the opening of the case without it"""
    pause: tuple[str, ...] = ()
    when: Expression | None = None
    calendar: str = ""
    label: str = ""
    level: Decimal = Decimal("0.9")


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """Who takes part. ``who`` finds the party by an expression; without it the role is filled when the case opens."""

    name: str
    place: Place = NOWHERE
    label: str = ""
    who: Expression | None = None
    mandate: str = ""
    of: str = ""
    if_: Expression | None = None
    until: Expression | None = None
    while_: Expression | None = None
    may: tuple[str, ...] = ("see", "answer")
    stand_in: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Same:
    """When a new request is the same as an open one: facts or roles that must be equal, and what happens then."""

    by: tuple[str, ...]
    while_: Literal["open", "always"] = "open"
    within: Span | None = None
    then: Literal["join", "ask"] = "join"


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """What opens a case by itself: an event, or a time; one for each row of ``for_each``."""

    event: str = ""
    at: Expression | None = None
    """Rests on nothing but the members of the row that ``for_each`` gives"""
    every: Span | None = None
    """From ``at`` on, again and again. Of rows: how often they are read"""
    for_each: str = ""
    """``system.operation``, which gives a list; of an event also a list that comes with it"""
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A decision table: the first row whose inputs all match gives the output. Cells are texts with their places.

    An input cell is empty (anything), a literal, ``a..b``, a comparison (``< 100 EUR``), or several joined by ``|``.
    """

    name: str
    inputs: tuple[Expression, ...]
    output: str
    rows: tuple[tuple[Expression, ...], ...]
    """each row: one cell per input, then the output"""
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """What an expression, a lookup or an action may call in a system: its parameters and what comes back."""

    name: str
    """``system.operation``"""
    parameters: Mapping[str, ValueType] = field(default_factory=dict)
    returns: ValueType | None = None
    gives: Mapping[str, ValueType] = field(default_factory=dict)
    """What a write makes known, by name"""
    writes: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordType:
    """The members of a row of a system, so that ``slot.start`` can be typed."""

    name: str
    members: Mapping[str, ValueType]


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What a case type may refer to outside its own file."""

    operations: Mapping[str, Operation] = field(default_factory=dict)
    records: Mapping[str, RecordType] = field(default_factory=dict)
    shared: Mapping[str, Fact] = field(default_factory=dict)
    teams: frozenset[str] = frozenset()
    case_types: frozenset[str] = frozenset()
    complete: bool = False
    """False while drafting: an unknown system, record or team is taken on trust and not reported."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseType:
    """One kind of request, whole."""

    key: str
    title: str
    summary: str = ""
    place: Place = NOWHERE
    for_: str = ""
    """The role that the case is for; empty for a case without a customer"""
    owner: str = ""
    keep: str = ""
    currency: str = ""
    use: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    """Roles and teams that may open one, and ``visitor``"""
    openings: tuple[Opening, ...] = ()
    same: Same | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    promises: Mapping[str, Promise] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    letter_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each letter or message template, the facts that it prints: they are part of its payload"""
