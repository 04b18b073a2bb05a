"""Pages about publishing and corrections, each in every state: axe-core, small screens, and what is told in which order."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from django.urls import resolve
from playwright.sync_api import Page

from reporting.publishing import urls
from tests.browser import axe
from tests.browser.axe import Record
from tests.browser.conftest import Open, Reader, world_served
from tests.browser.desk import box, follow, press
from tests.browser.publishing_pages import CONFIRM_BUTTON, LAST, STATES, PublishingWorld
from tests.browser.structure import assert_told_in_order
from tests.browser.test_staff_pages import Show, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def publishing_site(
    django_db_setup: None, django_db_blocker: Any, reader: Reader
) -> Iterator[tuple[str, PublishingWorld]]:
    settings = override_settings(ROOT_URLCONF="tests.browser.urls", SECOND_FACTOR="nobody")
    with django_db_blocker.unblock(), settings, world_served(PublishingWorld.make, reader) as made:
        yield made


@pytest.fixture
def show(publishing_site: tuple[str, PublishingWorld], reader: Reader, open_at: Open) -> Iterator[Show]:
    server, world = publishing_site
    page = reader.kept or open_at(server, "/")

    def bring_about(name: str) -> Page:
        state = STATES[name]
        if state.staff:
            page.context.add_cookies([{"name": "sessionid", "value": world.session(), "url": server}])
        open_at(server, state.address(world), status=200 if state.press else state.status)
        if state.press:
            reader.expected = state.status
            press(page, state.press)
        assert resolve(state.address(world).partition("?")[0]).url_name == state.ends
        return page

    yield bring_about
    page.goto("about:blank")
    page.context.clear_cookies()


@pytest.mark.parametrize("name", STATES)
def test_state_is_sound(show: Show, record_property: Record, name: str) -> None:
    page = show(name)
    assert_told_in_order(page)
    summary = page.locator(".govuk-error-summary").count()
    assert page.title().startswith("Error: ") == bool(summary) == (STATES[name].status in {409, 422})
    for link in page.locator(".govuk-error-summary a").all():
        assert page.locator(link.get_attribute("href") or "#none").count() == 1
    assert_fits(page)
    axe.assert_sound(page, record_property)


def test_every_address_has_a_state() -> None:
    assert {one.name for one in urls.urlpatterns} <= {state.ends for state in STATES.values()}


def test_marks_are_spoken(show: Show) -> None:
    """Not by a line and a colour alone."""
    page = show("edition-corrected")
    told = """(name) => [getComputedStyle(document.querySelector(name), "::before").content,
      getComputedStyle(document.querySelector(name), "::after").content]"""
    assert page.evaluate(told, "ins") == ['" [added: "', '"] "']
    assert page.evaluate(told, "del") == ['" [removed: "', '"] "']


def test_publication_from_end_to_end(show: Show, publishing_site: tuple[str, PublishingWorld]) -> None:
    """By keyboard and without a script that the page needs: set, previewed, confirmed, stopped again."""
    server, _ = publishing_site
    page = show("rounds")
    page.goto(server + LAST)
    for label, value in (("Day", "25"), ("Month", "2"), ("Year", "2098"), ("Time in London", "16:00")):
        box(page, label).fill(value)
    press(page, "Continue")
    assert "1 report will be public at 4pm on Tuesday 25 February 2098" in page.inner_text("h1")
    follow(page, "Preview the public site as it will be at 4pm")
    assert "Preview: not public." in page.inner_text(".st-preview")
    follow(page, "Changes")
    assert "/preview/as/" in page.url
    assert "Ministry 5: report for 2020 corrected, edition 2" in page.inner_text("main")
    follow(page, "End the preview")
    page.get_by_label("I have previewed the public site as it will be at 4pm").check()
    press(page, CONFIRM_BUTTON.replace("9:30am", "4pm"))
    assert page.inner_text("h1") == "Publication scheduled"
    follow(page, "preview, move or stop it")
    press(page, "Stop it")
    box(page, "Why it is stopped").fill("A trial.")
    press(page, "Stop the publication")
    assert "The publication is stopped." in page.inner_text(".govuk-notification-banner")
