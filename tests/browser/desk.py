"""What people who are signed in do in the browser."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page

from reporting.models import User

PASSWORD = "count the lamps twice"


def sign_in(page: Page, person: User, button: str = "Sign in") -> None:
    """On the sign-in page, where it already stands open."""
    box(page, "E-mail address").fill(person.email)
    box(page, "Password").fill(PASSWORD)
    press(page, button)


def let_in(page: Page, server: str, person: User) -> Page:
    """Signed in already: its cookie without the sign-in page."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server}])
    return page


def box(page: Page, label: str) -> Locator:
    """The text box of that label: a section may bear the same name."""
    return page.get_by_role("textbox", name=label, exact=True)


def press(page: Page, words: str) -> None:
    """Press a button that leads to a page, and wait for it."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def follow(page: Page, words: str) -> None:
    """Follow a link, and wait for its page."""
    with page.expect_navigation():
        page.get_by_role("link", name=words, exact=True).first.click()
