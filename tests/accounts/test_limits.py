"""Guessing gets nowhere, and a department behind one address isn't shut out by one of its own."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from reporting.accounts import limits
from reporting.models import User
from tests.accounts.conftest import PASSWORD
from tests.accounts.pages import is_signed_in, problems, recovery_codes, set_up_phone, sign_in, wrong

WAIT = "There were too many tries. Wait 15 minutes, then try again."
OFFICE = "192.0.2.7"  # the one address of a whole department


def asked_from(address: str, forwarded: str = "") -> HttpRequest:
    extra: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().post("/", REMOTE_ADDR=address, **extra)


def guesses_left(request: HttpRequest, account: str = "lea@example.invalid") -> int:
    """Takes them all."""
    for number in range(100):
        try:
            limits.guess(request, "password", account)
        except ValidationError:
            return number
    return 100


@pytest.mark.once
@pytest.mark.parametrize("guesses", [60, pytest.param(1000, marks=pytest.mark.long)])
def test_guesses_with_invented_addresses_get_nowhere(lea: User, rita: User, guesses: int) -> None:
    client = Client(REMOTE_ADDR=OFFICE)
    sign_in(
        rita.email, "no guess of hers", client
    )  # what is loaded once takes its time before the clock stands still
    with time_machine.travel(timezone.now(), tick=False):
        _guess_in_vain(lea, rita, client, guesses)


def _guess_in_vain(lea: User, rita: User, client: Client, guesses: int) -> None:
    answers = [
        sign_in(lea.email, f"guess {n}", client, HTTP_X_FORWARDED_FOR=f"198.51.100.{n % 250}, 10.0.0.{n % 99}")
        for n in range(guesses)
    ]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * (guesses - 5)
    assert [sentence for sentence, _ in problems(answers[-1])] == [WAIT]
    refused = sign_in(lea.email, PASSWORD, client)
    assert (refused.status_code, is_signed_in(client)) == (429, False)
    colleague = Client(REMOTE_ADDR=OFFICE)
    assert sign_in(rita.email, PASSWORD, colleague).status_code == 302
    assert is_signed_in(colleague)


def test_account_has_a_limit_over_all_addresses(db: None) -> None:
    left = [guesses_left(asked_from(f"192.0.2.{number}")) for number in range(6)]
    assert left == [5, 5, 5, 5, 0, 0]
    assert guesses_left(asked_from("192.0.2.0"), "other@example.invalid") == 5


def test_account_that_does_not_exist_is_limited_alike(db: None) -> None:
    answers = [sign_in("nobody@example.invalid", "guess") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


def test_waiting_helps_and_the_page_says_how_long(lea: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            sign_in(lea.email, "guess")
        clock.shift(timedelta(minutes=14, seconds=30))
        assert problems(sign_in(lea.email))[0][0] == "There were too many tries. Wait 1 minute, then try again."
        clock.shift(timedelta(seconds=31))
        assert sign_in(lea.email).status_code == 302


def test_right_password_uses_up_nothing(lea: User) -> None:
    assert [sign_in(lea.email).status_code for _ in range(30)] == [302] * 30


def test_signing_in_between_does_not_give_new_guesses(lea: User) -> None:
    for _ in range(4):
        sign_in(lea.email, "guess")
    assert sign_in(lea.email).status_code == 302
    assert [sign_in(lea.email, "guess").status_code for _ in range(2)] == [200, 429]


def test_header_is_not_read_where_no_proxy_is_ours(db: None) -> None:
    assert limits.address_of(asked_from(OFFICE, "198.51.100.1")) == OFFICE


@pytest.mark.parametrize(
    "proxies, forwarded, address",
    [
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.66, 198.51.100.1", "198.51.100.1"),  # the first is what the asker wrote itself
        (2, "203.0.113.66, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", OFFICE),  # not by way of our proxies
        (1, "", OFFICE),
    ],
)
def test_address_is_the_one_that_our_own_proxies_saw(settings, proxies: int, forwarded: str, address: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert limits.address_of(asked_from(OFFICE, forwarded)) == address


def test_ipv6_counts_as_the_network_that_one_household_has(db: None) -> None:
    one, other = (limits.address_of(asked_from(f"2001:db8:1:2::{end}")) for end in ("1", "ffff"))
    assert one == other


def test_codes_are_limited(rita: User) -> None:
    secret, client = set_up_phone(rita), Client()
    codes = recovery_codes(rita)
    sign_in(rita.email, client=client)
    guess = wrong(secret)
    answers = [client.post("/account/sign-in/code/", {"code": guess}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert client.post("/account/sign-in/code/", {"code": codes[0]}).status_code == 429
    assert not is_signed_in(client)


def test_old_password_can_not_be_guessed_by_who_found_a_screen_unlocked(signed_in: Client, lea: User) -> None:
    data = {"old_password": "guess", "new_password": "seven lamps at noon"}
    answers = [signed_in.post("/account/password/", data).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


@pytest.mark.parametrize("email", ["lea@example.invalid", "nobody@example.invalid"])
def test_links_for_a_new_password_are_limited(lea: User, email: str) -> None:
    answers = [Client().post("/account/forgotten/", {"email": email}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]


def test_limits_are_shared_between_processes(settings) -> None:
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
