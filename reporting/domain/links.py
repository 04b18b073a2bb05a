"""Addresses that let one person in, for a while and once. They are made when a mail is sent, and never stored."""

from datetime import timedelta

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36

from reporting.models import User


class Key(PasswordResetTokenGenerator):
    """Dead once the person has a new password, has signed in or has another address; and after its time."""

    def __init__(self, purpose: str, valid: timedelta) -> None:
        super().__init__()
        self.key_salt = f"reporting.links.{purpose}"
        self.valid = valid

    def check_token(self, user: User | None, token: str | None) -> bool:
        if not user or not token or not super().check_token(user, token):
            return False
        made = base36_to_int(token.partition("-")[0])
        return self._num_seconds(self._now()) - made <= self.valid.total_seconds()


# PASSWORD_RESET_TIMEOUT is the longest that any of them may be valid.
INVITATION = Key("invitation", timedelta(days=7))
PASSWORD_RESET = Key("password_reset", timedelta(days=1))


def invitation_address(person: User) -> str:
    """Where the invited person chooses a name and a password; who has a password already signs in."""
    if person.has_usable_password():
        return reverse("account_login")
    return reverse("account_welcome", args=[int_to_base36(person.pk), INVITATION.make_token(person)])


def password_reset_address(person: User) -> str:
    return reverse(
        "account_reset_password_from_key", args=[int_to_base36(person.pk), PASSWORD_RESET.make_token(person)]
    )
