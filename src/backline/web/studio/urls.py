"""The addresses of the studio, under ``/studio/``. A journey is one of our own case types or an imported log."""

from __future__ import annotations

from django.urls import include, path

from backline.web.studio import cases, forecasts, importing, journeys, measures, pictures, repeats

OWN, IMPORTED = {"own": True}, {"own": False}

urlpatterns = [
    path("judgements/", include("backline.web.studio.judgements.addresses")),
    path("what-if/", include("backline.web.studio.simulation.addresses")),
    path("types/", include("backline.web.studio.types.addresses")),
    path("promises/", include("backline.web.studio.promises.addresses")),
    path("", journeys.overview, name="studio"),
    path("requests/<str:name>/", pictures.show, OWN, name="studio-request"),
    path("requests/<str:name>/measures", measures.show, OWN, name="studio-request-measures"),
    path("requests/<str:name>/cases", cases.behind, OWN, name="studio-request-cases"),
    path("requests/<str:name>/cases/<path:case>", cases.one, OWN, name="studio-request-case"),
    path("logs/<str:name>/", pictures.show, IMPORTED, name="studio-log"),
    path("repeats/", repeats.show, name="studio-repeats"),
    path("imports", importing.upload, name="studio-imports"),
    path("imports/<str:key>", importing.show, name="studio-import"),
    path("logs/<str:name>/refusals", journeys.refusals, name="studio-log-refusals"),
    path("logs/<str:name>/forecast", forecasts.show, name="studio-log-forecast"),
    path("logs/<str:name>/measures", measures.show, IMPORTED, name="studio-log-measures"),
    path("logs/<str:name>/cases", cases.behind, IMPORTED, name="studio-log-cases"),
    path("logs/<str:name>/cases/<path:case>", cases.one, IMPORTED, name="studio-log-case"),
]
