"""The addresses of the work list as a spreadsheet, under ``/work/``."""

from __future__ import annotations

from django.urls import path

from backline.web.workbench.sheets import pages

urlpatterns = [
    path("spreadsheet", pages.download, name="work-spreadsheet"),
    path("spreadsheets", pages.bring, name="work-spreadsheets"),
    path("spreadsheets/<int:file>", pages.show, name="work-spreadsheet-back"),
    path("spreadsheets/<int:file>/report", pages.report, name="work-spreadsheet-report"),
]
