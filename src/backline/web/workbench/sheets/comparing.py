"""A file that came back, row by row: what would be answered, what changed meanwhile, what is refused and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from backline.cases.answering import try_answer
from backline.cases.models import Want
from backline.cases.reach import cases_within_reach
from backline.cases.refusals import FactsRefused, Refusal
from backline.cases.showing.naming import names_of
from backline.documents.spreadsheets import Given, GivenRow
from backline.documents.storing import DocumentRefused
from backline.insight import worklists
from backline.people.actors import Actor
from backline.web.ui.cells import text_of as written_text
from backline.web.workbench.sheets import keys
from backline.web.workbench.sheets.answers_in_cells import CellRefused, text_of, value_of
from backline.web.workbench.sheets.keys import Key
from backline.web.workbench.sheets.rows import ANSWER, FACT, KEY, NOTE, Row, rows_of, value_in
from backline.web.workbench.sheets.theirs import is_theirs

MOST = 200
"""Rows in one file"""
HEADINGS = 2
NOTHING = Given()
STATES = ("answer", "refused", "changed", "not yours", "answered", "gone", "unknown", "empty")


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A row of the file, its cells by the name of their column."""

    row: GivenRow
    letters: Mapping[str, str]
    headings: Mapping[str, str]
    several: bool
    """The file has several sheets with tasks"""
    key: Key | None

    def given(self, column: str) -> Given:
        return self.row.cells.get(self.letters.get(column, ""), NOTHING)

    def cell(self, column: str) -> str:
        """Such as D7, with its sheet where there are several."""
        place = f"{self.letters.get(column, '')}{self.row.number}"
        return f"{self.row.sheet} {place}" if self.several else place


@dataclass(frozen=True, kw_only=True)
class Edited:
    """A cell that is not to be filled, and was changed all the same."""

    cell: str
    heading: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What the house says otherwise now than when the file was written."""

    label: str
    was: str
    now: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """What becomes of a row."""

    filled: Filled
    state: str
    words: str = ""
    cell: str = ""
    """The cell that is refused, or the answer's"""
    want: Want | None = None
    question: str = ""
    customer: str = ""
    answer: str = ""
    note: str = ""
    value: object = None
    edited: tuple[Edited, ...] = ()
    moved: tuple[Moved, ...] = field(default=())

    @property
    def reference(self) -> str:
        return self.want.case.reference if self.want else self.filled.given("case").text


def compare(rows: Sequence[GivenRow], *, by: Actor, now: datetime) -> list[Line]:
    """Each row with a task, in the order of the file. Raises DocumentRefused where there is none, or too many."""
    filled = list(_filled(rows))
    if not filled:
        raise DocumentRefused(_("No tasks stand in this file. Choose the file that you downloaded from the work list."))
    if len(filled) > MOST:
        raise DocumentRefused(_("At most %(most)s tasks fit in one file. Bring back fewer at a time.") % {"most": MOST})
    reached, known = _wants(filled, by), _rows(filled, by, now)
    names = names_of({want.closed_by for want in reached.values() if want.closed_by})
    seen: set[int] = set()
    lines = []
    for one in filled:
        again = one.key is not None and one.key.task in seen
        seen |= {one.key.task} if one.key else set()
        lines.append(_twice(one) if again else _line(one, reached, known, names, by, now))
    return lines


def _filled(rows: Sequence[GivenRow]) -> Iterator[Filled]:
    heads = {row.sheet: {cell.text: letter for letter, cell in row.cells.items()} for row in rows if row.number == 1}
    heads = {sheet: letters for sheet, letters in heads.items() if KEY in letters and ANSWER in letters}
    headings = {row.sheet: row.cells for row in rows if row.number == HEADINGS and row.sheet in heads}
    for row in rows:
        letters = heads.get(row.sheet)
        if letters is None or row.number <= HEADINGS:
            continue
        told = headings.get(row.sheet, {})
        named = {name: told[letter].text for name, letter in letters.items() if letter in told}
        key = keys.read(row.cells.get(letters[KEY], NOTHING).text)
        yield Filled(row=row, letters=letters, headings=named, several=len(heads) > 1, key=key)


def _wants(filled: Iterable[Filled], by: Actor) -> dict[int, Want]:
    """The tasks within reach, open or not."""
    found = Want.objects.select_related("case").filter(pk__in=[one.key.task for one in filled if one.key])
    reach = set(cases_within_reach(by).filter(pk__in={want.case_id for want in found}).values_list("pk", flat=True))
    return {want.pk: want for want in found if want.case_id in reach}


def _rows(filled: Iterable[Filled], by: Actor, now: datetime) -> dict[int, Row]:
    """The open ones as they would be written now, in the language in which they were."""
    languages: dict[str, list[int]] = {}
    for one in filled:
        if one.key:
            languages.setdefault(one.key.language, []).append(one.key.task)
    found: dict[int, Row] = {}
    reach = cases_within_reach(by)
    for language, tasks in languages.items():
        open_ones = Want.objects.filter(pk__in=tasks, closed_at__isnull=True, case__in=reach)
        with translation.override(language):
            wants = worklists.pressing_first(open_ones.select_related("case"), now=now)
            found |= {row.want.pk: row for row in rows_of(wants, by=by, language=language, now=now)}
    return found


def _twice(one: Filled) -> Line:
    return Line(filled=one, state="refused", cell=one.cell(ANSWER), words=_("This task stands in the file twice."))


def _line(
    one: Filled, reached: Mapping[int, Want], known: Mapping[int, Row], names: Mapping[str, str], by: Actor,
    now: datetime,
) -> Line:  # fmt: skip
    if one.key is None:
        words = _("This row was not written here: its hidden key is missing or was changed.")
        return Line(filled=one, state="unknown", cell=one.cell(KEY), words=words)
    want = reached.get(one.key.task)
    if want is None:
        words = _("This task is not within your reach.")
        return Line(filled=one, state="not yours", cell=one.cell(ANSWER), words=words)
    row = known.get(want.pk)
    if row is None:
        return _closed(one, want, names)
    return _open(one, one.key, row, by, now)


def _closed(one: Filled, want: Want, names: Mapping[str, str]) -> Line:
    told = {"who": names.get(want.closed_by, "") or _("somebody")}
    answered = want.closed == "answered"
    words = _("Answered by %(who)s.") % told if answered else _("This is no longer asked.")
    question, said = one.given("question").text, one.given(ANSWER).text
    return Line(
        filled=one, state="answered" if answered else "gone", words=words, want=want, question=question, answer=said,
        cell=one.cell(ANSWER),
    )  # fmt: skip


def _open(one: Filled, key: Key, row: Row, by: Actor, now: datetime) -> Line:
    moved = tuple(_moved(one, key, row))
    state, words, column, value = _judged(one, row, moved, by, now)
    return Line(
        filled=one, state=state, words=words, cell=one.cell(column), want=row.want, question=row.line.question,
        customer=row.line.customer,
        answer=one.given(ANSWER).text, note=one.given(NOTE).text, value=value,
        edited=tuple(_edited(one, key)), moved=moved,
    )  # fmt: skip


def _judged(one: Filled, row: Row, moved: tuple[Moved, ...], by: Actor, now: datetime) -> tuple[str, str, str, object]:
    """The state, why, the column that it is about, and the value of the answer."""
    column = ANSWER
    try:
        if not text_of(one.given(ANSWER)):
            lone = _("There is a note and no answer.") if one.given(NOTE).text else ""
            return ("refused" if lone else "empty"), lone, ANSWER, None
        column = NOTE
        note = text_of(one.given(NOTE))
        if row.why and not note:
            return "refused", _("Please give a reason."), NOTE, None
        column = ANSWER
        value = value_of(row, one.given(ANSWER))
        _try(row, value, note, by, now)
    except CellRefused as refused:
        return "refused", str(refused), column, None
    except FactsRefused as unfit:
        return "refused", " ".join(unfit.messages.values()), ANSWER, None
    except Refusal as not_theirs:
        return "not yours", str(not_theirs), ANSWER, None
    if moved:
        return "changed", _("What the answer is about has changed since the file was written."), ANSWER, None
    return "answer", "", ANSWER, value


def _try(row: Row, value: object, note: str, by: Actor, now: datetime) -> None:
    if row.fact is not None:
        return try_answer(want=row.want, by=by, value=value, reason=note, now=now)
    if not is_theirs(row, by, now):
        raise Refusal(_("This is a task of another team."))


def _moved(one: Filled, key: Key, row: Row) -> Iterator[Moved]:
    """Of the facts, the customer and the question; when it is due may well move."""
    names = [column for column in key.written if column != "due"]
    names += [name for shown in row.shown if (name := FACT + shown.name) not in names]
    for name in names:
        value = value_in(row, name)
        text = "" if value is None else written_text(value)
        if keys.stamp(text) != key.written.get(name, keys.stamp("")):
            intact = name in key.written and keys.stamp(one.given(name).text) == key.written[name]
            was = one.given(name).text if intact else ""
            label = next((shown.label for shown in row.shown if FACT + shown.name == name), "")
            yield Moved(label=label or one.headings.get(name, name), was=was, now=text)


def _edited(one: Filled, key: Key) -> Iterator[Edited]:
    for name in one.letters:
        if name not in (ANSWER, NOTE, KEY):
            text = one.given(name).text
            if keys.stamp(text) != key.written.get(name, keys.stamp("")):
                yield Edited(cell=one.cell(name), heading=one.headings.get(name, name), text=text)
