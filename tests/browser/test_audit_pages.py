"""Pages for auditors in the browser: each in every state, and the way from a public sentence to who wrote it."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.urls import resolve
from playwright.sync_api import Page

from reporting.audit import urls as audit
from reporting.domain.audit import LAST
from tests.accounts.pages import code
from tests.browser import axe
from tests.browser.audit_pages import FILES, STATES
from tests.browser.axe import Record
from tests.browser.conftest import Open, Reader
from tests.browser.desk import PASSWORD, box
from tests.browser.layout import SPACED_OUT, open_details
from tests.browser.staff_world import StaffWorld
from tests.browser.structure import assert_told_in_order
from tests.browser.test_staff_pages import Show, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def show(staff_site: tuple[str, StaffWorld], reader: Reader, open_at: Open) -> Iterator[Show]:
    """Brings about a state in the kept window, with the cookies of whoever it is."""
    server, world = staff_site
    page = reader.kept or open_at(server, "/")

    def bring_about(name: str) -> Page:
        state = STATES[name]
        key = world.session(state.who)
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": server}])
        open_at(server, state.address(world), status=state.status)
        assert resolve(page.evaluate("location.pathname")).url_name == state.ends
        return page

    cache.delete(LAST)
    yield bring_about
    page.context.clear_cookies()


@pytest.mark.parametrize("name", STATES)
def test_state_is_sound(show: Show, record_property: Record, name: str) -> None:
    page = show(name)
    assert_told_in_order(page)
    errors = page.locator(".govuk-error-summary").count()
    assert page.title().startswith("Error: ") == bool(errors)
    assert errors == (1 if name.endswith("-error") else 0)
    assert_fits(page)
    axe.assert_sound(page, record_property)


@pytest.mark.parametrize("name", ["overview-something-wrong", "entry-of-edition", "events-error"])
def test_state_fits_with_text_spaced_out(show: Show, name: str) -> None:
    page = show(name)
    open_details(page)
    page.evaluate(SPACED_OUT)
    assert_fits(page)


def test_every_address_has_a_state() -> None:
    assert {one.name for one in audit.urlpatterns} - FILES == {state.ends for state in STATES.values()}


def test_from_a_public_sentence_to_who_wrote_it_in_four_clicks(
    staff_site: tuple[str, StaffWorld], open_at: Open
) -> None:
    """As an auditor who is not signed in: the link, the two steps of signing in, and it stands there."""
    server, world = staff_site
    page = open_at(server, "/strategies/fenland-better-services-plan/departments/ministry-1/", locale="en-GB")
    section = page.locator("section", has=page.locator("#action-1"))
    assert section.get_by_text("Last year.").first.is_visible()
    clicks = 0

    def click(act: Callable[[], None]) -> None:
        nonlocal clicks
        with page.expect_navigation():
            act()
        clicks += 1

    click(section.get_by_role("link", name="How this came about").first.click)
    assert resolve(page.evaluate("location.pathname")).url_name == "account_login"
    box(page, "E-mail address").fill(world.people["ada"].email)
    box(page, "Password").fill(PASSWORD)
    click(page.get_by_role("button", name="Sign in", exact=True).click)
    box(page, "Code").fill(code(world.phones["ada"]))
    click(page.get_by_role("button", name="Sign in", exact=True).click)
    assert clicks <= 4
    panel = page.get_by_role("region", name="How edition 1 came about")
    assert panel.is_visible()
    text = " ".join(panel.inner_text().split())
    for words in (
        "Last year.",
        "First saved by Lea Leader",
        "Signed off Lea Leader",
        "Accepted Ray Reviewer",
        "Time of publication set Ray Reviewer",
        "Public From 1 February 2021",
    ):
        assert words in text, words
    with page.expect_navigation():
        panel.get_by_role("link", name="Read that save").first.click()
    assert resolve(page.evaluate("location.pathname")).url_name == "filing-save"
