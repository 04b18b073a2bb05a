"""Choosing a password: changed, forgotten, and the first one of somebody who was invited."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as sent
from django.test import Client
from django.utils import timezone

from reporting.domain import links, people
from reporting.models import Event, Mail, User
from tests.accounts.conftest import PASSWORD
from tests.accounts.pages import is_signed_in, problems, sign_in, title, words
from tests.world import World

NEW = "seven lamps at noon"


@pytest.fixture
def invited(world: World) -> User:
    membership = people.invite(actor=world.leader, email="ivo@example.invalid", department=world.departments[0])
    return membership.person


def test_password_is_changed_with_its_event_and_a_mail(signed_in: Client, lea: User) -> None:
    other = Client()
    sign_in(lea.email, client=other)
    response = signed_in.post("/account/password/", {"old_password": PASSWORD, "new_password": NEW})
    assert response.url == "/account/"
    assert "Your password is changed." in words(signed_in.get("/account/"))
    lea.refresh_from_db()
    assert lea.check_password(NEW)
    event = Event.objects.get()
    assert (event.verb, event.actor, event.subject, event.data) == (
        "person.password_set",
        lea,
        f"person/{lea.pk}",
        "{}",
    )
    assert Mail.objects.get().template == "security_notice"
    assert other.get("/account/").status_code == 302  # signed out there


@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ("guess", NEW, "This is not your password until now."),
        (PASSWORD, "short", "This password is too short. It must contain at least 8 characters."),
        (PASSWORD, "lea@example.invalid", "The password is too similar to the e-mail address."),
        (PASSWORD, "", "Choose a password"),
        ("", NEW, "Enter your password"),
    ],
)
def test_password_that_can_not_be_is_refused(
    signed_in: Client, lea: User, old: str, new: str, sentence: str
) -> None:
    response = signed_in.post("/account/password/", {"old_password": old, "new_password": new})
    assert [told for told, _ in problems(response)] == [sentence]
    assert title(response).startswith("Error: ")
    lea.refresh_from_db()
    assert (lea.check_password(PASSWORD), Event.objects.count()) == (True, 0)


def test_no_page_gives_a_password_back(signed_in: Client) -> None:
    response = signed_in.post("/account/password/", {"old_password": "a wrong old one", "new_password": "short"})
    assert not {"a wrong old one", "short"} & set(response.content.decode().split('"'))
    assert "a wrong guess" not in sign_in("lea@example.invalid", "a wrong guess").content.decode()


# Forgotten ------------------------------------------------------------------------------------------------


def ask(email: str) -> tuple[int, str, str]:
    client = Client()
    response = client.post("/account/forgotten/", {"email": email})
    return response.status_code, response.url, words(client.get(response.url))


def test_answer_is_the_same_whether_the_address_is_known_or_not(lea: User) -> None:
    closed = User.objects.create_user("closed@example.invalid", PASSWORD, is_active=False)
    User.objects.system("importer")
    known = ask("LEA@example.invalid")
    assert known == ask("nobody@example.invalid") == ask(closed.email) == ask("importer@system.invalid")
    assert known[:2] == (302, "/account/forgotten/done/")
    mail = Mail.objects.get()
    assert (mail.person, mail.template, mail.data) == (lea, "password_reset", {})
    assert [event.verb for event in Event.objects.all()] == ["person.password_reset_asked"]
    assert sent.outbox == []  # by the worker, from the outbox


def test_link_sets_a_password_once(lea: User) -> None:
    address, client = links.password_reset_address(lea), Client()
    assert client.get(address).status_code == 200
    assert client.post(address, {"new_password": NEW}).url == "/account/sign-in/"
    assert "Your new password is set. Sign in with it." in words(client.get("/account/sign-in/"))
    assert sign_in(lea.email, NEW).status_code == 302
    for response in (client.get(address), client.post(address, {"new_password": "another one of mine"})):
        assert (response.status_code, title(response).split(" - ")[0]) == (410, "This link no longer works")
    lea.refresh_from_db()
    assert lea.check_password(NEW)


def test_link_opens_an_account_that_was_guessed_at(lea: User) -> None:
    for _ in range(6):
        sign_in(lea.email, "guess")
    Client().post(links.password_reset_address(lea), {"new_password": NEW})
    assert sign_in(lea.email, NEW).status_code == 302


def test_link_dies_when_the_person_signs_in(lea: User) -> None:
    address = links.password_reset_address(lea)
    sign_in(lea.email)
    assert Client().get(address).status_code == 410


def test_links_die_of_age(lea: User, invited: User) -> None:
    reset, invitation = links.password_reset_address(lea), links.invitation_address(invited)
    for age, answers in (
        (timedelta(hours=23), (200, 200)),
        (timedelta(hours=25), (410, 200)),
        (timedelta(days=7, hours=-1), (410, 200)),
        (timedelta(days=7, hours=1), (410, 410)),
    ):
        with time_machine.travel(timezone.now() + age):
            assert (Client().get(reset).status_code, Client().get(invitation).status_code) == answers


def test_link_is_for_one_person_and_one_purpose(lea: User, rita: User, invited: User) -> None:
    of_lea = links.PASSWORD_RESET.make_token(lea)
    base36 = links.int_to_base36
    for address in (
        f"/account/forgotten/{base36(rita.pk)}-{of_lea}/",
        f"/account/forgotten/{base36(lea.pk)}-{links.INVITATION.make_token(lea)}/",
        f"/account/welcome/{base36(invited.pk)}-{links.PASSWORD_RESET.make_token(invited)}/",
        f"/account/welcome/{base36(999_999)}-{of_lea}/",
        f"/account/welcome/{'z' * 30}-{of_lea}/",
        f"/account/forgotten/{base36(lea.pk)}-x-y/",
    ):
        assert Client().get(address).status_code == 410, address


def test_link_of_a_closed_account_does_not_work(lea: User, invited: User) -> None:
    addresses = [links.password_reset_address(lea), links.invitation_address(invited)]
    User.objects.update(is_active=False)
    assert [Client().get(address).status_code for address in addresses] == [410, 410]


# Invited --------------------------------------------------------------------------------------------------


def test_invited_person_chooses_name_and_password_once(invited: User) -> None:
    address, client = links.invitation_address(invited), Client()
    assert "Your account is for ivo@example.invalid." in words(client.get(address))
    response = client.post(address, {"name": "Ivo Ink", "new_password": NEW})
    assert (response.url, is_signed_in(client)) == ("/account/sign-in/", False)
    assert "Your account is ready." in words(client.get(response.url))
    invited.refresh_from_db()
    assert (invited.name, invited.check_password(NEW)) == ("Ivo Ink", True)
    event = Event.objects.order_by("-sequence").first()
    assert (event.verb, event.actor) == ("person.welcomed", invited)
    again = client.post(address, {"name": "Somebody else", "new_password": "another one of mine"})
    assert (again.status_code, "ask whoever invited you" in words(again)) == (410, True)
    invited.refresh_from_db()
    assert invited.name == "Ivo Ink"
    assert sign_in(invited.email, NEW).status_code == 302


def test_invited_person_is_told_what_is_missing(invited: User) -> None:
    response = Client().post(links.invitation_address(invited), {"name": "", "new_password": "short"})
    assert problems(response) == [
        ("Enter your name", "#id_name"),
        ("This password is too short. It must contain at least 8 characters.", "#id_new_password"),
    ]


def test_whoever_has_a_password_is_led_to_signing_in(lea: User) -> None:
    assert links.invitation_address(lea) == "/account/sign-in/"


# Your account ---------------------------------------------------------------------------------------------


def test_account_says_who_one_is_and_what_one_may_do(world: World, signed_in: Client, lea: User) -> None:
    one, other = world.departments[:2]
    people.give_role(actor=lea, person=lea, role="leader", department=one)
    people.give_role(actor=lea, person=lea, role="contributor", department=other, actions=world.actions[:1])
    page = words(signed_in.get("/account/"))
    for told in (
        "Lea Leader",
        "lea@example.invalid",
        "Digital leader of Ministry 1",
        "Contributor of Ministry 2, for these actions:",
        str(world.actions[0]),
    ):
        assert told in page
    assert str(world.actions[1]) not in page


def test_without_a_role_it_says_whom_to_ask(signed_in: Client) -> None:
    assert "You have no role yet." in words(signed_in.get("/account/"))


def test_session_ends_when_nothing_is_done(settings, lea: User) -> None:
    hours = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    assert hours == timedelta(hours=12)
    client = Client()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(lea.email, client=client)
        for _ in range(3):
            clock.shift(hours - timedelta(minutes=1))
            assert client.get("/account/").status_code == 200
        clock.shift(hours + timedelta(minutes=1))
        assert client.get("/account/").status_code == 302


def test_cookie_of_the_session_is_out_of_reach_of_scripts_and_other_sites(lea: User) -> None:
    cookie = sign_in(lea.email).cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
