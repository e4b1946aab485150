"""``/work/calls/ID``: who calls, what runs for them, and the note of the call. The number is a hint, no proof."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backline.cases.models import Case, PromiseRow
from backline.cases.openings.opening import open_case
from backline.cases.reach import cases_within_reach, load_case
from backline.cases.refusals import CaseNotFound, FactsRefused, Refusal, SameAlreadyOpen
from backline.cases.storage.row_ids import row_id
from backline.catalogue import listing, versions
from backline.channels.calls.knowing import Check, Maybe, checks_of, labels_of, maybe_calling, take_for
from backline.channels.calls.noting import add_transcript, note_call
from backline.channels.calls.transcripts import MOST_BYTES, TranscriptRefused, read_transcript
from backline.channels.models import Call, Contact
from backline.insight.search import people_named
from backline.people import identifiers, parties
from backline.people.actors import Actor
from backline.people.looking import log_look
from backline.people.models import Party
from backline.people.refusals import NotAnIdentifier
from backline.web.workbench import acting, summaries
from backline.web.workbench.ringing import caller_words

MOST = 8


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who it may be, and what to ask them."""

    party: Party
    why: str
    checks: list[Check]


@dataclass(frozen=True, kw_only=True)
class PromiseLine:
    """What was promised to the caller."""

    case: str
    label: str
    due: datetime | None
    tone: str


@require_safe
@acting.for_staff
def list_(request: HttpRequest, by: Actor) -> HttpResponse:
    """``/work/calls``: my latest calls."""
    rows = Call.objects.filter(staff=by.staff_id).select_related("party", "case").order_by("-began_at")[:50]
    calls = [(call, call.party.name if call.party else caller_words(call)) for call in rows]
    return render(request, "workbench/callers.html", {"calls": calls})


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def show(request: HttpRequest, by: Actor, call: int) -> HttpResponse:
    """The page of one call; what is sent says who it is, or what was said."""
    row, wrong = _call_of(call, by), ""
    if request.method == "POST":
        try:
            return DOORS.get(request.POST.get("how", ""), _note)(request, row, by)
        except (FactsRefused, TranscriptRefused) as refused:
            wrong = " ".join(refused.messages.values()) if isinstance(refused, FactsRefused) else str(refused)
        except CaseNotFound:
            wrong = _("There is no such case that you may see.")
        except SameAlreadyOpen as same:
            wrong = _("The same is open already: %(case)s. Note the call there.") % {"case": same.reference}
        except Refusal as refused_door:
            wrong = str(refused_door)
    elif row.opened_at is None:
        Call.objects.filter(pk=row.pk).update(opened_at=acting.now(), staff=row.staff_id or by.staff_id)
    return _page(request, row, by, wrong)


def _page(request: HttpRequest, call: Call, by: Actor, wrong: str) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    context = {
        "call": call,
        "who": call.party.name if call.party else caller_words(call),
        "words": words,
        "wrong": wrong,
        "said": request.POST,
        **(_known(call, call.party, by) if call.party else _unknown(call, words, by)),
    }
    return render(request, "workbench/caller.html", context, status=422 if wrong else 200)


def _unknown(call: Call, words: str, by: Actor) -> dict[str, object]:
    reach = cases_within_reach(by, now=acting.now())
    found = list(people_named(words, reach)[:MOST]) if len(words) > 1 else []
    return {
        "candidates": [_candidate(one) for one in maybe_calling(call.number)],
        "found": [Candidate(party=one, why="", checks=checks_of(one)) for one in found],
    }


def _candidate(one: Maybe) -> Candidate:
    why = _("The number is known as theirs.") if one.proven else _("They told us this number once.")
    return Candidate(party=one.party, why=why, checks=checks_of(one.party))


def _known(call: Call, party: Party, by: Actor) -> dict[str, object]:
    now, language = acting.now(), get_language() or ""
    cases = cases_within_reach(by, now=now).filter(participations__party=party).distinct().order_by("-opened_at")
    running = list(cases.exclude(state="ended")[:MOST])
    log_look(by=by, party=party, purpose=_("On the phone"), what=_("the person"), now=now)
    contacts = Contact.objects.filter(Q(case__in=cases) | Q(case=None), party=party).select_related("case")
    return {
        "party": party,
        "checked": labels_of(call.checked),
        "cases": summaries.summaries(running),
        "promises": _promises(running, language),
        "contacts": contacts.order_by("-taken_at")[:MOST],
        "services": [(one.key, one.texts.title(language)) for one in listing.search("", language=language)],
        "ended": summaries.summaries(list(cases.filter(state="ended")[:3])),
    }


def _promises(cases: list[Case], language: str) -> list[PromiseLine]:
    rows = PromiseRow.objects.filter(case__in=cases, due__isnull=False, kept_at=None).select_related("case")
    tones = {"broken": "bad", "at risk": "warn"}
    return [
        PromiseLine(
            case=row.case.reference, due=row.due, tone=tones.get(row.state, ""),
            label=versions.load(row.case.type_key, row.case.type_version).texts.promise(row.name, language),
        )
        for row in rows.order_by("due")
    ]  # fmt: skip


def _take_for(request: HttpRequest, call: Call, by: Actor) -> HttpResponse:
    """It is this person, who answered what they were asked."""
    party = Party.objects.filter(pk=row_id(request.POST.get("party", ""))).first()
    words = request.POST.get("q", "").strip()
    if party is None or not _may_be(party, call, words, by):
        raise Http404
    said = {check.name: request.POST.get(check.name, "") for check in checks_of(party)}
    wrong = take_for(call=call, party=party, by=by, said=said, now=acting.now())
    if wrong:
        raise FactsRefused(
            {"": _("That is not what we know: %(what)s. Tell nothing yet.") % {"what": ", ".join(wrong)}}
        )
    return redirect("work-caller", call.pk)


def _may_be(party: Party, call: Call, words: str, by: Actor) -> bool:
    """Somebody with this number, or found by these words: nobody for guessing."""
    if any(one.party.pk == party.pk for one in maybe_calling(call.number)):
        return True
    reach = cases_within_reach(by, now=acting.now())
    return len(words) > 1 and people_named(words, reach).filter(pk=party.pk).exists()


def _new_party(request: HttpRequest, call: Call, by: Actor) -> HttpResponse:
    """Somebody whom we did not know; their number is what they say it is."""
    name = request.POST.get("name", "").strip()
    if not name:
        raise FactsRefused({"name": _("Write their name.")})
    claims = {}
    with contextlib.suppress(NotAnIdentifier):  # it is withheld
        claims = {identifiers.PHONE: identifiers.normal(identifiers.PHONE, call.number)}
    now = acting.now()
    call.party = parties.create_party(name=name, claims=claims, now=now)
    call.save(update_fields=["party"])
    return redirect("work-caller", call.pk)


def _somebody_else(request: HttpRequest, call: Call, by: Actor) -> HttpResponse:
    call.party, call.checked = None, []
    call.save(update_fields=["party", "checked"])
    return redirect("work-caller", call.pk)


def _note(request: HttpRequest, call: Call, by: Actor) -> HttpResponse:
    """The note or the transcript goes to the chosen case, or to a new one."""
    if call.party is None:
        raise FactsRefused({"": _("Say first who it is.")})
    told, now = request.POST, acting.now()
    file = request.FILES.get("transcript")
    if not told.get("text", "").strip() and file is None:
        raise FactsRefused({"text": _("Write what was said, or choose a transcript.")})
    transcript = read_transcript(file.name or "", file.read(MOST_BYTES + 1)) if file else None
    case, new = _case_of(told, call, call.party, by, now)
    if told.get("text", "").strip():
        note_call(case=case, party=call.party, by=by, text=told["text"], call=call, now=now)
    if transcript is not None:
        add_transcript(case=case, party=call.party, by=by, transcript=transcript, call=call, now=now)
    messages.success(request, _("It is noted in %(case)s.") % {"case": case.reference})
    return redirect("work-call" if new else "work-case", case.reference)


def _case_of(told: Mapping[str, str], call: Call, party: Party, by: Actor, now: datetime) -> tuple[Case, bool]:
    """The case that was chosen, and whether it was opened for this."""
    chosen, service = told.get("case", ""), told.get("service", "")
    if chosen and chosen != "new":
        return load_case(chosen, by, now=now), False
    if not service:
        raise FactsRefused({"case": _("Choose the request that it was about, or what they want.")})
    definition = versions.load_current(service).definition
    case = open_case(
        type_key=service, by=by, channel="phone", parties={definition.for_: party.pk}, now=now,
        once=f"call/{call.pk}/{service}/{told.get('csrfmiddlewaretoken', '')[:40]}",
    )  # fmt: skip
    return case, True


def _call_of(number: int, by: Actor) -> Call:
    """A call at this colleague's telephone, or at nobody's yet; raises Http404."""
    rows = Call.objects.select_related("party", "case", "staff").filter(Q(staff=by.staff_id) | Q(staff=None))
    found = rows.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


DOORS: Mapping[str, Callable[[HttpRequest, Call, Actor], HttpResponse]] = {
    "who": _take_for,
    "new": _new_party,
    "else": _somebody_else,
    "note": _note,
}
