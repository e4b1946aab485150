"""The API, put together from its parts."""

from __future__ import annotations

from ninja import NinjaAPI

from backline.web.api import cases, facts, refusing, tasks

api = NinjaAPI(
    title="Backline",
    version="1",
    description="Everything that the pages do. Errors are problem details (RFC 9457).",
    urls_namespace="api",
    docs_url=None,
)
refusing.install(api)
api.add_router("/cases", cases.router)
api.add_router("/cases", facts.router)
api.add_router("", tasks.router)
