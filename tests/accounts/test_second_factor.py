"""Codes from a phone: who needs them, each counts once, and turning them off."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from lxml import html

from reporting import rules
from reporting.accounts.adapter import WRONG_CODE
from reporting.domain import people
from reporting.models import Event, Mail, User
from reporting.web.access import lacks_second_factor
from tests.accounts.conftest import PASSWORD
from tests.accounts.pages import (
    code,
    has_phone,
    is_signed_in,
    problems,
    recovery_codes,
    set_up_phone,
    sign_in,
    words,
    wrong,
)
from tests.world import World

CODE = "/account/sign-in/code/"
PHONE = "/account/second-factor/phone/"


def said_of(person: User) -> list[tuple[str, int]]:
    """Verb and actor of what happened to somebody."""
    events = Event.objects.filter(subject=people.reference(person)).order_by("sequence")
    return [(event.verb, event.actor_id) for event in events]


def at_the_code(person: User) -> Client:
    client = Client()
    assert sign_in(person.email, client=client).url == CODE
    return client


def freshly_signed_in(person: User) -> Client:
    client = Client()
    sign_in(person.email, client=client)
    return client


def set_up(client: Client, **changed: str) -> Any:
    secret = html.fromstring(client.get(PHONE).content).xpath("string(//code)").replace(" ", "").strip()
    return client.post(PHONE, {"code": changed.get("code", code(secret))}), secret


def test_password_alone_does_not_sign_in(rita: User) -> None:
    set_up_phone(rita)
    client = at_the_code(rita)
    assert not is_signed_in(client)
    assert client.get("/account/").url.startswith("/account/sign-in/")


def test_code_signs_in(rita: User) -> None:
    secret = set_up_phone(rita)
    client = at_the_code(rita)
    assert client.post(CODE, {"code": code(secret)}).status_code == 302
    assert is_signed_in(client)


def test_wrong_code_does_not(rita: User) -> None:
    secret = set_up_phone(rita)
    client = at_the_code(rita)
    response = client.post(CODE, {"code": wrong(secret)})
    assert problems(response) == [(WRONG_CODE, "#id_code")]
    assert not is_signed_in(client)


def test_post_without_a_code_asks_for_it(rita: User) -> None:
    set_up_phone(rita)
    assert problems(at_the_code(rita).post(CODE, {})) == [("Enter the code", "#id_code")]


@pytest.mark.parametrize("later", [0, 29, 40, 70])
def test_code_counts_once(rita: User, later: int) -> None:
    secret = set_up_phone(rita)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        shown = code(secret, 1)  # the phone's clock is ahead: right now, and for longest
        assert at_the_code(rita).post(CODE, {"code": shown}).status_code == 302
        clock.shift(timedelta(seconds=later))
        again = at_the_code(rita)
        for written in (shown, f"{shown[:3]} {shown[3:]}"):
            assert problems(again.post(CODE, {"code": written})) == [(WRONG_CODE, "#id_code")]
        assert not is_signed_in(again)


def test_recovery_code_counts_once(rita: User) -> None:
    set_up_phone(rita)
    first, second, *_ = recovery_codes(rita)
    assert at_the_code(rita).post(CODE, {"code": first}).status_code == 302
    again = at_the_code(rita)
    assert problems(again.post(CODE, {"code": first})) == [(WRONG_CODE, "#id_code")]
    assert not is_signed_in(again)
    assert again.post(CODE, {"code": second}).status_code == 302
    assert is_signed_in(again)


@pytest.mark.parametrize(
    "setting, needed",
    [
        ("nobody", set()),
        ("central", {"reviewer", "auditor", "administrator"}),
        ("everybody", {"leader", "contributor", "reviewer", "auditor", "administrator"}),
    ],
)
def test_who_needs_one_is_a_question_of_role_and_setting(world: World, settings, setting: str, needed: set) -> None:
    settings.SECOND_FACTOR = setting
    lacking = set()
    for role in ("leader", "contributor", "reviewer", "auditor", "administrator"):
        person = User.objects.create_user(f"{role}@roles.invalid", PASSWORD, is_staff=role == "administrator")
        if role != "administrator":
            department = None if role in ("reviewer", "auditor") else world.departments[0]
            people.give_role(actor=person, person=person, role=role, department=department)
        assert rules.needs_second_factor(person) == lacks_second_factor(person)
        if lacks_second_factor(person):
            lacking.add(role)
        set_up_phone(person)
        assert not lacks_second_factor(person)
    assert lacking == needed


@pytest.mark.parametrize("page", ["/account/", "/account/password/", "/admin/", "/filing/"])
def test_who_lacks_one_is_led_to_setting_it_up(rita: User, page: str) -> None:
    User.objects.filter(pk=rita.pk).update(is_staff=True)
    response = freshly_signed_in(rita).get(page, follow=True)
    assert response.redirect_chain[-1][0] == PHONE
    assert "Your role needs one." in words(response)


def test_setting_up_is_proved_by_a_code_recorded_and_told(rita: User) -> None:
    client = freshly_signed_in(rita)
    response, secret = set_up(client)
    assert response.url == "/account/second-factor/codes/"
    assert (has_phone(rita), lacks_second_factor(rita)) == (True, False)
    assert said_of(rita)[-1] == ("person.second_factor_activated", rita.pk)
    mail = Mail.objects.get()
    assert (mail.person, mail.template, mail.data) == (
        rita,
        "security_notice",
        {"what": people.SECOND_FACTOR["activated"]},
    )
    page = client.get(response.url)
    codes = html.fromstring(page.content).xpath("//code/text()")
    assert sorted(codes) == sorted(recovery_codes(rita))
    download = client.get("/account/second-factor/codes/download/")
    assert download.content.decode().split()[-10:] == codes
    assert problems(at_the_code(rita).post(CODE, {"code": code(secret)}))  # it was used to set up


def test_setting_up_with_a_wrong_code_changes_nothing(rita: User) -> None:
    response, _ = set_up(freshly_signed_in(rita), code="12")
    assert problems(response) == [(WRONG_CODE, "#id_code")]
    assert not has_phone(rita)


def test_page_shows_picture_and_key_and_nothing_that_the_policy_stops(rita: User) -> None:
    response = freshly_signed_in(rita).get(PHONE)
    tree = html.fromstring(response.content)
    image = tree.xpath("//main//img")[0]
    assert image.get("src").startswith("data:image/svg+xml;base64,")
    assert image.get("alt")
    assert tree.xpath("//style | //@style | //script[not(@src)]") == []


def test_password_is_asked_again_when_signing_in_is_long_ago(signed_in: Client, lea: User) -> None:
    response = signed_in.get(PHONE)
    assert response.url == "/account/again/?next=%2Faccount%2Fsecond-factor%2Fphone%2F"
    assert problems(signed_in.post(response.url, {"password": "guess"})) == [
        ("The password is wrong.", "#id_password")
    ]
    assert signed_in.post(response.url, {"password": PASSWORD}).url == PHONE
    assert signed_in.get(PHONE).status_code == 200


def test_moving_to_another_phone_ends_the_codes_of_the_old_one(rita: User) -> None:
    old, client = set_up_phone(rita), at_the_code(rita)
    client.post(CODE, {"code": code(old)})
    response, _ = set_up(client)
    assert response.status_code == 302
    assert Authenticator.objects.filter(user=rita, type="totp").count() == 1
    assert said_of(rita)[-1] == ("person.second_factor_moved", rita.pk)
    assert problems(at_the_code(rita).post(CODE, {"code": code(old, 1)}))


def test_who_needs_it_can_not_turn_it_off(rita: User) -> None:
    client = freshly_signed_in(rita)
    set_up(client)
    page = client.get("/account/second-factor/")
    assert "Turn it off" not in words(page)
    response = client.post("/account/second-factor/off/")
    assert "but not turn it off" in words(response)
    assert has_phone(rita)


def test_others_can(lea: User) -> None:
    client = freshly_signed_in(lea)
    set_up(client)
    assert client.post("/account/second-factor/off/").status_code == 302
    assert not Authenticator.objects.filter(user=lea).exists()
    assert [verb for verb, _ in said_of(lea)] == [
        "person.second_factor_activated",
        "person.second_factor_deactivated",
    ]


def test_new_recovery_codes_end_the_old_ones(lea: User) -> None:
    client = freshly_signed_in(lea)
    set_up(client)
    old = recovery_codes(lea)
    assert client.post("/account/second-factor/codes/new/").status_code == 302
    assert not set(old) & set(recovery_codes(lea))
    assert said_of(lea)[-1] == ("person.second_factor_codes_made", lea.pk)


def test_events_hold_no_secret(lea: User) -> None:
    _, secret = set_up(freshly_signed_in(lea))
    held = json.dumps(
        [event.canonical for event in Event.objects.all()] + [mail.data for mail in Mail.objects.all()]
    )
    assert [words for words in (secret, PASSWORD, lea.email, *recovery_codes(lea)) if words in held] == []
