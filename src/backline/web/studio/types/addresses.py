"""The addresses of the catalogue, under ``/studio/types/``."""

from __future__ import annotations

from django.urls import path

from backline.web.studio.types import catalogue, editing, moving, showing, tables, trying

urlpatterns = [
    path("", catalogue.overview, name="studio-types"),
    path("new", catalogue.new, name="studio-type-new"),
    path("<str:key>/", showing.show, name="studio-type"),
    path("<str:key>/versions/<int:number>", showing.version, name="studio-type-version"),
    path("<str:key>/draft", editing.edit, name="studio-type-draft"),
    path("<str:key>/draft/check", editing.check, name="studio-type-check"),
    path("<str:key>/draft/begin", editing.begin, name="studio-type-begin"),
    path("<str:key>/draft/drop", editing.drop, name="studio-type-drop"),
    path("<str:key>/draft/cases", trying.show, name="studio-type-try"),
    path("<str:key>/tables/<str:name>", tables.download, name="studio-type-table"),
    path("<str:key>/draft/tables/<str:name>", tables.bring, name="studio-type-table-back"),
    path("<str:key>/move", moving.show, name="studio-type-move"),
]
