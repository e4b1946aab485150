"""The addresses of promises, under ``/studio/promises/``."""

from __future__ import annotations

from django.urls import path

from backline.web.studio.promises import listing, publishing, showing

urlpatterns = [
    path("", listing.overview, name="studio-promises"),
    path("<str:key>/publication/", publishing.publication, name="studio-publication"),
    path("<str:key>/<str:name>/", showing.show, name="studio-promise"),
    path("<str:key>/<str:name>/seen", showing.see, name="studio-promise-seen"),
]
