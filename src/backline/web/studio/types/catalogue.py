"""``/studio/types/``: every case type with its owner and its draft, found by words, team or use; and a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backline.cases.models import Case
from backline.catalogue import drafting, listing
from backline.catalogue.drafting import DraftingRefused
from backline.catalogue.models import Version
from backline.catalogue.reading.folders import TYPE
from backline.catalogue.versions import load
from backline.people.actors import Actor
from backline.people.models import Team
from backline.web.studio.entering import for_analysts

MOST_WORDS = 200
FIRST = """\
case: {key}
title: {title}
for: customer
owner: {owner}

roles:
  customer: {{label: Customer}}

facts:
  wish:
    label: What can we do for you?
    type: text
    ask: customer

outcomes:
  otherwise:
    label: Received
    say: Thank you. Somebody will write to you.
"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One case type."""

    key: str
    title: str
    owner: str
    version: int
    published_at: datetime | None
    open: int
    draft: bool


@require_safe
@for_analysts
def overview(request: HttpRequest, by: Actor) -> HttpResponse:
    """The catalogue."""
    words, owner, uses = (request.GET.get(name, "").strip()[:MOST_WORDS] for name in ("q", "owner", "uses"))
    rows = _rows(words, owner, uses, get_language() or "")
    context = {
        "rows": rows,
        "words": words,
        "owner": owner,
        "uses": uses,
        "owners": sorted({version.owner for version in listing.newest()}),
        "sifted": bool(words or owner or uses),
        "by": by,
    }
    return render(request, "studio/types/catalogue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def new(request: HttpRequest, by: Actor) -> HttpResponse:
    """A new case type, begun as a draft with one question."""
    said = {name: request.POST.get(name, "").strip()[:MOST_WORDS] for name in ("key", "title", "owner")}
    teams = dict(Team.objects.order_by("name").values_list("key", "name"))
    wrong = ""
    if request.method == "POST":
        wrong = _begun(by, said, teams)
        if not wrong:
            return HttpResponseRedirect(reverse("studio-type-draft", args=[said["key"]]))
    context = {"said": said, "teams": teams, "wrong": wrong, "by": by}
    return render(request, "studio/types/new.html", context, status=422 if wrong else 200)


def _begun(by: Actor, said: dict[str, str], teams: dict[str, str]) -> str:
    """Empty where it was begun, else what is wrong."""
    if not said["title"] or not said["key"]:
        return _("Write a title and a key.")
    if said["owner"] not in teams:
        return _("Choose the team that owns it.")
    if Version.objects.filter(key=said["key"]).exists():
        return _("There is a case type with this key already.")
    title = "'" + said["title"].replace("'", "''") + "'"
    first = FIRST.format(key=said["key"], title=title, owner=said["owner"])
    try:
        drafting.begin(
            organisation=settings.ORGANISATION.folder, key=said["key"], files={TYPE: first}, by=by,
            now=datetime.now(UTC),
        )  # fmt: skip
    except DraftingRefused as refused:
        return str(refused)
    return ""


def _rows(words: str, owner: str, uses: str, language: str) -> list[Row]:
    organisation: Path = settings.ORGANISATION.folder
    found = list(listing.newest(owner=owner))
    if words:
        spoken = [loaded.key for loaded in listing.search(words, language=language)]
        found = [version for version in found if version.key in spoken]
    if uses:
        users = {use.key for use in (*listing.uses_of_shared(uses), *listing.uses_of_system(uses))}
        found = [version for version in found if version.key in users]
    open_ones = dict(
        Case.objects.exclude(state="ended").order_by().values_list("type_key").annotate(number=Count("pk"))
    )
    rows = [_row(version, organisation, open_ones, language) for version in found]
    if not (words or owner or uses):
        rows += [_new_row(key) for key in drafting.drafts(organisation) if key not in {row.key for row in rows}]
    return sorted(rows, key=lambda row: row.title.casefold())


def _row(version: Version, organisation: Path, open_ones: dict[str, int], language: str) -> Row:
    return Row(
        key=version.key, title=load(version.key, version.number).texts.title(language), owner=version.owner,
        version=version.number, published_at=version.published_at, open=open_ones.get(version.key, 0),
        draft=drafting.draft_of(organisation, version.key) is not None,
    )  # fmt: skip


def _new_row(key: str) -> Row:
    return Row(key=key, title=key, owner="", version=0, published_at=None, open=0, draft=True)
