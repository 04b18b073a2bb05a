"""Where the accounts of this service differ from the library's: limits, closed doors, plain words."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from reporting import rules
from reporting.accounts import limits

WRONG = "The e-mail address or the password is wrong. Check both and try again."
WRONG_CODE = "The code is wrong or was used already. Enter the one that your phone shows now."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "incorrect_password": "The password is wrong.",
        "incorrect_code": WRONG_CODE,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Also for asking for the password again. A closed account is no account here."""
        guess = limits.guess(request, "password", credentials["email"])
        person = authenticate(request, username=credentials["email"], password=credentials["password"])
        if person is not None:
            guess.was_right()
        return person

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has just signed in is not asked for the password again."""
        records = get_authentication_records(self.request, self.request.user)
        recent = time.time() - REAUTHENTICATION_TIMEOUT
        return not any(record["at"] > recent for record in records)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        return redirect("account_login")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our own views say what was done."""

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        raise AssertionError("Mails are written to the outbox, by the domain.")


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": "Your role needs a second factor: you can move it to another phone, "
        "but not turn it off.",
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not rules.needs_second_factor(authenticator.user)
