"""What becomes of a row, in words: for the page, for the report, and for the list of what changed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backline.web.workbench.sheets.comparing import Line


def heading(state: str) -> str:
    """Over the rows of one state."""
    told = {
        "answer": _("Will be answered"),
        "refused": _("Refused: to be mended in the file"),
        "changed": _("Changed meanwhile: to be looked at again"),
        "not yours": _("Not yours to answer"),
        "answered": _("Answered"),
        "gone": _("No longer asked"),
        "unknown": _("Not written here"),
        "empty": _("Without an answer: stays open"),
    }
    return told[state]


def result(line: Line) -> str:
    """In one cell of the report."""
    told = [_first(line), line.words if line.state not in ("answered", "gone") else ""]
    told += [
        _("%(label)s: was “%(was)s”, is now “%(now)s”.") % {"label": one.label, "was": one.was, "now": one.now}
        for one in line.moved
    ]
    told += [_("%(cell)s can't be changed here; it was left as it is.") % {"cell": one.cell} for one in line.edited]
    return " ".join(words for words in told if words)


def _first(line: Line) -> str:
    told = {
        "answer": _("Not answered yet."),
        "refused": _("%(cell)s refused.") % {"cell": line.cell},
        "changed": _("Not answered."),
        "not yours": _("Not answered."),
        "unknown": _("Not answered."),
        "empty": _("No answer."),
    }
    return told.get(line.state, line.words)
