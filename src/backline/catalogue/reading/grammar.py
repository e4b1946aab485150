"""The keys of a case type, part by part: the reader refuses what is not here, and the editor's schema is made of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """What may stand behind a key (a shape of ``schema``), and what it is for, in a line for the analyst."""

    shape: str
    help: str


SOURCE_TEXTS = {
    "label": Key("text", "What the person reads instead of the fact's label"),
    "if": Key("expression", "This source counts only if this holds"),
    "while": Key("expression", "This source is open only while this holds"),
    "eager": Key("yes/no", "Opens at once, without waiting for cheaper sources"),
}

TIMES = {
    "within": Key("span", "How long to wait; silence then counts as no answer, and the next source follows"),
    "remind": Key("spans", "After how long to remind"),
}

PERSON = {
    **TIMES,
    "shows": Key("names", "The facts that the person sees; the answer counts only while they stay as they were"),
    "not by": Key("names", "Whoever supplied one of these facts may not answer (four eyes)"),
    "why": Key("yes/no", "A reason has to be given with the answer"),
    "skill": Key("name", "The skill that it takes"),
    "level": Key("expression", "The authority that it takes: a level, or an amount of money"),
    **SOURCE_TEXTS,
}

PARTS: dict[str, dict[str, Key]] = {
    "case type": {
        "case": Key("key", "The case type's key: the name of its folder"),
        "title": Key("text", "What the request is called, in the customer's words"),
        "summary": Key("text", "One sentence on what it does for the customer"),
        "for": Key("name", "The role that the case is for; 'none' for a case without a customer"),
        "owner": Key("name", "The team that answers for it"),
        "keep": Key("text", "How long an ended case is kept, such as '7 years after close'"),
        "currency": Key("text", "The currency of amounts without one, such as EUR"),
        "use": Key("names", "Groups of shared facts (types/shared.yaml), or single ones as group.fact"),
        "opens": Key(
            "opens",
            "Who or what opens a case: roles, teams, 'visitor' for whoever is not signed in, events, times; "
            "without it, the role that it is for",
        ),
        "same": Key("same", "When a new request is the same as an earlier one"),
        "roles": Key("roles", "Who takes part"),
        "promises": Key("promises", "What the customer is told"),
        "facts": Key("facts", "What has to be known"),
        "actions": Key("actions", "What is changed, sent or made"),
        "outcomes": Key("outcomes", "How a case can end: the first that holds"),
    },
    "role": {
        "label": Key("text", "What the role is called, for people"),
        "who": Key("expression", "Finds the person: a fact, a member, or system.operation(arguments)"),
        "mandate": Key("name", "May act for the one named in 'of' within mandates of this scope"),
        "of": Key("name", "The role for which it acts"),
        "if": Key("expression", "The role is there only if this holds"),
        "until": Key("expression", "The date on which it ends"),
        "while": Key("expression", "The role may act only while this holds"),
        "may": Key("may", "What it may do: see, answer, upload, act; [] for nothing"),
        "stand in": Key("yes/no", "A deputy may act while this person is away"),
    },
    "promise": {
        "label": Key("text", "What the customer reads"),
        "of": Key("path", "The fact, the action, or 'outcome'"),
        "within": Key("span", "How long it takes at most"),
        "by": Key("expression", "The date or time by which it is there"),
        "from": Key("path", "The fact, action or promise whose time starts the clock; else the opening"),
        "pause": Key("names", "The roles for whom the clock stands still while they alone are awaited"),
        "when": Key("expression", "The promise is made only when this holds"),
        "calendar": Key("name", "Whose business days count"),
        "level": Key("number", "The share that has to be kept, such as 0.95"),
    },
    "fact": {
        "label": Key("text", "The question, or what it is called"),
        "help": Key("text", "What helps to answer"),
        "type": Key("type", "What it holds"),
        "kinds": Key("names", "The kinds of document that are accepted"),
        "choices": Key("choices", "The choices and their words; or a fact that lists them"),
        "check": Key("checks", "What has to hold for a value to count"),
        "if": Key("expression", "The fact is there only if this holds"),
        "else": Key("expression", "The value where the fact is not there, or nobody volunteered one"),
        "lapse": Key("expression", "The value of last resort, when all sources stayed silent"),
        "optional": Key("yes/no", "May be left blank"),
        "hide": Key("names", "The roles that may not see it"),
        "discreet": Key("yes/no", "Never lets anybody guess it from a question"),
        "searchable": Key("yes/no", "Cases can be found by it"),
        "fresh": Key("span", "How old a looked-up value may be just before an effect"),
        "agree": Key("agree", "Another fact that has to say the same"),
        "doubts": Key("doubts", "When it has this value, those facts are asked again"),
        "of": Key("name", "Of a list: one item per holder of this role. Of a signature: what is signed"),
        "many": Key("range", "Of a list: how many items, such as 1..10"),
        "starts": Key("expression", "Of a list: the items that it begins with"),
        "done": Key("expression", "Of a list: complete when this holds"),
        "repeat": Key("expression", "Of a list: one more item while this holds"),
        "facts": Key("facts", "Of a list: what has to be known of each item"),
        "actions": Key("actions", "Of a list: what is done for each item"),
        "is": Key("expression", "Source: computed; write unknown where the next source should decide"),
        "yes if": Key("expression", "Source: yes when this holds; otherwise the next source decides"),
        "no if": Key("expression", "Source: no when this holds; otherwise the next source decides"),
        "decide": Key("table", "Source: a decision table, TABLE.csv"),
        "read": Key("reads", "Source: a field of a document, document.field"),
        "lookup": Key("lookup", "Source: a system, system.operation"),
        "event": Key("event", "Source: something that happens outside"),
        "ask": Key("ask", "Source: a role; several are asked in turn"),
        "work": Key("work", "Source: a team"),
        "offer": Key("offer", "Source: who may volunteer it; nobody is asked"),
    },
    "lookup": {
        "call": Key("operation", "system.operation"),
        "with": Key("arguments", "Its parameters; what is not given is the fact or role of the same name"),
        "gives": Key("name", "The member of the answer that is the value"),
        **TIMES,
        **SOURCE_TEXTS,
    },
    "event": {
        "from": Key("operation", "Its name, such as post.returned"),
        "match": Key("expression", "The value by which the event finds this case"),
        "with": Key("arguments", "Further values that the event has to carry"),
        "gives": Key("name", "The member of the event that is the value"),
        **TIMES,
        **SOURCE_TEXTS,
    },
    "ask": {"who": Key("names", "The role, or several in turn"), **PERSON},
    "work": {"team": Key("name", "The team"), **PERSON},
    "offer": {"to": Key("names", "Roles or teams"), **PERSON},
    "check": {
        "must": Key("expression", "What has to hold"),
        "say": Key("text", "What the person reads otherwise; {fact} is filled"),
    },
    "agree": {
        "with": Key("path", "The other fact"),
        "within": Key("number", "By how much they may differ"),
    },
    "action": {
        "label": Key("text", "What it is called, for people"),
        "when": Key("expression", "Made as soon as this holds; without it, only where an outcome's 'do' names it"),
        "call": Key("operation", "A change in a system: system.operation"),
        "letter": Key("name", "A letter: letters/NAME.LANG.md"),
        "message": Key("name", "A message: messages/NAME.LANG.md"),
        "make": Key("name", "A document is made: letters/NAME.LANG.md"),
        "open": Key("key", "Another case is opened"),
        "work": Key("name", "Something a team does by hand"),
        "with": Key("arguments", "Its parameters; what is not given is the fact or role of the same name"),
        "to": Key("names", "The roles, or the fact that holds the person, that receive it"),
        "gives": Key("gives", "What is known afterwards"),
        "at": Key("expression", "Not before this time"),
        "every": Key("span", "Again and again, while it holds"),
        "most": Key("number", "How often at most"),
        "undo": Key("undo", "What takes it back when its condition no longer holds"),
        "amend": Key("undo", "What mends it when its arguments change"),
        "refused": Key("doubts", "A refusal's code, and the facts that are then asked again"),
        "follows": Key("changes", "'changes': later changes reach it, too"),
        "one at a time": Key("expression", "Cases with the same value take turns"),
        "within": Key("span", "How long it may take before a person looks"),
        "was": Key("name", "Its name in the version before"),
    },
    "outcome": {
        "label": Key("text", "What it is called, for people"),
        "when": Key("expression", "What has to hold; 'otherwise' has none"),
        "do": Key("steps", "The actions that make it true, in order; those in a list of their own side by side"),
        "else": Key("name", "The outcome that follows when a step can't be done; what was made is taken back"),
        "say": Key("text", "What the customer reads; {fact} is filled"),
        "keep": Key("text", "How long a case that ended so is kept"),
    },
    "same": {
        "by": Key("names", "The facts or roles that are equal"),
        "while": Key("same while", "'open' or 'always'"),
        "within": Key("span", "Only earlier requests of this time count"),
        "then": Key("same then", "'join' the earlier case, or 'ask' whether it is the same"),
    },
    "opening": {
        "event": Key("operation", "The event that opens a case"),
        "at": Key("expression", "The time at which a case is opened; may name the members of the row of 'for each'"),
        "every": Key("span", "From that time on again and again; of 'for each': how often the rows are read"),
        "for each": Key("path", "One case for each row that this gives: system.operation"),
    },
    "group": {
        "label": Key("text", "What the group is called, for people"),
        "purpose": Key("text", "What it is remembered for; the person can read this"),
        "valid": Key("span", "How long what was said is remembered as true"),
        "owner": Key("name", "The team that answers for it"),
        "facts": Key("facts", "The shared facts; 'party' stands for whom the case is for"),
    },
}  # fmt: skip

SOURCES = ("is", "yes if", "no if", "decide", "read", "lookup", "event", "ask", "work", "offer")
ACTION_KINDS = ("call", "letter", "message", "make", "open", "work")
