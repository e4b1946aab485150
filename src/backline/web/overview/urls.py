"""The customer's addresses of views; those of colleagues stand with the workbench's."""

from __future__ import annotations

from django.urls import path

from backline.web.overview import pages

urlpatterns = [
    path("overview", pages.mine, name="overview"),
    path("overview/<str:view>/<str:part>", pages.my_part, name="overview-part"),
    path("work/people/<int:person>/overview", pages.of_person, name="work-overview"),
    path("work/people/<int:person>/overview/<str:view>/<str:part>", pages.part_of_person, name="work-overview-part"),
]
