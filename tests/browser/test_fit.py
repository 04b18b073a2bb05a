"""Long words on small screens, and faults of the layout that have to be noticed."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.layout import clipped, sideways
from tests.browser.pages import address
from tests.browser.world import LONG_ADDRESS, LONG_WORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize("name", ["action-long-words", "story-long-words", "report", "edition"])
def test_long_words_break(open_page: Open, name: str) -> None:
    page = open_page(**address(name), width=320)
    words = page.locator("main").inner_text()
    assert LONG_WORD in words
    assert LONG_ADDRESS in words
    assert len(LONG_WORD) == 60


def test_wide_words_are_noticed(open_page: Open) -> None:
    page = open_page("/privacy/", width=320)
    _plant(page, "white-space: nowrap")
    assert sideways(page) != []
    assert clipped(page) == []
    page.reload()
    _plant(page, "height: 1em; overflow: hidden")
    assert sideways(page) == []
    assert clipped(page) != []


def _plant(page: Page, style: str) -> None:
    page.evaluate("(style) => { document.querySelector('main p.govuk-body').style = style; }", style)
