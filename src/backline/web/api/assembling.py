"""The API, put together from its parts."""

from __future__ import annotations

from ninja import Router

from backline.web.api import (
    adding,
    capabilities,
    cases,
    contacts,
    correspondence,
    documents,
    effects,
    events,
    facts,
    looks,
    mandates,
    merging,
    overviews,
    parties,
    refusing,
    services,
    staffing,
    subscriptions,
    supposing,
    tasks,
)
from backline.web.api.describing import DescribedApi
from backline.web.api.reading import CarefulParser

DESCRIPTION = """
Everything that the pages do. A program calls with a token (`Authorization: Bearer`), a page with its session.

Errors are problem details (RFC 9457); `type` is a page that explains it. The version of a case is its ETag: send it in
`If-Match`, and a change happens only to what you saw. An `Idempotency-Key` opens one case however often it is sent.
Lists go on at `next`. Words are in the language of `Accept-Language`. Say in `Look-Purpose` what you look at data for:
the person whose data it is can read it.
"""
PARTS: tuple[tuple[str, Router], ...] = (
    ("/services", services.router),
    ("/cases", cases.router),
    ("/cases", facts.router),
    ("/cases", supposing.router),
    ("/cases", correspondence.router),
    ("", documents.router),
    ("", tasks.router),
    ("", adding.router),
    ("", effects.router),
    ("", events.router),
    ("", parties.router),
    ("", merging.router),
    ("", overviews.router),
    ("/mandates", mandates.router),
    ("", looks.router),
    ("/contacts", contacts.router),
    ("", staffing.router),
    ("", capabilities.router),
    ("", subscriptions.router),
)

api = DescribedApi(
    title="Backline",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    parser=CarefulParser(),
)
refusing.install(api)
for prefix, router in PARTS:
    api.add_router(prefix, router)
