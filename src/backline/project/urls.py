"""Every address of the product, room by room."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from backline.project.health import health, ready

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("ready", ready, name="ready"),
    path("account/", include("backline.web.account.urls")),
    path("account/", include("allauth.urls")),
    path("", include("backline.web.ui.urls")),
    path("", include("backline.web.api.urls")),
    path("", include("backline.web.overview.urls")),
    path("work/", include("backline.web.workbench.urls")),
    path("studio/", include("backline.web.studio.urls")),
    path("", include("backline.web.portal.urls")),
]

if settings.ORGANISATION.demonstration:
    urlpatterns.insert(0, path("mailbox/", include("backline.demo.mailbox.urls")))

handler400 = "backline.web.ui.failing.bad_request"
handler403 = "backline.web.ui.failing.not_allowed"
handler404 = "backline.web.ui.failing.not_found"
handler429 = "backline.web.account.slowing.too_many"
handler500 = "backline.web.ui.failing.broken"
