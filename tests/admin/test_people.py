from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from reporting.domain import people
from reporting.models import Event, Mail, Membership, User
from tests.admin import pages
from tests.admin import world as worlds
from tests.admin.conftest import PASSWORD
from tests.admin.test_departments import refused

ADD = pages.address(User, "add")
GIVEN = {"email": "Clerk@Example.org", "name": "Cleo Clerk", "role": "reviewer"}
NEW = "seven lamps at noon"


@pytest.fixture
def world(db) -> SimpleNamespace:
    """Of each test's own: others here need a service without anybody."""
    return worlds.make()


@pytest.fixture
def clerk(db) -> User:
    return User.objects.create_user("clerk@example.org", PASSWORD, name="Cleo Clerk")


def reference(person: User) -> str:
    return f"person/{person.pk}"


def test_person_is_invited_by_email(client):
    made = pages.saved(client, ADD, **GIVEN)
    person = User.objects.get(email="clerk@example.org")
    assert [verb for verb, _ in made] == ["person.added", "person.role_given", "person.invited"]
    assert {subject for _, subject in made} == {reference(person)}
    assert (person.name, person.is_staff, person.is_superuser) == ("Cleo Clerk", False, False)
    assert not person.has_usable_password()
    membership = person.memberships.get()
    assert (membership.role, membership.department) == ("reviewer", None)
    mail = Mail.objects.get()
    assert (mail.person, mail.template, mail.data["membership"]) == (person, "invitation", membership.pk)


def test_digital_leader_is_invited_into_a_department(client, world):
    pages.saved(client, ADD, **{**GIVEN, "role": "leader", "department": world.tides.pk})
    assert Membership.objects.get(person__email="clerk@example.org").department == world.tides


def test_administrator_is_invited_without_a_role(client):
    made = pages.saved(client, ADD, **{**GIVEN, "role": "", "is_staff": "on"})
    assert [verb for verb, _ in made] == ["person.added", "person.invited"]
    assert User.objects.get(email="clerk@example.org").is_staff


def test_invitation_is_sent_again_until_there_is_a_password(client):
    pages.saved(client, ADD, **GIVEN)
    person = User.objects.get(email="clerk@example.org")
    url = reverse("admin:person_invited", args=[person.pk])
    assert url in client.get(pages.change_address(person)).content.decode()
    assert client.get(url).status_code == 200
    assert Mail.objects.count() == 1
    assert client.post(url).url == pages.change_address(person)
    assert Mail.objects.count() == 2
    people.welcome(person=person, name="Cleo Clerk", password=PASSWORD)
    assert url not in client.get(pages.change_address(person)).content.decode()
    assert "has a password already" in client.post(url).content.decode()
    assert Mail.objects.count() == 2


def test_events_hold_no_name_address_or_password(client, clerk):
    pages.saved(client, ADD, **{**GIVEN, "email": "other@example.org"})
    pages.saved(client, pages.change_address(clerk), name="Cleo Married", email="cleo@example.org")
    texts = " ".join(event.canonical for event in Event.objects.all())
    assert [words for words in ("leo", "example", PASSWORD, "Married") if words in texts] == []
    assert '"changed":["email","name"]' in Event.objects.order_by("-sequence").first().data


def test_staff_flag_is_given_and_the_event_says_so(client, clerk):
    url = pages.change_address(clerk)
    assert pages.saved(client, url, is_staff="on") == [("person.changed", reference(clerk))]
    clerk.refresh_from_db()
    assert clerk.is_staff
    assert Event.objects.order_by("-sequence").first().data == '{"changed":["is_staff"],"is_staff":true}'


def test_person_is_deactivated(client, clerk):
    assert pages.saved(client, pages.change_address(clerk), is_active=None) == [
        ("person.changed", reference(clerk))
    ]
    clerk.refresh_from_db()
    assert not clerk.is_active


@pytest.mark.parametrize(
    "changed, sentence",
    [
        ({"email": "ADMIN@example.org"}, "This address is in use."),
        ({"email": "no address"}, "Enter a valid email address."),
        ({"role": "leader"}, "Choose the department that the person works for."),
        (
            {"role": ""},
            "Choose a role, or let the person use the administration: there is nothing else to do here.",
        ),
        (
            {"email": "someone@system.invalid"},
            "Addresses that end in @system.invalid are the service's own: give another.",
        ),
    ],
)
def test_person_who_can_not_be_is_refused(client, administrator, changed, sentence):
    assert refused(client, ADD, **{**GIVEN, **changed}) == [sentence]


@pytest.mark.parametrize("flag", ["is_staff", "is_active"])
def test_administrators_do_not_shut_themselves_out(client, administrator, flag):
    sentences = refused(client, pages.change_address(administrator), **{flag: None})
    assert sentences == ["You can't shut yourself out: another administrator has to do it."]


def test_superuser_flag_permissions_and_password_are_not_changed_by_a_crafted_form(client, clerk):
    crafted = {"is_superuser": "on", "is_system": "on", "password": "!", "user_permissions": [1], "groups": [1]}
    before = pages.rows_of_everything()
    assert pages.saved(client, pages.change_address(clerk), **crafted) == []
    assert pages.rows_of_everything() == before


def test_parts_of_the_service_are_not_listed_or_changed(client, world):
    assert "system.invalid" not in client.get(pages.address(User, "changelist")).content.decode()
    before = pages.rows_of_everything()
    for url in (pages.change_address(world.actor), reverse("admin:person_password", args=[world.actor.pk])):
        assert (
            client.post(url, {"email": "x@example.org", "new_password1": NEW, "new_password2": NEW}).status_code
            == 302
        )
    assert pages.rows_of_everything() == before


def test_new_password_is_set_for_another_person(client, clerk):
    url = reverse("admin:person_password", args=[clerk.pk])
    assert client.get(url).status_code == 200
    response = client.post(url, {"new_password1": NEW, "new_password2": NEW})
    assert (response.status_code, response.url) == (302, pages.change_address(clerk))
    clerk.refresh_from_db()
    assert clerk.check_password(NEW)
    event = Event.objects.get()
    assert (event.verb, event.subject, event.data) == ("person.password_set", reference(clerk), "{}")
    assert event.actor_id == int(client.session["_auth_user_id"])


def test_new_password_that_is_weak_is_refused(client, clerk):
    response = client.post(
        reverse("admin:person_password", args=[clerk.pk]), {"new_password1": "x", "new_password2": "x"}
    )
    assert "This password is too short" in response.content.decode()
    clerk.refresh_from_db()
    assert clerk.check_password(PASSWORD)
    assert Event.objects.count() == 0


def test_password_page_is_for_administrators(clerk, administrator):
    client = Client()
    client.force_login(clerk)
    url = reverse("admin:person_password", args=[administrator.pk])
    assert client.post(url, {"new_password1": NEW, "new_password2": NEW}).url == f"/admin/login/?next={url}"
    administrator.refresh_from_db()
    assert administrator.check_password(PASSWORD)


def test_own_password_is_changed_on_the_page_of_the_account(client):
    assert client.get(reverse("admin:password_change")).url == "/account/password/"


def test_role_is_given_and_another_in_its_place(client, clerk, world):
    url, new = pages.change_address(clerk), {"memberships__0__department": world.tides.pk}
    given = [("person.role_given", reference(clerk))]
    assert pages.saved(client, url, memberships__0__role="leader", **new) == given
    assert [one.role for one in clerk.memberships.all()] == ["leader"]
    changed = {"memberships-1-role": "contributor", "memberships-1-department": world.tides.pk}
    assert pages.saved(client, url, **{**changed, "memberships-1-actions": [world.action.pk]}) == given
    membership = clerk.memberships.get()
    assert (membership.role, membership.some_actions, list(membership.actions.all())) == (
        "contributor",
        True,
        [world.action],
    )


def test_role_that_does_not_fit_is_refused(client, clerk, world):
    sentences = refused(client, pages.change_address(clerk), memberships__0__role="leader")
    assert sentences == ["Choose the department that the person works for."]


def test_role_is_taken_away(client, clerk, world):
    membership = people.give_role(actor=clerk, person=clerk, role="leader", department=world.tides)
    url = reverse("admin:person_role_taken", args=[clerk.pk, membership.pk])
    assert url in client.get(pages.change_address(clerk)).content.decode()
    assert "leader of DOT" in client.get(url).content.decode()
    assert clerk.memberships.count() == 1
    assert client.post(url).url == pages.change_address(clerk)
    assert clerk.memberships.count() == 0
    assert Event.objects.order_by("-sequence").first().verb == "person.role_taken"
    assert client.post(url).status_code == 404


def test_role_of_somebody_else_is_not_taken_by_a_crafted_address(client, administrator, clerk, world):
    membership = people.give_role(actor=clerk, person=clerk, role="leader", department=world.tides)
    url = reverse("admin:person_role_taken", args=[administrator.pk, membership.pk])
    assert client.post(url).status_code == 404
    assert clerk.memberships.count() == 1


def test_second_factor_of_a_lost_phone_is_turned_off(client, clerk):
    url = reverse("admin:person_second_factor", args=[clerk.pk])
    assert "has no second factor" in client.post(url).content.decode()
    TOTP.activate(clerk, generate_totp_secret())
    assert url in client.get(pages.change_address(clerk)).content.decode()
    assert client.post(url).url == pages.change_address(clerk)
    assert not Authenticator.objects.exists()
    assert [event.verb for event in Event.objects.all()] == ["person.second_factor_removed"]
    assert Mail.objects.get().person == clerk


@pytest.mark.parametrize("page", ["person_invited", "person_second_factor"])
def test_these_pages_are_for_administrators(clerk, administrator, page):
    client = Client()
    client.force_login(clerk)
    url = reverse(f"admin:{page}", args=[administrator.pk])
    assert client.post(url).url == f"/admin/login/?next={url}"
    assert Mail.objects.count() == 0
