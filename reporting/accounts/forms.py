from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from reporting.accounts import limits
from reporting.models import User

NEW_PASSWORD = "At least 8 characters. Three words that nobody else would put together are easy to remember."  # noqa: S105 - a hint
CODE = "Six digits, from the app on your phone."


class SecretField(forms.CharField):
    """Never shown again, whatever template shows the form."""

    def bound_data(self, data: Any, initial: Any) -> str:
        return ""


def address_field() -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "username"})
    return forms.EmailField(
        label="E-mail address",
        widget=widget,
        error_messages={
            "required": "Enter your e-mail address",
            "invalid": "Enter an e-mail address such as name@example.org",
        },
    )


def password_field(label: str, help_text: str = "", autocomplete: str = "current-password") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    errors = {"required": "Enter your password" if autocomplete == "current-password" else "Choose a password"}
    return SecretField(label=label, strip=False, widget=widget, help_text=help_text, error_messages=errors)


def code_field(label: str, help_text: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})
    widget.classes = "govuk-input--width-10"
    return SecretField(
        label=label, widget=widget, help_text=help_text, error_messages={"required": "Enter the code"}
    )


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"], self.fields["password"] = address_field(), password_field("Password")


class PasswordAgainForm(ReauthenticateForm):
    password = password_field("Password")


# Second factor ----------------------------------------------------------------------------------------


class Once:
    """Wrong codes are counted, and a right one of a phone counts once."""

    def clean_code(self) -> str:
        guess = limits.guess(context.request, "code", str(self.user.pk))
        code = super().clean_code()
        if self.of_a_phone() and not limits.first_use(self.user.pk, code):
            raise get_adapter().validation_error("incorrect_code")
        guess.was_right()
        return code

    def of_a_phone(self) -> bool:
        return self.authenticator.type == Authenticator.Type.TOTP


class CodeForm(Once, AuthenticateForm):
    code = code_field("Code", f"{CODE} Or one of your recovery codes.")


class CodeAgainForm(Once, ReauthenticateByCodeForm):
    code = code_field("Code", f"{CODE} Or one of your recovery codes.")


class FirstCodeForm(Once, ActivateTOTPForm):
    code = code_field("Code", CODE)

    def of_a_phone(self) -> bool:
        return True


# Passwords --------------------------------------------------------------------------------------------


class NewPasswordForm(forms.Form):
    """For somebody who came by a link."""

    new_password = password_field("New password", NEW_PASSWORD, "new-password")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_new_password(self) -> str:
        password = self.cleaned_data["new_password"]
        password_validation.validate_password(password, self.person)
        return password


class WelcomeForm(NewPasswordForm):
    name = forms.CharField(
        label="Your name",
        max_length=150,
        help_text="As colleagues know you.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name"},
    )
    field_order = ["name", "new_password"]


class ChangePasswordForm(NewPasswordForm):
    old_password = password_field("Your password until now")
    field_order = ["old_password", "new_password"]

    def clean_old_password(self) -> str:
        password = self.cleaned_data["old_password"]
        guess = limits.guess(context.request, "password", self.person.email)
        if not self.person.check_password(password):
            raise ValidationError("This is not your password until now.")
        guess.was_right()
        return password


class ForgottenForm(forms.Form):
    email = address_field()

    def clean_email(self) -> str:
        """Each is counted: a mail that was asked for can't be taken back."""
        email = self.cleaned_data["email"].lower()
        limits.guess(context.request, "reset", email)
        return email
