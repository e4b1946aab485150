"""The expression language: parsed, typed, and emitted as Python source for straight-line code over five statuses.

    tree  = parse(Expression("amount <= balance / 2", place))      # ExpressionProblem(.problem) where it cannot be read
    typed = check(tree, scope, wanted=BOOLEAN)                     # ExpressionProblem where the types do not fit
    reads(typed)                                                   # frozenset[Read]: all that it can ever look at
    emitter = Emitter(names)                                       # names: Mapping[Read, str], the locals' names
    lines = emitter.emit(typed, "f7", wants="w7")                  # source lines that assign f7 (and or bits into w7)
    namespace = {**running.NAMES, **emitter.constants}             # what the lines need as globals

The protocol of emitted code
----------------------------
*Values.* Every local named in ``names`` holds a plain value (``values``' types; None is ``none``) or a
``statuses.Missing``: the singletons UNKNOWN, ABSENT, CONFLICT, or a failed one (``statuses.failed(reason)``).
Emitted lines never raise and always assign the target.

*What may be read*: ``Read(kind, name)``.

    fact      amount            a fact of the case
    raw       amount            in a check of the fact itself: the value said, before the check
    own       bills/billed      inside a list's item: this item's fact (``owners/hits/same_person`` when nested)
    raw own   bills/billed      the same, in a check of the fact itself
    previous  offers/reason     inside a list's item: the fact of the item before; ABSENT for the first
    column    bills.billed      a Python list: that fact of each item, in order (nested lists are flattened). From
    inside
                                an owner: ``owners/hits.same_person``, the hits of this owner. A fact declared as
                                ``list``
                                without facts of its own is an ordinary fact whose value is a tuple of Rows
    items     bills             a Python list of the items' ids (its length is what counts)
    closed    bills             True when no item can be added any more, else False
    role      spouse            Row or Missing
    roles     trustees          a Python list of the holders of a role that may have several (see CheckedRole.several)
    done      pay               True or False. ``lines/ship`` inside an item; ``lines.ship``: a Python list, one per
    item
    times     dun               how many times it was done: an integer (same three forms of name)
    at action pay               when it was done last: datetime, UNKNOWN before (same three forms)
    at fact   amount            when the fact was said
    at outcome declined         when this outcome was reached; name ``outcome``: any
    at promise answer           when it was kept
    late      money             True or False: the promise is broken
    lapsed    letter            True or False: the fact has its value of last resort, or all who were asked kept silent
    created                     datetime the case was opened (name "")
    case                        Row(type="case") (name "")
    clock                       a ``running.Clock(now, calendar)`` (name ""): today, now, business days; collects
    ``wake``

*Wants.* With ``wants="w"`` (a local int, initialised by the caller) and ``Emitter(names, bits=..., rows=...)``, the
lines or into ``w`` the
bits of those reads that are unknown (or in conflict) and can still change the result (Kleene, relative to the
formula), and leave
``w`` as it was unless the target ends as UNKNOWN or CONFLICT. ``bits: Mapping[Read, int]`` is a mask of one or more
bits for a read; a read without
entry is never wanted. ``rows: Mapping[Read, str]`` names, per column, a local int into which ``1 << position`` is
or-ed for each item whose
value is wanted. Bits of ``closed`` are or-ed where the list has to be completed.

*Globals.* ``running.NAMES`` and ``emitter.constants``. One Emitter per generated module: temporaries are ``t0, t1,
...``, constants ``k0, k1, ...``;
locals of yours should look otherwise. Lines come without indentation at level 0; pass ``indent=n``.

The rules of the five statuses
------------------------------
``and``: false wins, then unknown, then failed, then true; absent is neutral. ``or`` is its mirror. ``not`` turns
values over and keeps the rest.
Conflict acts as unknown. Strict operators (arithmetic, comparison, functions): failed wins, then unknown, then absent.
``x if c else y`` looks at one branch only, and at none while c is not known. ``known(x)`` is true for a value, else
what x is.
``all any sum len ...`` of a list: unknown until the list is closed, unless what is there settles it
(one yes for ``any``, one no for ``all``, a comparison of ``count`` or ``len`` with a bound).

Shape for those who inspect (``typed``): Constant, Get, Member, Strict, TimeCompare, Bounded, Not, Logic, Choose,
Fold, Last, Known, Cases, Convert.
Each has ``children`` (typed parts), ``type``, ``maybe`` (may be absent) and ``place``.

What the generator asks beside this
-----------------------------------
- ``done``, ``closed`` and ``late`` may be UNKNOWN too (an action whose ``when`` is open may still come), so they are
tested like facts.
- An expression that ends UNKNOWN with no bit in ``w`` is one that nothing will settle (the literal ``unknown``): the
next source follows.
- ``CheckedType``: ``definition: CaseType`` (with shared facts and ``ROLE_person`` lookups merged in),
``typed(expression: Expression) -> Typed`` for every
  expression that stands in the definition (list facts included), and tables: ``cells of a table -> Typed`` in one
  ``Cases`` node per table, as the typed
  form of a ``decide`` source: ``decided(fact path) -> Typed``. The order of evaluation is the generator's own (from
  ``reads``).
"""

from backline.engine.expressions.emitting import Emitter
from backline.engine.expressions.judging import check
from backline.engine.expressions.kinds import Type, type_of
from backline.engine.expressions.parsing import parse
from backline.engine.expressions.problems import ExpressionProblem
from backline.engine.expressions.scopes import Scope
from backline.engine.expressions.typed import Read, Typed, reads, walk

__all__ = [
    "Emitter",
    "ExpressionProblem",
    "Read",
    "Scope",
    "Type",
    "Typed",
    "check",
    "parse",
    "reads",
    "type_of",
    "walk",
]
