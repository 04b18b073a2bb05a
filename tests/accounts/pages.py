"""What a person does on the pages about accounts, and the codes that a phone would show."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.test import Client
from lxml import html

from reporting.models import User
from tests.accounts.conftest import PASSWORD

SIGN_IN = "/account/sign-in/"


def sign_in(email: str, password: str = PASSWORD, client: Client | None = None, **extra: Any) -> HttpResponse:
    return (client or Client()).post(SIGN_IN, {"login": email, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def words(response: HttpResponse) -> str:
    """What stands on the page, on one line."""
    return " ".join(html.fromstring(response.content).text_content().split())


def title(response: HttpResponse) -> str:
    return html.fromstring(response.content).findtext(".//title").strip()


def problems(response: HttpResponse) -> list[tuple[str, str]]:
    """Of the error summary: each sentence, and where it leads."""
    links = html.fromstring(response.content).xpath("//div[contains(@class, 'govuk-error-summary')]//li/a")
    return [(link.text_content().strip(), link.get("href")) for link in links]


def set_up_phone(person: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def recovery_codes(person: User) -> list[str]:
    return RecoveryCodes.activate(person).get_unused_codes()


def code(secret: str, steps: int = 0) -> str:
    """What the phone shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def has_phone(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type="totp").exists()


def wrong(secret: str) -> str:
    right = {code(secret, step) for step in (-2, -1, 0, 1, 2)}
    return next(
        guess for guess in ("000000", "000001", "000002", "000003", "000004", "000005") if guess not in right
    )
