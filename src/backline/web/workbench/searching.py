"""``/work/search?q=``: a case, a person or a document, by whatever somebody says on the phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from backline.insight.document_search import search_documents
from backline.insight.search import search
from backline.people.actors import Actor
from backline.web.workbench import acting, summaries


@require_safe
@acting.for_staff
def find(request: HttpRequest, by: Actor) -> HttpResponse:
    """What was found; a whole reference leads straight to its case."""
    words = request.GET.get("q", "").strip()
    found = search(words, by=by, now=acting.now())
    if found.exact:
        return redirect("work-case", found.cases[0].reference)
    documents = search_documents(words, by=by, now=acting.now())
    context = {"words": words, "cases": summaries.summaries(found.cases), "people": summaries.people(found.people)}
    return render(request, "workbench/search.html", context | {"documents": documents})
