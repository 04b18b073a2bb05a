"""What goes with every page: no cookie, a tag made of the body, a strict policy, no script or style in the page."""

import hashlib
import re

import pytest
from django.test import Client, TestCase
from lxml import html

from reporting.models import User
from tests.public.pages import first_of_each
from tests.world import World

ABSENT = ["/strategies/none/", "/departments/none/", "/nothing/here/"]
WRITTEN_ON = {"alerts"}  # without a token: tests/mail/test_alerts.py
MADE_BY_BROWSERS = {"sessionid": "0" * 32, "csrftoken": "0" * 32}


def signed_in() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.invalid"))
    return client


def with_cookies() -> Client:
    client = Client()
    client.cookies.load(MADE_BY_BROWSERS)
    return client


class TestEveryPage(TestCase):
    """One page of each kind."""

    @classmethod
    def setUpTestData(cls) -> None:
        World.small(2).full().secrets()
        cls.pages = first_of_each()
        assert {Client().get(page.address).status_code for page in cls.pages} == {200}

    def test_page_is_the_same_for_everybody(self) -> None:
        everybody = [Client(), with_cookies(), signed_in()]
        for page in self.pages:
            stranger, visitor, administrator = (client.get(page.address) for client in everybody)
            assert visitor.content == administrator.content == stranger.content
            assert visitor.headers == administrator.headers == stranger.headers

    def test_page_sets_no_cookie_and_varies_by_none(self) -> None:
        everybody = [Client(), with_cookies(), signed_in()]
        for page in self.pages:
            for client in everybody:
                response = client.get(page.address)
                assert dict(response.cookies) == {}
                assert "Set-Cookie" not in response.headers
                assert "cookie" not in response.headers.get("Vary", "").lower()

    def test_page_may_be_kept_and_is_asked_about_each_time(self) -> None:
        assert {Client().get(page.address).headers["Cache-Control"] for page in self.pages} == {"public, no-cache"}

    def test_etag_is_a_digest_of_the_body(self) -> None:
        tags = set()
        for page in self.pages:
            response = Client().get(page.address)
            tags.add(response.headers["ETag"])
            assert response.headers["ETag"] == f'"{hashlib.md5(response.content).hexdigest()}"'
        assert len(tags) == len(self.pages)

    def test_second_visit_gets_304_without_a_body(self) -> None:
        for page in self.pages:
            tag = Client().get(page.address).headers["ETag"]
            for client in (Client(), with_cookies()):
                again = client.get(page.address, headers={"If-None-Match": tag})
                assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
                assert "Set-Cookie" not in again.headers

    def test_head_answers_like_get_without_a_body(self) -> None:
        for page in self.pages:
            asked, got = Client().head(page.address), Client().get(page.address)
            assert (asked.status_code, asked.content) == (200, b"")
            # A tag is made of a body: Django gives none where there is none.
            assert {**asked.headers, "ETag": got.headers["ETag"]} == got.headers

    def test_writing_to_a_page_is_refused(self) -> None:
        client = Client(enforce_csrf_checks=True)
        answers = {
            (page.name, getattr(client, method)(page.address).status_code)
            for page in self.pages
            if page.name not in WRITTEN_ON
            for method in ("post", "put", "patch", "delete")
        }
        assert answers == {(page.name, 405) for page in self.pages if page.name not in WRITTEN_ON}

    def test_policy_allows_only_our_own_files(self) -> None:
        for address in [page.address for page in self.pages] + ABSENT:
            assert policy(address) == {
                "default-src": "'none'",
                "script-src": "'self'",
                "style-src": "'self'",
                "img-src": "'self' data:",
                "font-src": "'self'",
                "connect-src": "'self'",
                "manifest-src": "'self'",
                "form-action": "'self'",
                "base-uri": "'none'",
                "frame-ancestors": "'none'",
            }

    def test_page_holds_no_script_or_style_of_its_own(self) -> None:
        for address in [page.address for page in self.pages] + ABSENT:
            tree = html.fromstring(Client().get(address).content)
            # What describes the page to programs is data, and no browser runs it.
            scripts = [script for script in tree.iter("script") if script.get("type") != "application/ld+json"]
            assert [script.get("src") for script in scripts] == ["/static/js/stocktake.js"], address
            assert [script.text for script in scripts] == [None]
            assert list(tree.iter("style")) == []
            attributes = {name for element in tree.iter() for name in element.keys()}  # noqa: SIM118 - lxml
            assert "style" not in attributes
            assert [name for name in attributes if name.startswith("on")] == []
            addresses = [
                value for element in tree.iter() for value in (element.get("href"), element.get("src")) if value
            ]
            assert [
                value for value in addresses if re.match(r"\s*(javascript|data|vbscript):", value, re.IGNORECASE)
            ] == []

    def test_other_headers_of_a_page(self) -> None:
        for page in self.pages:
            headers = Client().get(page.address).headers
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_second_visit_after_a_publication_gets_the_new_page(world: World) -> None:
    world.full((2020,))
    address = world.address("departments/ministry-1/")
    tag = Client().get(address).headers["ETag"]
    edition = world.corrected(world.report(2020), progress="What was done after all.")
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == 304
    world.publish(edition, "2021-03-01")
    changed = Client().get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert "What was done after all." in changed.content.decode()


def policy(address: str) -> dict[str, str]:
    header = Client().get(address).headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in header.split(";") if part.strip())


def test_page_that_is_not_there_sets_no_cookie_and_is_not_kept(db: None) -> None:
    everybody = [Client(), with_cookies(), signed_in()]
    for address in ABSENT:
        for client in everybody:
            response = client.get(address)
            assert response.status_code == 404
            assert "Set-Cookie" not in response.headers
            assert "cookie" not in response.headers.get("Vary", "").lower()
            assert response.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_machine_asks_without_a_cookie(db: None, address: str) -> None:
    response = Client().get(address)
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "Set-Cookie" not in response.headers
    assert "no-store" in response.headers["Cache-Control"]
