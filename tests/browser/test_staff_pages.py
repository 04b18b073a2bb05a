"""Pages for people who are signed in, each in every state: axe-core, small screens, and what a screen reader is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.urls import resolve
from playwright.sync_api import Page, Response

from reporting.accounts import urls as accounts
from reporting.filing import urls as filing
from tests.browser import axe
from tests.browser.axe import Record
from tests.browser.conftest import Open, Reader
from tests.browser.layout import SPACED_OUT, clipped, open_details, sideways
from tests.browser.staff_pages import NO_PAGES, STATES, State
from tests.browser.staff_world import StaffWorld
from tests.browser.structure import assert_told_in_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

UNLABELLED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
  .filter((one) => !one.hidden && !one.labels.length && !one.getAttribute("aria-label")).map((one) => one.outerHTML)"""


Show = Callable[[str], Page]


@pytest.fixture
def show(staff_site: tuple[str, StaffWorld], reader: Reader, open_at: Open) -> Iterator[Show]:
    """Brings about a state in the kept window, with the cookies of whoever it is."""
    server, world = staff_site
    page = reader.kept or open_at(server, "/")

    def bring_about(name: str) -> Page:
        state = STATES[name]
        if state.who:
            key = world.stale_session(state.who) if state.stale else world.session(state.who)
            page.context.add_cookies([{"name": "sessionid", "value": key, "url": server}])
        open_at(server, state.address(world), status=200 if state.act else state.status)
        if state.act:
            reader.expected = state.status
            with answers(page) as statuses:
                state.act(page, world)
            assert not statuses or statuses[-1] == state.status
        if state.ends:
            assert resolve(page.evaluate("location.pathname")).url_name == state.ends
        return page

    yield bring_about
    # Nothing of it is saved later, or offered to the next state.
    page.goto("about:blank")
    page.context.clear_cookies()
    storage = {"origin": server, "storageTypes": "local_storage"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", storage)


@contextmanager
def answers(page: Page) -> Iterator[list[int]]:
    """The statuses of the pages that come meanwhile."""
    found: list[int] = []

    def note(answer: Response) -> None:
        if answer.request.is_navigation_request():
            found.append(answer.status)

    page.on("response", note)
    yield found
    page.remove_listener("response", note)


@pytest.mark.parametrize("name", STATES)
def test_state_is_sound(show: Show, record_property: Record, name: str) -> None:
    page = show(name)
    assert_told_in_order(page)
    assert page.evaluate(UNLABELLED) == []
    assert_errors_are_told(page, STATES[name])
    assert_fits(page)
    axe.assert_sound(page, record_property)


def assert_errors_are_told(page: Page, state: State) -> None:
    """In the title, too; every sentence of the summary that is a link leads to an id, which axe doesn't ask."""
    summary = page.locator(".govuk-error-summary").count()
    given_back = state.status in {400, 403, 404, 409, 422, 503} and state.act is not None
    assert page.title().startswith("Error: ") == bool(summary or given_back)
    assert page.locator(".govuk-error-message").count() == 0 or summary == 1
    assert summary + page.locator(".govuk-notification-banner").count() <= 1


def assert_fits(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    found = sideways(page) + clipped(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["entry-full", "entry-comments", "both", "sign-off-warnings", "people", "sign-in"])
def test_state_fits_with_text_spaced_out(show: Show, name: str) -> None:
    page = show(name)
    open_details(page)
    page.evaluate(SPACED_OUT)
    assert_fits(page)


def test_every_address_has_a_state() -> None:
    named = {one.name for one in (*filing.urlpatterns, *accounts.urlpatterns)}
    assert named - NO_PAGES == {state.ends for state in STATES.values()} - {""}


def test_links_of_the_error_summary_lead_to_where_it_is_mended(show: Show) -> None:
    """From sign-off, to the entries' own pages."""
    for name in ("sign-off-problems", "sign-off-reasons-missing", "sign-off-warnings"):
        page = show(name)
        links = page.evaluate(
            "() => [...document.querySelectorAll('.govuk-error-summary a, .st-advice a')].map((one) => one.href)"
        )
        assert links
        for link in links:
            page.goto(link)
            assert "#" not in link or page.locator(":target").count() == 1, link
