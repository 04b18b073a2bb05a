"""What a screen reader is told: title, language, headings, landmarks, names, tables."""

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import NAMES, PAGES, address
from tests.browser.world import FEN

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

OUTLINE = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (one) => one.getAttribute("aria-label")
    || (document.getElementById(one.getAttribute("aria-labelledby") || "-") || {}).textContent || "";
  return {
    language: document.documentElement.lang,
    headings: all("h1, h2, h3, h4, h5, h6").map((one) => [Number(one.tagName[1]), one.textContent.trim()]),
    landmarks: all("body > header, main, body > footer").map((one) => one.tagName),
    navigation: all("nav").map(name),
    sections: all("section").map(name),
    ids: all("[id]").map((one) => one.id),
    pointed: [
      ...all("a[href^='#']").map((one) => decodeURIComponent(one.getAttribute("href").slice(1))),
      ...all("[aria-labelledby], [aria-describedby], [aria-controls]").flatMap((one) =>
        ["aria-labelledby", "aria-describedby", "aria-controls"].flatMap((which) => (one.getAttribute(which) || "").split(" "))),
      ...all("label[for]").map((one) => one.htmlFor),
    ].filter(Boolean),
    first: document.querySelector("a, button, input, select, summary").textContent.trim(),
    inline: all("[style], style, script:not([src])").length + all("*").filter(
      (one) => [...one.attributes].some((attribute) => attribute.name.startsWith("on"))).length,
  };
}"""


@pytest.mark.parametrize("name", NAMES)
def test_page_is_told_in_order(open_page: Open, name: str) -> None:
    page = open_page(**address(name))
    outline = page.evaluate(OUTLINE)
    subject, _, service = page.title().rpartition(" - ")
    assert service == "Stocktake"
    assert subject.strip() == subject != ""
    assert outline["language"] == "en"
    levels = [level for level, _ in outline["headings"]]
    assert [level for level in levels if level == 1] == [1]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), outline["headings"]
    assert all(words for _, words in outline["headings"])
    assert outline["landmarks"] == ["HEADER", "MAIN", "FOOTER"]
    assert all(outline["navigation"] + outline["sections"])
    assert len(set(outline["navigation"])) == len(outline["navigation"])
    assert [one for one, times in Counter(outline["ids"]).items() if times > 1] == []
    assert set(outline["pointed"]) - set(outline["ids"]) == set()
    assert outline["first"] == "Skip to main content"
    assert outline["inline"] == 0


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
