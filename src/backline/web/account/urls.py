"""Addresses of a person's own account, besides those of the sign-in library."""

from __future__ import annotations

from django.urls import path

from backline.web.account.addresses import Addresses
from backline.web.account.overview import overview

urlpatterns = [
    path("", overview, name="account"),
    path("email/", Addresses.as_view(), name="account_email"),
]
