"""From the home page to one pair's story by keyboard alone, and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import address
from tests.browser.world import FEN

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

FOCUSED = """() => {
  const one = document.activeElement;
  const look = () => { const style = getComputedStyle(one); return [style.outline, style.backgroundColor, style.boxShadow].join(); };
  const box = one.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0;
  const focused = look();
  one.blur();
  const plain = look();
  one.focus();
  return { words: one.textContent.replace(/\\s+/g, " ").trim(), seen: inside && focused !== plain && look() === focused };
}"""


def tab_to(page: Page, words: str, presses: int = 60) -> int:
    """Press Tab until what bears these words has the focus, which must be visible all the way; how many presses."""
    for count in range(1, presses + 1):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], f"The focus on “{focused['words']}” is not visible."
        if focused["words"] == words:
            return count
    raise AssertionError(f"“{words}” is not reached with {presses} presses of Tab.")


def test_story_is_reached_by_keyboard(open_page: Open) -> None:
    page = open_page("/")
    assert tab_to(page, "Skip to main content") == 1
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    tab_to(page, "Fenland Better Services Plan")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{FEN}")
    tab_to(page, "Every boat licence can be renewed online by July 2021")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{FEN}actions/1/")
    tab_to(page, "D01’s story on action 1", presses=120)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{FEN}departments/ministry-1/actions/1/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ministry 1: Boats online")
    tab_to(page, "Worded 2 ways since it was first published")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Licences will be sold at the quay.", exact=True)).to_be_visible()


def test_filter_works_by_keyboard(open_page: Open) -> None:
    page = open_page(f"{FEN}actions/1/")
    page.get_by_label("Year").focus()
    page.keyboard.press("ArrowDown")
    tab_to(page, "Show")
    page.keyboard.press("Enter")
    page.wait_for_url("**/actions/1/?year=2021&status=")
    expect(page.get_by_role("heading", name="Published for 2021", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    "name",
    [
        *("home", "strategy", "action", "report", "story", "year", "edition", "department"),
        *("matrix", "plans", "compare-departments", "changes", "search-filtered"),
    ],
)
def test_page_says_the_same_without_javascript(open_page: Open, name: str) -> None:
    words = []
    for script in (True, False):
        page = open_page(**address(name), java_script_enabled=script)
        while page.locator("details:not([open])").count():
            page.locator("details:not([open]) > summary").first.click()
        words.append(page.locator("body").inner_text().replace("Print this page", "").split())
    assert words[0] == words[1]


def test_filter_works_without_javascript(open_page: Open) -> None:
    page = open_page(f"{FEN}actions/1/", java_script_enabled=False)
    assert not page.get_by_role("button", name="Print this page").is_visible()
    page.get_by_label("Status").select_option("Completed")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**/actions/1/?year=2022&status=completed")
    assert page.locator("section h3").all_inner_texts() == [
        "Ministry 7",
        "Ministry 9",
        "Ministry of Herons and Ferries",
    ]
    page.get_by_role("link", name="Show all").click()
    assert page.locator("section h3").count() == 10


def test_story_is_reached_without_javascript(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    for words in ("Fenland Better Services Plan", "Letters are short and plain", "D01’s story on action 2"):
        page.get_by_role("link", name=words, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ministry 1: Plain letters")
