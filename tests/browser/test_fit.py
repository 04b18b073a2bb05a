"""Small screens, 400% zoom (which is the same width), and text that readers space out."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.layout import clipped, open_details, sideways
from tests.browser.pages import NAMES, address
from tests.browser.world import LONG_ADDRESS, LONG_WORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# The distances of WCAG's success criterion 1.4.12.
SPACED_OUT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""


@pytest.mark.parametrize("name", NAMES)
def test_page_fits_a_small_phone(open_page: Open, name: str) -> None:
    page = open_page(**address(name), width=320)
    assert sideways(page) == []
    open_details(page)
    assert sideways(page) == []
    page.evaluate(SPACED_OUT)
    assert sideways(page) == []
    assert clipped(page) == []


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
