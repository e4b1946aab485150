"""How a person signs in. The name is the e-mail address, in any case."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from backline.people.models.parties import Party
from backline.people.models.staffing import Staff


class Accounts(BaseUserManager["Account"]):
    """Finds an account by its address without regard to case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """A log-in of a customer, of a colleague, or of one who is both."""

    email = models.EmailField(unique=True)
    party = models.OneToOneField(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="account")
    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="account")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="account_email_once")]

    def __str__(self) -> str:
        return self.email
