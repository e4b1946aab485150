"""What a program signs in with."""

from __future__ import annotations

from django.db import models


class Token(models.Model):
    """An API token. Only a digest is stored; the prefix lets people tell tokens apart."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    """SHA-256 of the whole token, as hexadecimal digits"""
    scopes: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    created_by = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}...)"
