"""The addresses of judgements, under ``/studio/judgements/``."""

from __future__ import annotations

from django.urls import path

from backline.web.studio.judgements import pages

urlpatterns = [
    path("", pages.overview, name="studio-judgements"),
    path("<str:key>/<str:fact>/", pages.show, name="studio-judgement"),
    path("<str:key>/<str:fact>/shadow", pages.shadow, name="studio-shadow"),
    path("<str:key>/<str:fact>/draft", pages.draft, name="studio-draft"),
]
