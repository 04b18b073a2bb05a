"""E-mail address and password: who gets in, what everybody else is told."""

from urllib.parse import unquote

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse
from lxml import html

from reporting.accounts.adapter import WRONG
from reporting.models import User
from tests.accounts.conftest import PASSWORD
from tests.accounts.pages import SIGN_IN, is_signed_in, problems, sign_in, title, words


def test_right_password_leads_to_where_one_wanted_to_go(lea: User) -> None:
    client = Client()
    response = client.post(f"{SIGN_IN}?next=/departments/", {"login": "LEA@example.invalid", "password": PASSWORD})
    assert (response.status_code, response.url, is_signed_in(client)) == (302, "/departments/", True)


def test_way_back_never_leads_elsewhere(lea: User) -> None:
    response = Client().post(f"{SIGN_IN}?next=https://evil.example/", {"login": lea.email, "password": PASSWORD})
    assert response.url == reverse(settings.LOGIN_REDIRECT_URL)


@pytest.mark.parametrize(
    "email, password, active",
    [
        ("lea@example.invalid", "guess", True),
        ("nobody@example.invalid", PASSWORD, True),
        ("lea@example.invalid", PASSWORD, False),
        ("importer@system.invalid", "guess", True),
    ],
)
def test_everybody_else_gets_the_same_sentence(lea: User, email: str, password: str, active: bool) -> None:
    User.objects.system("importer")
    User.objects.filter(pk=lea.pk).update(is_active=active)
    client = Client()
    response = sign_in(email, password, client)
    assert (response.status_code, is_signed_in(client)) == (200, False)
    assert [sentence for sentence, _ in problems(response)] == [WRONG]
    assert title(response).startswith("Error: Sign in - ")


def test_fields_left_empty_are_named(db: None) -> None:
    response = sign_in("", "")
    assert problems(response) == [
        ("Enter your e-mail address", "#id_login"),
        ("Enter your password", "#id_password"),
    ]


def test_page_has_one_heading_labels_and_no_script_of_its_own(db: None) -> None:
    tree = html.fromstring(Client().get(SIGN_IN).content)
    assert [one.text_content().strip() for one in tree.xpath("//h1")] == ["Sign in"]
    fields = tree.xpath("//main//input[@type != 'hidden']")
    assert [one.get("autocomplete") for one in fields] == ["username", "current-password"]
    assert all(tree.xpath(f"//label[@for='{one.get('id')}']") for one in fields)
    assert tree.xpath("//script[not(@src)] | //style | //@style") == []


def test_text_of_a_session_that_ended_is_spoken_of(lea: User) -> None:
    client = Client()
    session = client.session
    session["kept"] = {
        "/filing/x/": {"words": "Action 3 of the report for 2015", "at": "2015-12-01T14:32:00+00:00", "person": 1}
    }
    session.save()
    page = words(client.get(SIGN_IN))
    assert "Your text is kept.Action 3 of the report for 2015, sent at 14:32" in page
    assert "Sign in to go on writing" in page


def test_provider_is_offered_only_where_there_is_one(db: None) -> None:
    assert "Other ways to sign in" not in words(Client().get(SIGN_IN))
    assert Client().get("/account/oidc/").status_code == 404
    assert Client().get("/account/oidc/callback/").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", ["signup", "sign-up", "register", "email", "social/signup", "3rdparty/signup"])
def test_nobody_signs_up(db: None, method: str, page: str) -> None:
    data = {"email": "new@example.invalid", "password1": PASSWORD, "password2": PASSWORD}
    assert getattr(Client(), method)(f"/account/{page}/", data).status_code == 404
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "socialaccount_signup", "socialaccount_connections"]
)
def test_there_is_no_address_for_it_either(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_signing_out_takes_a_post(signed_in: Client) -> None:
    assert signed_in.get("/account/sign-out/").status_code == 200
    assert is_signed_in(signed_in)
    assert signed_in.post("/account/sign-out/").url == "/"
    assert not is_signed_in(signed_in)


def test_pages_of_accounts_are_never_kept(signed_in: Client) -> None:
    for client in (Client(), signed_in):
        for page in ("", "sign-in/", "password/", "second-factor/", "forgotten/"):
            assert "no-store" in client.get(f"/account/{page}").headers["Cache-Control"], page


@pytest.mark.parametrize(
    "page", ["", "password/", "second-factor/", "second-factor/phone/", "second-factor/codes/"]
)
def test_own_pages_are_for_who_is_signed_in(db: None, page: str) -> None:
    response = Client().get(f"/account/{page}")
    assert (response.status_code, unquote(response.url)) == (302, f"{SIGN_IN}?next=/account/{page}")
