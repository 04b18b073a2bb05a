from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from reporting.models import User
from tests.admin import pages
from tests.admin import world as worlds
from tests.admin.conftest import PASSWORD

SIGN_IN = "/admin/login/?next="


@pytest.fixture
def world(db) -> SimpleNamespace:
    """Of each test's own: others here need a service without anybody."""
    return worlds.make()


def every_address() -> list[str]:
    models = pages.registered()
    lists = [pages.address(model, "changelist") for model in models]
    return [reverse("admin:index"), *lists, *[pages.address(model, "add") for model in models]]


def test_anonymous_is_sent_to_sign_in(db):
    for url in every_address():
        response = Client().get(url)
        assert (response.status_code, response.url) == (302, SIGN_IN + url)


def test_signing_in_is_that_of_the_accounts(db):
    response = Client().get(SIGN_IN + "/admin/strategy/action/")
    assert response.url == "/account/sign-in/?next=/admin/strategy/action/"
    assert Client().get(SIGN_IN + "https://evil.example/").url == "/account/sign-in/?next=/admin/"


def test_signing_in_here_is_no_way_around_it(administrator):
    client = Client()
    response = client.post("/admin/login/", {"username": administrator.email, "password": PASSWORD})
    assert response.url == "/account/sign-in/?next=/admin/"
    assert client.get("/admin/").status_code == 302


def test_for_whoever_is_no_administrator_there_is_nothing_here(world):
    client = Client()
    client.force_login(User.objects.create_user("reader@example.org", PASSWORD))
    for url in [*every_address(), pages.change_address(world.tides), pages.change_address(world.edition)]:
        for response in (client.get(url, follow=True), client.post(url, {}, follow=True)):
            assert response.status_code == 404
            assert response.redirect_chain == [(SIGN_IN + url, 302)]


@pytest.mark.parametrize("setting, status", [("central", 302), ("everybody", 302), ("nobody", 200)])
def test_password_alone_is_not_enough_where_a_second_factor_is_needed(client, settings, setting, status):
    settings.SECOND_FACTOR = setting
    for url in every_address():
        assert client.get(url).status_code in {status, 403}  # 403: nothing of this kind is added
    if status == 302:
        assert client.get("/admin/", follow=True).redirect_chain[1][0] == "/account/second-factor/phone/"


def test_with_a_second_factor_it_is(client, administrator, settings):
    settings.SECOND_FACTOR = "central"
    TOTP.activate(administrator, generate_totp_secret())
    assert client.get("/admin/").status_code == 200


def test_one_who_was_deactivated_is_out_at_once(client, administrator, world):
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=administrator.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_staff_flag_alone_is_enough_to_write(world):
    person = User.objects.create_user("clerk@example.org", PASSWORD, is_staff=True)
    client = Client()
    client.force_login(person)
    made = pages.saved(client, pages.change_address(world.works), notice="Moved to the quay.")
    assert made == [("department.notice_set", "OPW")]


def test_first_administrator_is_made_by_the_documented_command(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email="First@Example.org", verbosity=0)
    first = User.objects.get()
    assert (first.email, first.is_staff, first.is_active) == ("first@example.org", True, True)
    client = Client()
    assert client.login(username="first@example.org", password=PASSWORD)
    assert client.get("/admin/").status_code == 200


def test_first_administrator_without_an_address_is_refused(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(CommandError):
        call_command("createsuperuser", interactive=False, verbosity=0)
    assert User.objects.count() == 0


def test_title_is_that_of_the_service(client, settings):
    assert f"{settings.SERVICE_NAME} administration" in client.get("/admin/").content.decode()


def test_nothing_is_deleted_or_changed_in_bulk_or_in_lists():
    request = type("Request", (), {"user": User(is_staff=True, is_superuser=True)})()
    for model_admin in admin.site._registry.values():
        assert model_admin.actions is None
        assert model_admin.list_editable == ()
        assert not model_admin.has_delete_permission(request)
        for inline in model_admin.get_inlines(request, model_admin.model()):
            made = inline(model_admin.model, admin.site)
            assert not made.has_delete_permission(request)
            assert not made.has_change_permission(request)


def test_groups_and_permissions_are_not_offered():
    assert {model._meta.app_label for model in pages.registered()} == {"strategy", "reporting"}


def test_pages_hold_nothing_inline_that_the_content_security_policy_would_stop(client, world):
    import re

    addresses = [*every_address(), pages.change_address(world.tides), pages.change_address(world.action)]
    for url in addresses:
        response = client.get(url)
        text = response.content.decode()
        inline = [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "json" not in tag]
        assert [*inline, *re.findall(r"<style|\sstyle=|\son[a-z]+=", text)] == []
        if response.status_code == 200:
            assert "script-src 'self'" in response["Content-Security-Policy"]
