"""Addresses that every part of the site shares."""

from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from backline.web.ui import branding, frame, guide

urlpatterns = [
    path("brand.css", branding.stylesheet, name="brand-css"),
    path("brand/logo", branding.logo, name="brand-logo"),
    path("ui/theme", frame.set_theme, name="set-theme"),
    path("ui/language", set_language, name="set-language"),
    path("ui/", guide.visual_language, name="visual-language"),
]
