"""The addresses of the workbench, under ``/work/``."""

from __future__ import annotations

from django.urls import path

from backline.web.workbench import cases, documents, lists, tasks

urlpatterns = [
    path("", lists.work, name="work"),
    path("tasks/<int:task>", tasks.show, name="work-task"),
    path("tasks/<int:task>/taking", tasks.take, name="work-task-taking"),
    path("tasks/<int:task>/release", tasks.release, name="work-task-release"),
    path("cases/<str:reference>", cases.show, name="work-case"),
    path("cases/<str:reference>/documents/<int:document>", documents.show, name="work-document"),
    path("cases/<str:reference>/documents/<int:document>/file", documents.file, name="work-document-file"),
    path("cases/<str:reference>/documents/<int:document>/pages/<int:page>.png", documents.page, name="work-page"),
]
