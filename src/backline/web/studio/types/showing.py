"""``/studio/types/KEY/``: one case type in words, its versions, and what each of them changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.cases.models import Case
from backline.cases.showing.naming import names_of
from backline.catalogue import drafting, versions
from backline.catalogue.comparing import Difference, differences, text_differences
from backline.catalogue.models import Version
from backline.catalogue.packing import AROUND, unpack
from backline.catalogue.reading.folders import TYPE
from backline.catalogue.showing import described
from backline.catalogue.versions import LoadedType
from backline.people.actors import Actor
from backline.web.studio.entering import for_analysts


@dataclass(frozen=True, kw_only=True)
class Part:
    """Roles, facts, actions, outcomes or promises."""

    title: str
    lines: tuple[tuple[str, str], ...]


@require_safe
@for_analysts
def show(request: HttpRequest, by: Actor, key: str) -> HttpResponse:
    """The case type as it is now."""
    organisation: Path = settings.ORGANISATION.folder
    loaded = loaded_or_404(key)
    history = list(Version.objects.filter(key=key).defer("files"))
    names = names_of(version.published_by for version in history)
    context = {
        "title": loaded.texts.title(get_language() or ""),
        "summary": loaded.texts.summary(get_language() or ""),
        "loaded": loaded,
        "parts": list(parts_of(loaded)),
        "history": [(version, names.get(version.published_by, version.published_by)) for version in history],
        "draft": drafting.draft_of(organisation, key),
        "left": Case.objects.filter(type_key=key).exclude(state="ended").exclude(type_version=loaded.version).count(),
        "by": by,
    }
    return render(request, "studio/types/type.html", context)


@require_safe
@for_analysts
def version(request: HttpRequest, by: Actor, key: str, number: int) -> HttpResponse:
    """One version: what it changed, and its files."""
    found = _version(key, number)
    before = Version.objects.filter(key=key, number__lt=number).first()
    own = {path: text for path, text in found.files.items() if not path.startswith(AROUND)}
    shown = request.GET.get("file", TYPE)
    context = {
        "title": versions.load(key, number).texts.title(get_language() or ""),
        "version": found,
        "before": before,
        "differences": changes(before.files, found.files, key) if before else [],
        "files": sorted(own),
        "shown": shown if shown in own else TYPE,
        "text": own.get(shown, own[TYPE]),
        "who": names_of([found.published_by]).get(found.published_by, found.published_by),
        "newest": versions.current(key).number,
        "draft": drafting.draft_of(settings.ORGANISATION.folder, key),
        "by": by,
    }
    return render(request, "studio/types/version.html", context)


def loaded_or_404(key: str) -> LoadedType:
    """The current version; raises Http404 where nothing was published under this key."""
    try:
        return versions.load_current(key)
    except versions.VersionNotFound:
        raise Http404


def changes(old: dict[str, str], new: dict[str, str], key: str) -> list[Difference]:
    """What differs between the files of two versions: of the definition, then of words and letters."""
    definitions = (unpack(files, key)[0].definition for files in (old, new))
    return [*differences(*definitions), *text_differences(old, new)]


def parts_of(loaded: LoadedType) -> Iterator[Part]:
    """The case type in words, part by part; empty parts are left out."""
    titles = {
        "roles": _("Who takes part"), "facts": _("What has to be known"), "actions": _("What is done"),
        "outcomes": _("How it ends"), "promises": _("What is promised"),
    }  # fmt: skip
    for name, lines in described(loaded).items():
        if lines:
            yield Part(title=titles[name], lines=tuple(lines.items()))


def _version(key: str, number: int) -> Version:
    try:
        return versions.published(key, number)
    except versions.VersionNotFound:
        raise Http404
