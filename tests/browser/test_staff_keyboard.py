"""From the sign-in page to a report that is signed off, by keyboard alone."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from reporting.domain import people
from reporting.models import Entry, Report, User
from tests.browser.conftest import Open, Reader
from tests.browser.desk import PASSWORD
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]

# A radio or a box to tick is invisible: its label's picture shows the focus.
FOCUSED = """() => {
  const one = document.activeElement;
  const label = one.labels?.[0];
  const pictured = ["radio", "checkbox"].includes(one.type);
  const look = () => {
    const style = pictured ? getComputedStyle(label, "::before") : getComputedStyle(one);
    return [style.outline, style.backgroundColor, style.boxShadow, style.borderColor].join();
  };
  const box = (pictured ? label : one).getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0;
  const focused = look();
  one.blur();
  const plain = look();
  one.focus();
  const words = (label ?? one).textContent.replace(/\\s+/g, " ").trim();
  return { words, group: one.closest("fieldset")?.querySelector("legend")?.textContent.trim() ?? "", seen: inside && focused !== plain };
}"""


@pytest.fixture
def report(own_site: str) -> Report:
    world = World.small(1, actions=2)
    world.open(2020)
    world.reported(2020)
    world.open(2021, due=date(2099, 1, 31))
    lea = User.objects.create_user("lea@example.invalid", PASSWORD, name="Lea")
    people.give_role(actor=lea, person=lea, role="leader", department=world.departments[0])
    return world.report(2021)


def tab_to(page: Page, words: str, group: str = "", presses: int = 60) -> None:
    """Press Tab until the control of these words has the focus, which must be visible all the way."""
    for _ in range(presses):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], f"The focus on “{focused['words']}” is not visible."
        if focused["words"].startswith(words) and group in focused["group"]:
            return
    raise AssertionError(f"“{words}” is not reached with {presses} presses of Tab.")


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_report_is_filed_and_signed_off_by_keyboard(
    report: Report, own_site: str, open_at: Open, reader: Reader
) -> None:
    page = open_at(own_site, "/filing/", reduced_motion="reduce")
    tab_to(page, "E-mail address")
    page.keyboard.type("lea@example.invalid")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    enter(page)
    tab_to(page, "D01: Fenland Better Services Plan, 2021")
    enter(page)
    tab_to(page, "1. Boats online")
    enter(page)
    for number in (1, 2):
        write(page, number)
    entries = {entry.action.number: entry for entry in Entry.objects.select_related("action", "head")}
    for number, entry in entries.items():
        assert entry.ready
        assert entry.head
        assert entry.head.progress == f"Boat {number} floats."
        assert entry.head.status == "on_track"
        assert [(row["answer"], row["reason"]) for row in entry.head.answers] == [
            ("partly_done", "It rained."),
            ("done", ""),
        ]
    tab_to(page, "Sign off and send to Cabinet Office")
    enter(page)
    tab_to(page, "Sign off and send to Cabinet Office")
    reader.expected = 422
    enter(page)
    reader.expected = 200
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    tab_to(page, "Tick the declaration", presses=1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.type") == "checkbox"
    page.keyboard.press("Space")
    tab_to(page, "Sign off and send to Cabinet Office")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Report signed off")
    assert Report.objects.get(pk=report.pk).state == Report.State.SUBMITTED


def write(page: Page, number: int) -> None:
    """Answers, status, words, ready, and on to the next entry."""
    tab_to(page, "Done", group=f"FEN-{number}/D01/2021/1")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Why?", presses=1)
    page.keyboard.type("It rained.")
    tab_to(page, "Done", group=f"FEN-{number}/D01/2021/2", presses=2)
    page.keyboard.press("Space")
    tab_to(page, "Not started", group="Status")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Progress during 2021")
    page.keyboard.type(f"Boat {number} floats.")
    tab_to(page, "Planned activities in 2022")
    page.keyboard.type("Moor it.")
    tab_to(page, "No, not yet")
    page.keyboard.press("ArrowUp")
    tab_to(page, "Save and continue to action 2" if number == 1 else "Save and go back to all entries")
    enter(page)
    expect(page).to_have_url(re.compile("actions/2/$" if number == 1 else "ministry-1/$"))
