"""Sources: what each needs beside its kind, and whether it gives what the fact is."""

from __future__ import annotations

from backline.engine.checking.findings import Findings
from backline.engine.checking.names import check_facts_named, found_fact
from backline.engine.checking.operations import check_arguments, operation_of
from backline.engine.checking.tables import check_table
from backline.engine.definition import Fact, Place, Source
from backline.engine.expressions.kinds import fits, type_of
from backline.engine.expressions.nearest import did_you_mean
from backline.engine.expressions.scopes import Scope
from backline.engine.expressions.typed import reads

LEVELS = frozenset({"integer", "decimal", "money", "any", "unknown"})
READ_FACTS = frozenset({"fact", "own", "column", "items"})


def check_source(fact: Fact, position: int, scope: Scope, findings: Findings) -> None:
    """One source of a fact."""
    source = fact.sources[position]
    place = place_of(source, fact)
    findings.condition(source.while_, scope)
    present = scope.assuming(source.while_)
    check_level(fact, source, present, findings)
    check_facts_named(source.not_by, scope, place, findings, where="not-by")
    check_facts_named(source.shows, scope, place, findings, where="shows", roles=True)
    match source.kind:
        case "is":
            findings.expression(source.expression, present, type_of(fact.type))
        case "yes if" | "no if":
            check_one_sided(fact, source, present, findings)
        case "decide":
            check_table(fact, position, present, findings)
        case "read":
            check_reading(fact, source, scope, findings)
        case "lookup":
            check_lookup(fact, source, present, findings)
        case "event":
            findings.expression(source.match, present)
        case "ask" | "offer" | "work":
            check_people(fact, source, scope, findings)


def check_level(fact: Fact, source: Source, scope: Scope, findings: Findings) -> None:
    """A level of authority is a step or an amount, worked out from nothing but what the worker sees."""
    typed = findings.expression(source.level, scope, absent=True)
    if typed is None or source.level is None:
        return
    place = source.level.place
    if source.kind != "work":
        findings.problem(place, f"{source.kind} takes no level; only the work of a team does.", "Take level out.")
    elif typed.type.kind not in LEVELS:
        mend = "Write a number (2) or an amount (the fact of type money that is decided about)."
        findings.problem(place, f"A level is a number or an amount, and this is {typed.type}.", mend)
    seen = {name.split(".")[0] for name in source.shows}
    read = {one.name.replace("/", ".").split(".")[0] for one in reads(typed) if one.kind in READ_FACTS}
    for name in sorted(read - seen):
        mend = f"Add {name} to shows, so that the answer is asked anew when it changes."
        message = f"The level of the work on '{fact.name}' rests on '{name}', which it does not show."
        findings.problem(place, message, mend)


def place_of(source: Source, fact: Fact) -> Place:
    return source.place if source.place.file else fact.place


def check_one_sided(fact: Fact, source: Source, scope: Scope, findings: Findings) -> None:
    """``yes if`` and ``no if`` settle one side of a yes or no."""
    if fact.type.kind not in ("yes/no", "consent"):
        findings.problem(
            place_of(source, fact),
            f"{source.kind} settles a yes/no, and '{fact.name}' is {fact.type.kind}.",
            "Write is.",
        )
        return
    findings.condition(source.expression, scope)


def check_reading(fact: Fact, source: Source, scope: Scope, findings: Findings) -> None:
    """A field is read from a document (or a row) that is a fact here."""
    place = place_of(source, fact)
    found = found_fact(source.document.split(".")[0], scope)
    if found is None:
        known = {name for level in scope.levels for name, other in level.facts.items() if other.type.kind == "document"}
        findings.problem(
            place, f"read takes '{source.document}', which is no fact.", did_you_mean(source.document, known)
        )
    elif found[1].type.kind not in ("document", "record", "list", "signature") and not found[1].facts:
        kind = found[1].type.kind
        findings.problem(
            place, f"read takes a document, and '{source.document}' is {kind}.", "Read from a fact of type document."
        )


def check_lookup(fact: Fact, source: Source, scope: Scope, findings: Findings) -> None:
    """The operation exists, takes these arguments and returns what the fact is."""
    place = place_of(source, fact)
    operation = operation_of(source.call, place, findings)
    check_arguments(source.arguments, operation, scope, place, findings)
    if operation is None:
        return
    if operation.writes:
        findings.problem(place, f"'{source.call}' writes; a fact may only look up.", "Make it an action.")
    elif operation.returns is not None and not fits(type_of(operation.returns), type_of(fact.type)):
        returned, wanted = type_of(operation.returns), type_of(fact.type)
        findings.problem(place, f"'{source.call}' returns {returned}, and '{fact.name}' is {wanted}.")


def check_people(fact: Fact, source: Source, scope: Scope, findings: Findings) -> None:
    """Whoever is asked exists; who works is shown something."""
    place = place_of(source, fact)
    roles, teams = findings.definition.roles, findings.surroundings.teams
    for name in source.who:
        if name in roles or (source.kind == "offer" and (name in teams or not findings.surroundings.complete)):
            continue
        what = "role or team" if source.kind == "offer" else "role"
        findings.problem(
            place, f"{source.kind} names '{name}', which is no {what}.", did_you_mean(name, {*roles, *teams})
        )
    if source.kind != "work" and not source.who:
        findings.problem(place, f"{source.kind} does not say who.", f"Name a role: {', '.join(sorted(roles))}.")
    if source.kind == "work":
        if source.team and findings.surroundings.complete:
            findings.named(source.team, teams, place, "team")
        if not source.shows:
            mend = "Add shows with the facts that the worker judges by; when they change, the answer is asked anew."
            findings.problem(place, f"The work on '{fact.name}' shows nothing.", mend)
        if fact.type.kind in ("consent", "signature") and not shows_paper(source, scope):
            mend = "Let it show the document that the person signed, or ask the person."
            message = f"A colleague can't give the {fact.type.kind} '{fact.name}' for somebody else."
            findings.problem(place, message, mend)


def shows_paper(source: Source, scope: Scope) -> bool:
    """Whether the worker sees a document by which a consent can be judged."""
    shown = [found_fact(name.split(".")[0], scope) for name in source.shows]
    return any(found is not None and found[1].type.kind in ("document", "signature", "list") for found in shown)
