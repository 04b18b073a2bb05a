"""Pages for reviewers, each in every state: axe-core, small screens, and what a screen reader is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from django.urls import resolve
from playwright.sync_api import Page, expect

from reporting.models import Comment
from reporting.review import urls
from tests.browser import axe
from tests.browser.axe import Record
from tests.browser.conftest import Open, Reader, world_served
from tests.browser.layout import SPACED_OUT, open_details
from tests.browser.review_pages import NO_PAGES, ROUND, STATES, report
from tests.browser.structure import assert_told_in_order
from tests.browser.test_staff_keyboard import enter, tab_to
from tests.browser.test_staff_pages import UNLABELLED, Show, answers, assert_errors_are_told, assert_fits
from tests.review.world import IN_REVIEW, OWN, ReviewWorld

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def review_site(django_db_setup: None, django_db_blocker: Any, reader: Reader) -> Iterator[tuple[str, ReviewWorld]]:
    settings = override_settings(SECOND_FACTOR="nobody")
    with django_db_blocker.unblock(), settings, world_served(ReviewWorld.make, reader) as made:
        yield made


@pytest.fixture
def show(review_site: tuple[str, ReviewWorld], reader: Reader, open_at: Open) -> Iterator[Show]:
    """Brings about a state in the kept window, with the cookies of whoever it is."""
    server, world = review_site
    page = reader.kept or open_at(server, "/")

    def bring_about(name: str) -> Page:
        state = STATES[name]
        page.context.add_cookies([{"name": "sessionid", "value": world.session(state.who), "url": server}])
        open_at(server, state.address(world), status=200 if state.act else state.status)  # type: ignore[arg-type]
        if state.act:
            reader.expected = state.status
            with answers(page) as statuses:
                state.act(page, world)  # type: ignore[arg-type]
            assert not statuses or statuses[-1] == state.status
        assert resolve(page.evaluate("location.pathname")).url_name == state.ends
        return page

    yield bring_about
    page.goto("about:blank")
    page.context.clear_cookies()


@pytest.mark.parametrize("name", STATES)
def test_state_is_sound(show: Show, record_property: Record, name: str) -> None:
    page = show(name)
    assert_told_in_order(page)
    assert page.evaluate(UNLABELLED) == []
    assert_errors_are_told(page, STATES[name])
    assert_fits(page)
    axe.assert_sound(page, record_property)


@pytest.mark.parametrize("name", ["queue", "entry-marked", "entry-changed", "return", "reasons"])
def test_state_fits_with_text_spaced_out(show: Show, name: str) -> None:
    page = show(name)
    open_details(page)
    page.evaluate(SPACED_OUT)
    assert_fits(page)


def test_every_address_has_a_state() -> None:
    named = {one.name for one in urls.urlpatterns}
    assert named - NO_PAGES <= {state.ends for state in STATES.values()}


def test_links_of_the_error_summary_lead_to_where_it_is_mended(show: Show) -> None:
    for name in ("entry-errors", "return-errors", "accept-many-nothing-ticked", "excuse-error"):
        page = show(name)
        links = page.locator(".govuk-error-summary a")
        assert links.count()
        for number in range(links.count()):
            target = str(links.nth(number).get_attribute("href"))
            assert page.locator(target).count() == 1, (name, target)


def test_differences_are_spoken(show: Show) -> None:
    page = show("entry-changed")
    spoken = page.evaluate("() => getComputedStyle(document.querySelector('ins'), '::before').content")
    assert "added" in spoken


def test_entry_is_decided_by_keyboard(
    show: Show, review_site: tuple[str, ReviewWorld], open_at: Open, reader: Reader
) -> None:
    """From the queue to a comment that waits for the return, and its way back."""
    _, world = review_site
    page = show("queue")
    tab_to(page, "Ministry 10")
    enter(page)
    tab_to(page, "2. Plain letters")
    enter(page)
    tab_to(page, "Not assessed", group="Assessment")
    page.keyboard.press("ArrowUp")
    tab_to(page, "Reason for the assessment")
    page.keyboard.type("Nobody can know.")
    tab_to(page, "Nothing, it can be accepted")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Reason for return")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Comment to the department")
    page.keyboard.type("Say who.")
    tab_to(page, "Save and stay here")
    enter(page)
    comment = Comment.objects.get(entry__report=world.report(OWN), entry__action__number=2)
    assert (comment.text, comment.entry.assessment) == ("Say who.", "cannot_be_assessed")
    assert comment.entry.return_reason
    tab_to(page, "Take it back", presses=90)
    enter(page)
    expect(page.locator(".govuk-notification-banner")).to_contain_text("The comment was taken back")
    assert not Comment.objects.filter(pk=comment.pk).exists()


def test_queue_and_entry_work_without_script(
    review_site: tuple[str, ReviewWorld], open_at: Open, reader: Reader
) -> None:
    server, world = review_site
    cookie = {"name": "sessionid", "value": world.session("rita"), "url": server}
    page = open_at(
        server,
        "/review/reasons/",
        java_script_enabled=False,
        storage_state={"cookies": [], "origins": []},
        status=200,
    )
    page.context.add_cookies([cookie])
    page.goto(server + report(IN_REVIEW, "actions/2/"))
    assert page.get_by_label("Reason for return").is_visible()
    page.goto(f"{server}{ROUND}")
    assert page.get_by_role("heading", level=1).inner_text().endswith("Reports to review")
