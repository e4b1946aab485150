"""The addresses of the studio, under ``/studio/``. A journey is one of our own case types or an imported log."""

from __future__ import annotations

from django.urls import path

from backline.web.studio import journeys, pictures

urlpatterns = [
    path("", journeys.overview, name="studio"),
    path("requests/<str:name>/", pictures.show, {"own": True}, name="studio-request"),
    path("logs/<str:name>/", pictures.show, {"own": False}, name="studio-log"),
]
