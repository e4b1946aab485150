"""How people sign in here: the settings of the sign-in library, from the organisation's own."""

from __future__ import annotations

import os
from typing import Any

from backline.project.organisation import Organisation, SettingsRefused, SignIn

APPS = [
    "backline.web.account.apps.AccountPages",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
]
MINUTES = 60
COUNTED_HERE, COUNTED, KEPT = 50_000, 10_000, 300
"""Most counts of tries in memory, and in the database, which looks how many there are at each; most of what was read"""


def sign_in_settings(organisation: Organisation) -> dict[str, Any]:
    """Accounts, codes, passwords, second factors, sessions, rate limits and identity providers."""
    told = organisation.sign_in
    secure = organisation.base_url.startswith("https://")
    return {
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "AUTH_PASSWORD_VALIDATORS": _password_rules(told),
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "SESSION_COOKIE_AGE": told.session_days * 24 * 60 * MINUTES,
        "ACCOUNT_ADAPTER": "backline.web.account.adapter.AccountAdapter",
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if secure else "http",
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
        "ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED": True,
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        "ACCOUNT_FORMS": {"request_login_code": "backline.web.account.forms.CodeForm"},
        "ACCOUNT_LOGIN_BY_CODE_ENABLED": True,
        "ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS": 3,
        "ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND": True,
        "ACCOUNT_LOGIN_BY_CODE_TIMEOUT": 15 * MINUTES,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_LOGOUT_REDIRECT_URL": "/",
        "ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED": True,
        "ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT": 15 * MINUTES,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ALLAUTH_TRUSTED_PROXY_COUNT": told.trusted_proxies,
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_TOTP_ISSUER": organisation.name,
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not secure,
        "SOCIALACCOUNT_ADAPTER": "backline.web.account.adapter.SocialAccountAdapter",
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": True,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT": True,
        "SOCIALACCOUNT_LOGIN_ON_GET": True,  # a form that leads to another site is refused by our content policy
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": _providers(told)}},
    }


def mail_settings(organisation: Organisation) -> dict[str, Any]:
    """Where mail goes out: to the host that is named, or else into the Maildir ``mail/out``."""
    mail = organisation.mail
    return {
        "DEFAULT_FROM_EMAIL": mail.sender,
        "SERVER_EMAIL": mail.sender,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"
        if mail.host
        else "backline.project.maildir.MaildirBackend",
        "EMAIL_FILE_PATH": str(organisation.folder / "mail" / "out"),
        "EMAIL_HOST": mail.host,
        "EMAIL_PORT": mail.port,
        "EMAIL_HOST_USER": mail.user,
        "EMAIL_HOST_PASSWORD": os.environ.get(mail.password_from, "") if mail.password_from else "",
        "EMAIL_USE_TLS": mail.security == "starttls",
        "EMAIL_USE_SSL": mail.security == "tls",
        "EMAIL_TIMEOUT": 20,
    }


def caches(engine: str) -> dict[str, Any]:
    """Where tries are counted, and what was read is kept for a while: in this process where it is the only one, else
    where all processes see it.

    They lie apart: whatever is kept, no count of tries is dropped for it. So many tries are counted that a stranger,
    who is slowed down by place, fills the counts no faster than they end.
    """
    one = engine.endswith("sqlite3")
    backend = "django.core.cache.backends." + ("locmem.LocMemCache" if one else "db.DatabaseCache")
    most = {"default": COUNTED_HERE if one else COUNTED, "kept": KEPT}
    places = {"default": "shared_cache", "kept": "shared_kept"}
    return {
        name: {"BACKEND": backend, "LOCATION": place, "OPTIONS": {"MAX_ENTRIES": most[name]}}
        for name, place in places.items()
    }


def _password_rules(told: SignIn) -> list[dict[str, Any]]:
    rules = "django.contrib.auth.password_validation"
    return [
        {"NAME": f"{rules}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["email"]}},
        {"NAME": f"{rules}.MinimumLengthValidator", "OPTIONS": {"min_length": told.password_length}},
        {"NAME": f"{rules}.CommonPasswordValidator"},
        {"NAME": f"{rules}.NumericPasswordValidator"},
    ]


def _providers(told: SignIn) -> list[dict[str, Any]]:
    """The identity providers as the library wants them; secrets come from the environment alone."""
    return [
        {
            "provider_id": provider.id,
            "name": provider.name or provider.id,
            "client_id": provider.client_id,
            "secret": _secret(provider.id, provider.secret_from),
            "settings": {"server_url": provider.server},
        }
        for provider in told.providers
    ]


def _secret(provider: str, variable: str) -> str:
    if not variable:
        return ""
    if variable not in os.environ:
        raise SettingsRefused(
            f"backline.yaml: the secret of sign_in provider '{provider}' is to come from {variable}, "
            "and the environment has no such variable"
        )
    return os.environ[variable]
