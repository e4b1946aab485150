"""Addresses of a person's own account, besides those of the sign-in library."""

from __future__ import annotations

from django.urls import path, reverse_lazy
from django.views.generic import RedirectView

from backline.web.account.addresses import Addresses
from backline.web.account.overview import overview

urlpatterns = [
    path("", overview, name="account"),
    path("signup/", RedirectView.as_view(url=reverse_lazy("account_login"), query_string=True), name="account_signup"),
    path("email/", Addresses.as_view(), name="account_email"),
]
