from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from strategy.dates import day_in_words


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def system(self, name: str) -> "User":
        """The named actor for what the service does by itself, such as “importer”. It can't sign in."""
        user, made = self.get_or_create(
            email=f"{name}@system.invalid", defaults={"name": name.capitalize(), "is_system": True}
        )
        if made:
            user.set_unusable_password()
            user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or a named part of the service. The e-mail address is the name to sign in with."""

    email = models.EmailField("e-mail address", unique=True, error_messages={"unique": "This address is in use."})
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField("active", default=True)
    is_staff = models.BooleanField("may use the administration", default=False)
    is_system = models.BooleanField("a part of the service, not a person", default=False, editable=False)

    name_removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        if self.name_removed_at:
            return f"Name removed on {day_in_words(timezone.localtime(self.name_removed_at))}"
        return self.name or self.email
