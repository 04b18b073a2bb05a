"""Signing in by OpenID Connect, with a provider on this machine: the honest way, and what is refused."""

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from config import oidc
from reporting.models import Event, Mail, User
from tests.accounts.pages import code, is_signed_in, set_up_phone, title, words
from tests.accounts.provider import CLIENT, OTHER_KEY, SECRET, Stub, running

CALLBACK = "/account/oidc/callback/"
NOT_SIGNED_IN, NO_ACCOUNT = "You are not signed in", "There is no account for you here"


@pytest.fixture
def provider(settings, db: None) -> Iterator[Stub]:
    with running() as stub:
        settings.OIDC_NAME = "the Ministry’s account"
        settings.SOCIALACCOUNT_PROVIDERS = oidc.providers(stub.issuer, settings.OIDC_NAME, CLIENT, SECRET)
        stub.profile = {"email": "Lea@example.invalid", "email_verified": True}
        yield stub


def come_back(provider: Stub, client: Client, start: str = "/account/oidc/") -> HttpResponse:
    return client.get(CALLBACK + provider.authorise(client.get(start).url))


def heading(response: HttpResponse) -> str:
    return title(response).split(" - ")[0]


def test_button_bears_the_name_that_was_set_and_keeps_the_way_back(provider: Stub) -> None:
    page = Client().get("/account/sign-in/?next=/departments/")
    assert "Sign in with the Ministry’s account" in words(page)
    assert "/account/oidc/?next=/departments/" in page.content.decode()


def test_known_person_is_signed_in(provider: Stub, lea: User) -> None:
    client = Client()
    response = come_back(provider, client, "/account/oidc/?next=/departments/")
    assert (response.status_code, response.url) == (302, "/departments/")
    assert client.session["_auth_user_id"] == str(lea.pk)
    assert provider.verified_pkce
    lea.refresh_from_db()
    assert lea.has_usable_password()  # as before


def test_what_is_sent_along(provider: Stub) -> None:
    sent = {
        name: values[0] for name, values in parse_qs(urlsplit(Client().get("/account/oidc/").url).query).items()
    }
    assert sent["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert (sent["client_id"], sent["response_type"]) == (CLIENT, "code")
    assert sent["code_challenge_method"] == "S256"
    assert set(sent["scope"].split()) == {"openid", "profile", "email"}
    assert len(sent["nonce"]) > 40
    assert len(sent["state"]) >= 16


def test_way_back_is_never_elsewhere_and_nothing_else_is_taken_from_the_address(provider: Stub, lea: User) -> None:
    start = "/account/oidc/?next=https://evil.example/&process=connect&auth_params=prompt%3Dnone&scope=admin"
    client = Client()
    assert come_back(provider, client, start).url == reverse(settings.LOGIN_REDIRECT_URL)
    assert "prompt" not in provider.asked
    assert "admin" not in provider.asked["scope"]


def test_person_is_known_again_by_who_they_are_there(provider: Stub, lea: User) -> None:
    come_back(provider, Client())
    assert [event.verb for event in Event.objects.filter(subject=f"person/{lea.pk}")] == [
        "person.provider_connected"
    ]
    assert Mail.objects.get().data == {"what": "You can now sign in with the Ministry’s account as well."}
    account = SocialAccount.objects.get()
    assert (account.user, account.uid, account.extra_data) == (lea, "7", {})  # nothing about the person is stored
    assert SocialToken.objects.count() == 0
    provider.profile = {"email": "married@example.invalid", "email_verified": True}
    client = Client()
    come_back(provider, client)
    assert client.session["_auth_user_id"] == str(lea.pk)


def test_second_factor_is_asked_for_as_well(provider: Stub, rita: User) -> None:
    secret = set_up_phone(rita)
    provider.profile = {"email": rita.email, "email_verified": True}
    client = Client()
    assert come_back(provider, client).url == "/account/sign-in/code/"
    assert not is_signed_in(client)
    client.post("/account/sign-in/code/", {"code": code(secret)})
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "profile",
    [
        {"email": "nobody@example.invalid", "email_verified": True},
        {"email": "lea@example.invalid", "email_verified": False},
        {"email": "lea@example.invalid", "email_verified": "true"},
        {"email": "lea@example.invalid"},
        {"email": "importer@system.invalid", "email_verified": True},
        {},
    ],
)
def test_nobody_gets_an_account_by_it(provider: Stub, lea: User, profile: dict) -> None:
    User.objects.system("importer")
    before = User.objects.count()
    provider.profile = profile
    client = Client()
    response = come_back(provider, client)
    assert (response.status_code, heading(response)) == (403, NO_ACCOUNT)
    assert "Ask the digital leader of your department to invite you" in words(response)
    assert (is_signed_in(client), User.objects.count(), SocialAccount.objects.count()) == (False, before, 0)


def test_closed_account_stays_closed(provider: Stub, lea: User) -> None:
    come_back(provider, Client())
    User.objects.filter(pk=lea.pk).update(is_active=False)
    client = Client()
    assert heading(come_back(provider, client)) == NO_ACCOUNT
    assert not is_signed_in(client)


def refused(provider: Stub) -> None:
    client = Client()
    response = come_back(provider, client)
    assert (response.status_code, heading(response)) == (401, NOT_SIGNED_IN)
    assert "Try again. If it fails once more" in words(response)
    assert (is_signed_in(client), SocialAccount.objects.count()) == (False, 0)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"exp": int(time.time()) - 60},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"sub": "8"},  # the profile is somebody else's
    ],
    ids=["issuer", "audience", "expired", "nonce", "no nonce", "somebody else"],
)
def test_token_that_is_not_for_this_sign_in_is_refused(provider: Stub, lea: User, claims: dict) -> None:
    provider.claims = claims
    refused(provider)


def test_token_that_the_provider_did_not_sign_is_refused(provider: Stub, lea: User) -> None:
    provider.key = OTHER_KEY
    refused(provider)


def test_answer_without_a_token_is_refused(provider: Stub, lea: User) -> None:
    provider.without_token = True
    refused(provider)


@pytest.mark.parametrize("query", ["?code=a-code&state=invented", "?code=a-code", "", "?error=server_error"])
def test_state_that_is_not_of_this_browser_is_refused(provider: Stub, lea: User, query: str) -> None:
    client = Client()
    client.get("/account/oidc/")
    response = client.get(CALLBACK + query)
    assert (response.status_code, heading(response)) == (401, NOT_SIGNED_IN)
    assert not is_signed_in(client)


def test_answer_that_another_browser_asked_for_is_refused(provider: Stub, lea: User) -> None:
    query = provider.authorise(Client().get("/account/oidc/").url)
    client = Client()
    assert client.get(CALLBACK + query).status_code == 401
    assert not is_signed_in(client)


def test_answer_counts_once(provider: Stub, lea: User) -> None:
    client = Client()
    query = provider.authorise(client.get("/account/oidc/").url)
    assert client.get(CALLBACK + query).status_code == 302
    client.post("/account/sign-out/")
    assert client.get(CALLBACK + query).status_code == 401
    assert not is_signed_in(client)


def test_whoever_turns_back_at_the_provider_is_at_the_sign_in_page(provider: Stub) -> None:
    client = Client()
    state = provider.authorise(client.get("/account/oidc/").url).partition("state=")[2]
    response = client.get(f"{CALLBACK}?error=access_denied&state={state}", follow=True)
    assert heading(response) == "Sign in"


def test_discovery_that_speaks_for_another_issuer_is_refused(provider: Stub) -> None:
    provider.discovery = {"issuer": "https://other.example"}
    response = Client().get("/account/oidc/")
    assert (response.status_code, heading(response)) == (401, NOT_SIGNED_IN)


def test_provider_that_is_away_is_said_in_words(provider: Stub, settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = oidc.providers("http://127.0.0.1:9", "away", CLIENT, SECRET)
    response = Client().get("/account/oidc/")
    assert (response.status_code, heading(response)) == (401, NOT_SIGNED_IN)


@pytest.mark.parametrize(
    "given", [("https://x.example", "", ""), ("", "id", "secret"), ("https://x.example", "id", "")]
)
def test_half_of_the_settings_is_not_enough(given: tuple[str, str, str]) -> None:
    issuer, client, secret = given
    with pytest.raises(ImproperlyConfigured, match="together"):
        oidc.providers(issuer, "name", client, secret)


def test_same_number_at_another_issuer_is_another_person() -> None:
    one, other = (
        oidc.providers(f"https://{name}.example/", "name", CLIENT, SECRET)["openid_connect"]["APPS"][0][
            "provider_id"
        ]
        for name in ("one", "other")
    )
    assert one != other
