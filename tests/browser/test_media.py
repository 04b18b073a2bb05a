"""Paper, forced colours, reduced motion."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.pages import address
from tests.browser.world import FEN

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SHOWN = """() => [...document.querySelectorAll("header, footer, nav, form, .govuk-skip-link, .govuk-breadcrumbs, .st-contents, .st-filter, .st-tools, button")]
  .filter((one) => one.checkVisibility()).map((one) => `${one.tagName}.${one.className}`)"""
FOLDED = """() => [...document.querySelectorAll("details:not([open]) :is(p, li, dt, dd, h4)")]
  .filter((one) => one.textContent.trim() && !(one.checkVisibility() && one.getBoundingClientRect().height > 0))
  .map((one) => one.textContent.slice(0, 60))"""
PRINTED_ADDRESSES = """() => [...document.querySelectorAll("main a")]
  .filter((one) => !["none", "normal"].includes(getComputedStyle(one, "::after").content)).map((one) => one.textContent)"""


@pytest.mark.parametrize(
    "name",
    [
        *("home", "strategy", "action", "report", "story", "story-not-applicable", "year", "edition", "department"),
        *("matrix", "plans", "compare-departments", "changes", "search-filtered"),
    ],
)
def test_paper_carries_the_words_and_nothing_else(open_page: Open, name: str) -> None:
    page = open_page(**address(name), reduced_motion="reduce")
    page.emulate_media(media="print")
    assert page.evaluate(SHOWN) == []
    assert page.evaluate(FOLDED) == []
    assert page.evaluate(PRINTED_ADDRESSES) == []
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.pdf().startswith(b"%PDF")


def test_folded_parts_are_open_only_while_printing(open_page: Open) -> None:
    page = open_page(f"{FEN}actions/1/")
    folded = page.locator("details:not([open])").count()
    assert folded > 2
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == folded


def test_print_button_prints(open_page: Open) -> None:
    page = open_page(f"{FEN}departments/ministry-1/")
    page.evaluate("() => { window.print = () => { document.title = 'printed'; }; }")
    page.get_by_role("button", name="Print this page").click()
    expect(page).to_have_title("printed")


@pytest.mark.parametrize(
    "options", [{"forced_colors": "active"}, {"reduced_motion": "reduce"}, {"color_scheme": "dark"}]
)
@pytest.mark.parametrize("name", ["action", "report", "year"])
def test_statuses_are_words_whatever_the_colours(open_page: Open, name: str, options: dict[str, str]) -> None:
    page = open_page(**address(name), **options)
    tags = page.locator(".st-tag:visible")
    words = set(tags.all_inner_texts())
    expected = {
        "action": {"On track", "Completed", "Not published", "Excused", "Carried forward", "Unanswered"},
        "report": {"Not started", "Done", "Partly done", "Not done", "Dropped", "Carried forward", "Unanswered"},
        "year": {"Published", "Published late", "Excused", "Not published"},
    }
    assert expected[name] <= words
    if "forced_colors" in options:
        lines = page.evaluate(
            "() => [...document.querySelectorAll('.st-tag')].map((one) => getComputedStyle(one).borderTopStyle)"
        )
        assert set(lines) <= {"solid", "dashed"}
    if "reduced_motion" in options:
        moving = page.evaluate(
            "() => [...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).animationName !== 'none')"
            ".map((one) => one.tagName)"
        )
        assert moving == []
