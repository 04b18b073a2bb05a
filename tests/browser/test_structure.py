"""What a screen reader is told: title, language, headings, landmarks, names, tables."""

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import PAGES, address
from tests.browser.world import FEN

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_titles_tell_pages_apart(open_page: Open) -> None:
    names = ["home", "strategies", "strategy", "action", "report", "story", "year", "edition", "edition-replaced"]
    names += ["edition-history", "departments", "department", "accessibility", "privacy", "cookies", "not-found"]
    page = open_page("/")
    site = page.url.rstrip("/")
    titles = [page.goto(site + PAGES[name]) and page.title() for name in names if name != "not-found"]
    assert len(set(titles)) == len(titles)


def accessible(page: Page, *roles: str) -> list[tuple[str, str]]:
    """Role and name of what Chromium tells a screen reader, in the order of the page."""
    nodes: list[dict[str, Any]] = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    found = [
        (node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]
    ]
    return [(role, name) for role, name in found if role in roles]


def test_planned_activities_have_links_that_make_sense(open_page: Open) -> None:
    page = open_page(f"{FEN}departments/ministry-1/")
    names = [name for _, name in accessible(page, "link")]
    assert "Link to planned activity FEN-1/D01/2022/1" in names
    assert "Link to planned activity FEN-1/D01/2022/6" in names
    links = page.locator("a.st-ref")
    assert links.first.inner_text().split()[-1] == "2021/1"
    links.last.click()
    expect(page.locator("blockquote")).to_be_in_viewport()  # its own page
    page.get_by_role("link", name="Read it in its edition").click()
    expect(page.locator(":target")).to_be_in_viewport()


@pytest.mark.parametrize(
    "name", ["strategy", "strategy-without-rounds", "action", "story", "year", "year-open", "cookies"]
)
def test_tables_have_headers_of_rows_and_columns_on_a_phone(open_page: Open, name: str) -> None:
    page = open_page(**address(name), width=1280)
    at_a_desk = accessible(page, "table", "columnheader", "rowheader", "cell", "row")
    kinds = Counter(role for role, _ in at_a_desk)
    assert kinds["table"] == page.locator("table").count() > 0
    assert kinds["columnheader"] >= 2 * kinds["table"]
    assert kinds["rowheader"] >= kinds["table"]
    page.set_viewport_size({"width": 320, "height": 900})
    on_a_phone = Counter(role for role, _ in accessible(page, "table", "columnheader", "rowheader", "cell", "row"))
    assert on_a_phone == kinds
