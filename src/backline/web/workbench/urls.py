"""The addresses of the workbench, under ``/work/``."""

from __future__ import annotations

from django.urls import path

from backline.web.workbench import (
    calls,
    cases,
    contacts,
    documents,
    effects,
    endings,
    exceptions,
    facts,
    filing,
    handing,
    lists,
    notes,
    opening,
    participants,
    people,
    searching,
    systems,
    tasks,
    why,
)

CASE = "cases/<str:reference>"
PAPER = f"{CASE}/documents/<int:document>"

urlpatterns = [
    path("", lists.work, name="work"),
    path("search", searching.find, name="work-search"),
    path("systems", systems.show, name="work-systems"),
    path("people/<int:person>", people.show, name="work-person"),
    path("contacts/<int:contact>", contacts.show, name="work-contact"),
    path("contacts/<int:contact>/documents/<int:document>/page.png", contacts.page, name="work-contact-page"),
    path("contacts/<int:contact>/documents/<int:document>/file", contacts.file, name="work-contact-file"),
    path("exceptions", exceptions.list_, name="work-exceptions"),
    path("exceptions/<int:effect>", exceptions.show, name="work-exception"),
    path("exceptions/<int:effect>/decision", exceptions.decide, name="work-exception-decision"),
    path("tasks/<int:task>", tasks.show, name="work-task"),
    path("tasks/<int:task>/taking", tasks.take, name="work-task-taking"),
    path("tasks/<int:task>/release", tasks.release, name="work-task-release"),
    path("tasks/<int:task>/handover", handing.over, name="work-task-handover"),
    path("cases/new", opening.new, name="work-new"),
    path(CASE, cases.show, name="work-case"),
    path(f"{CASE}/presence", cases.presence, name="work-presence"),
    path(f"{CASE}/call", calls.script, name="work-call"),
    path(f"{CASE}/notes", notes.note, name="work-notes"),
    path(f"{CASE}/tasks", notes.task, name="work-tasks"),
    path(f"{CASE}/colleagues", notes.ask_colleague, name="work-colleagues"),
    path(f"{CASE}/questions", notes.ask_customer, name="work-questions"),
    path(f"{CASE}/participants", participants.add, name="work-participants"),
    path(f"{CASE}/closure", endings.close, name="work-closure"),
    path(f"{CASE}/reopening", endings.reopen, name="work-reopening"),
    path(f"{CASE}/effects/<int:effect>", effects.settle, name="work-effect"),
    path(f"{CASE}/documents", filing.file, name="work-documents"),
    path(PAPER, documents.show, name="work-document"),
    path(f"{PAPER}/file", documents.file, name="work-document-file"),
    path(f"{PAPER}/pages/<int:page>.png", documents.page, name="work-page"),
    path(f"{CASE}/facts/<path:path>/why", why.show, name="work-why"),
    path(f"{CASE}/facts/<path:path>", facts.show, name="work-fact"),
]
