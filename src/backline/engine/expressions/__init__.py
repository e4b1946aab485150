"""The expression language: parsed, typed, and emitted as Python source for straight-line code over five statuses.

    typed = check(Expression(text="amount <= balance / 2"), scope, wanted=BOOLEAN)    # or ExpressionProblem(.problem)
    reads(typed)                                          # frozenset[Read]: all that it can ever look at
    emitter = Emitter(names)                              # names: Mapping[Read, str], the locals' names
    lines = emitter.emit(typed, "f7", wants="w7")         # source lines that assign f7, and or bits into w7
    namespace = {**running.NAMES, **emitter.constants}    # what the lines need as globals

``parse`` gives the tree as written, where no types are needed.

The protocol of emitted code
----------------------------
*Values.* Every local named in ``names`` holds a plain value (as ``values`` has them; None is ``none``) or a
``statuses.Missing``: UNKNOWN, ABSENT, CONFLICT, or a failed one (``statuses.failed(reason)``). Emitted lines never
raise and always assign the target.

*What may be read*: ``Read(kind, name)``.

    fact        amount          a fact of the case
    raw         amount          in a check of the fact itself: the value said, before the check
    own         bills/billed    inside a list's item: this item's fact (``owners/hits/same_person`` when nested)
    raw own     bills/billed    the same, in a check of the fact itself
    previous    offers/reason   inside a list's item: the fact of the item before; ABSENT for the first
    column      bills.billed    a Python list: that fact of each item, in order; nested lists are flattened. Inside
                                an owner, ``owners/hits.same_person`` are the hits of this owner. (A list without
                                facts of its own is an ordinary fact whose value is a tuple of Rows.)
    items       bills           a Python list of the items' ids
    rows        bills           the whole list as a value: a tuple of Rows, for payloads
    closed      bills           True when no item can be added any more
    role        spouse          Row or Missing
    roles       trustees        a Python list of the holders of a role over which a list runs (``Scope.several``)
    done        pay             True, False or UNKNOWN; ``lines/ship`` inside an item; ``lines.ship``: a Python list
    times       dun             how many times it was done; the same three forms of name
    at action   pay             when it was done last; the same three forms
    at fact     amount          when the fact was said
    at outcome  declined        when this outcome was reached; the name ``outcome`` means any
    at promise  answer          when it was kept
    late        money           whether the promise is broken
    lapsed      letter          whether the fact has its value of last resort, or all who were asked kept silent
    created                     when the case was opened (the name is "")
    case                        Row(type="case") (the name is "")
    clock                       a ``running.Clock(now, calendar)`` (the name is ""); it collects ``wake``

*Wants.* With ``wants="w"`` (a local int that the caller set) and ``Emitter(names, bits=..., rows=...)`` the lines or
into ``w`` the bits of those reads that are unknown, or in conflict, and can still change the result, relative to the
formula; they leave ``w`` as it was unless the target ends as UNKNOWN or CONFLICT. ``bits`` gives a read its bits; a
read without is never wanted. ``rows`` names, per column, a local int into which ``1 << position`` goes for each item
whose value is wanted. The bits of ``closed`` are wanted where the list has to be completed. An expression that ends
UNKNOWN with no bit in ``w`` is one that nothing will settle, such as the literal ``unknown``.

*Globals.* ``running.NAMES`` and ``emitter.constants``. One Emitter writes one module: its temporaries are ``t0, t1``
and so on, its constants ``k0, k1``. Lines come without indentation; ``indent=n`` moves them.

The rules of the five statuses
------------------------------
``and``: false wins, then unknown, then failed, then true; absent is neutral. ``or`` is its mirror. ``not`` turns
values over and keeps the rest. Conflict acts as unknown. Strict operators (arithmetic, comparison, functions): failed
wins, then unknown, then absent. ``x if c else y`` looks at one branch only, and at none while c is not known.
``known(x)`` is true for a value, else what x is. Folds over a list are unknown until it is closed, unless what is
there settles them: one yes for ``any``, one no for ``all``, a comparison of ``count`` or ``len`` with a bound.

The nodes of a typed tree (``typed``) have ``children``, ``type``, ``maybe`` (may be absent) and ``place``.
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
