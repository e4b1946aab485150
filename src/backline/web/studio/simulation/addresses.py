"""The addresses of simulations, under ``/studio/what-if/``."""

from __future__ import annotations

from django.urls import path

from backline.web.studio.simulation import pages

urlpatterns = [
    path("", pages.house, name="studio-what-ifs"),
    path("<str:key>/<str:name>/", pages.what_if, name="studio-what-if"),
]
