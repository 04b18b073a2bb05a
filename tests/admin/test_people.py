import pytest
from django.test import Client
from django.urls import reverse

from reporting.models import Event, User
from tests.admin import pages
from tests.admin.conftest import PASSWORD
from tests.admin.test_departments import refused

ADD = pages.address(User, "add")
GIVEN = {"email": "Clerk@Example.org", "name": "Cleo Clerk", "password1": PASSWORD, "password2": PASSWORD}
NEW = "seven lamps at noon"


@pytest.fixture
def clerk(db) -> User:
    return User.objects.create_user("clerk@example.org", PASSWORD, name="Cleo Clerk")


def reference(person: User) -> str:
    return f"person/{person.pk}"


def test_person_is_added_by_email(client):
    made = pages.saved(client, ADD, **GIVEN)
    person = User.objects.get(email="clerk@example.org")
    assert made == [("person.added", reference(person))]
    assert (person.name, person.is_staff, person.is_superuser) == ("Cleo Clerk", False, False)
    assert person.check_password(PASSWORD)


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
        ({"password2": "another one"}, "The two password fields didn’t match."),
        (
            {"email": "someone@system.invalid"},
            "Addresses that end in @system.invalid are the service's own: give another.",
        ),
    ],
)
def test_person_who_can_not_be_is_refused(client, administrator, changed, sentence):
    assert refused(client, ADD, **{**GIVEN, **changed}) == [sentence]


def test_weak_password_is_refused(client):
    sentences = refused(client, ADD, **{**GIVEN, "password1": "clerk", "password2": "clerk"})
    assert "This password is too short. It must contain at least 8 characters." in sentences


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


def test_own_password_is_changed_with_its_event(client, administrator):
    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    response = client.post(reverse("admin:password_change"), data)
    assert (response.status_code, response.url) == (302, reverse("admin:password_change_done"))
    administrator.refresh_from_db()
    assert administrator.check_password(NEW)
    event = Event.objects.get()
    assert (event.verb, event.actor, event.subject) == (
        "person.password_set",
        administrator,
        reference(administrator),
    )
    assert client.get("/admin/").status_code == 200


def test_own_password_asks_for_the_old_one(client, administrator):
    data = {"old_password": "guess", "new_password1": NEW, "new_password2": NEW}
    assert client.post(reverse("admin:password_change"), data).status_code == 200
    administrator.refresh_from_db()
    assert administrator.check_password(PASSWORD)
    assert Event.objects.count() == 0
