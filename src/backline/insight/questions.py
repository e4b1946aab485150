"""What a task asks, in words, without an evaluation of its case."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backline.cases.models import Want
from backline.catalogue.reading.texts import Texts


def question_of(want: Want, texts: Texts, language: str) -> str:
    """The question of the task as its team reads it."""
    if want.title:
        return want.title
    if want.kind == "exception":
        return _exception(want, texts, language)
    if want.kind == "settle":
        return _("Which is right? %(what)s") % {"what": texts.label(_named(want), language)}
    return texts.asked(_named(want), want.source, language)


def _named(want: Want) -> str:
    """The fact as texts name it; one of a list with the list before it."""
    return ".".join([*(want.item.split("/")[::2] if want.item else ()), want.fact])


def _exception(want: Want, texts: Texts, language: str) -> str:
    about = texts.action(want.fact.rpartition("/")[2], language)
    words = {
        "stuck": _("Nobody is asked and no outcome is reached"),
        "no undo": _("Has to be undone by hand: %(about)s"),
        "no amend": _("Has to be changed by hand: %(about)s"),
        "effect failed": _("Did not work: %(about)s"),
        "refused": _("Was refused: %(about)s"),
    }
    text = words.get(want.source, want.source)
    return text % {"about": about} if "%(about)s" in text else text
