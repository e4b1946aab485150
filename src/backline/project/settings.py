"""Django's settings, from the organisation's folder and the environment."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from backline.project import sign_in
from backline.project.organisation import read_organisation

FOLDER = Path(os.environ.get("BACKLINE_DATA", "var/organisation")).resolve()
ORGANISATION = read_organisation(FOLDER)


def _secret_key(folder: Path) -> str:
    """The key that signs sessions and links: from the environment, else made once and kept beside the data."""
    if given := os.environ.get("BACKLINE_SECRET_KEY"):
        return given
    path = folder / "secret.key"
    if not path.exists():
        if not folder.exists():
            return secrets.token_urlsafe(48)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii")


LINES = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=20000",
}
"""Either end lets go of a PostgreSQL line after 20 seconds without the other: a machine that is cut off holds no lock
for longer, and has lost its line long before its claims end and others take over its effects"""


def _database(url: str, folder: Path) -> dict[str, Any]:
    """SQLite in the folder, or what ``postgresql://user:password@host:port/name`` says."""
    if not url or url.startswith("sqlite"):
        path = Path(url.partition("///")[2]) if url.partition("///")[2] else folder / "db.sqlite3"
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
        tested = {"NAME": str(folder / "test.sqlite3")}  # a file, so that threads of a test meet as they do in service
        return {
            "ENGINE": "backline.project.sqlite3",
            "NAME": path,
            "CONN_MAX_AGE": 600,
            "OPTIONS": options,
            "TEST": tested,
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": LINES,
    }


SECRET_KEY = _secret_key(FOLDER)
DEBUG = False
ALLOWED_HOSTS = [h for h in (urlsplit(ORGANISATION.base_url).hostname, "127.0.0.1", "localhost", "[::1]") if h]
CSRF_TRUSTED_ORIGINS = [ORGANISATION.base_url]
DATABASES = {"default": _database(os.environ.get("BACKLINE_DATABASE_URL", ""), FOLDER)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "ninja",
    *sign_in.APPS,
    "backline.people.apps.People",
    "backline.catalogue.apps.Catalogue",
    "backline.documents.apps.Documents",
    "backline.connectors.apps.Connectors",
    "backline.jobs.apps.Jobs",
    "backline.cases.apps.Cases",
    "backline.channels.apps.Channels",
    "backline.insight.apps.Insight",
    "backline.web.ui.apps.Ui",
    "backline.web.portal.apps.Portal",
    "backline.web.overview.apps.Overview",
    "backline.web.workbench.apps.Workbench",
    "backline.web.studio.apps.Studio",
    "backline.web.api.apps.Api",
    *(["backline.demo.mailbox.apps.Mailbox"] if ORGANISATION.demonstration else []),
]

MIDDLEWARE = [
    "backline.project.health.Probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "backline.web.ui.frame.NotKept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "backline.web.ui.frame.ReaderZone",
    "backline.web.portal.slowing.FairShare",
    "allauth.account.middleware.AccountMiddleware",
]

AUTH_USER_MODEL = "people.Account"
globals().update(sign_in.sign_in_settings(ORGANISATION) | sign_in.mail_settings(ORGANISATION))

ROOT_URLCONF = "backline.project.urls"
WSGI_APPLICATION = "backline.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backline.web.ui.frame.frame",
                *(["backline.demo.mailbox.context.log_ins"] if ORGANISATION.demonstration else []),
            ],
        },
    }
]

LANGUAGE_CODE = ORGANISATION.languages[0]
LANGUAGES = [(code, {"en": "English", "de": "Deutsch"}.get(code, code)) for code in ORGANISATION.languages]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ORGANISATION.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = FOLDER / "static"
WHITENOISE_USE_FINDERS = True

SECURE = ORGANISATION.base_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
CSRF_FAILURE_VIEW = "backline.web.ui.failing.stale_form"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CACHES = sign_in.caches(DATABASES["default"]["ENGINE"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"without_links": {"()": "backline.project.masking.WithoutLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["without_links"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

CASES_FITTINGS = "backline.project.wiring.case_fittings"
"""What the cases room gets from rooms above it, and from the organisation's settings"""
SYSTEMS_DOWN = "backline.channels.outages.noted_since"
"""Who tells the connectors which systems a person said are down"""
