"""Saving while somebody types, in Chromium: no typed word is lost, and the page never says “Saved” before it is."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from reporting.domain import people
from reporting.models import DraftSave, User
from tests.browser.conftest import Open, Reader
from tests.browser.desk import PASSWORD, box, let_in, press, sign_in
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]

ENTRY = "/filing/fenland-better-services-plan/2021/ministry-1/actions/1/"
SAVED = re.compile(r"^Saved \d\d:\d\d$")
AT_MOST = 5000  # milliseconds from the first letter to “Saved”, on the same computer
RETRIED = 20_000  # and once the server answers again
OBSERVE = """() => { window.said = []; new MutationObserver(() => window.said.push(saved.textContent))
  .observe(saved, { childList: true, characterData: true, subtree: true }); }"""
COPIES = (
    "() => Object.keys(localStorage).filter((key) => key.startsWith('stocktake ')).map((key) => localStorage[key])"
)


@pytest.fixture
def lea(own_site: str) -> User:
    world = World.small(1, actions=2)
    world.open(2021)
    lea = User.objects.create_user("lea@example.invalid", PASSWORD, name="Lea")
    people.give_role(actor=lea, person=lea, role="leader", department=world.departments[0])
    return lea


@pytest.fixture
def entry(lea: User, own_site: str, open_at: Open) -> Page:
    """The entry, open for Lea."""
    page = let_in(open_at(own_site, "/", locale="en-GB"), own_site, lea)
    page.goto(own_site + ENTRY)
    page.evaluate(OBSERVE)
    return page


def write(page: Page, words: str) -> None:
    box(page, "Progress during 2021").fill(words)


def paste(into: Locator, words: str) -> None:
    """At once, where filling would take seconds."""
    into.evaluate(
        "(one, words) => { one.value = words; one.dispatchEvent(new Event('input', { bubbles: true })); }", words
    )


def assert_saved(page: Page, patience: float = AT_MOST) -> None:
    expect(page.locator("#saved")).to_have_text(SAVED, timeout=patience)


def texts() -> list[str]:
    return list(DraftSave.objects.order_by("saved_at").values_list("progress", flat=True))


def forgive(reader: Reader, *words: str) -> None:
    """What the browser complains of because the test made it so."""
    reader.complaints[:] = [one for one in reader.complaints if not any(word in one for word in words)]


def posts(page: Page, handle: Callable[[Route], None]) -> None:
    """Saves of the entry go through `handle` from now on."""
    page.route(
        "**/actions/1/", lambda route: handle(route) if route.request.method == "POST" else route.continue_()
    )


def test_typing_is_saved(entry: Page) -> None:
    expect(entry.locator("#saved")).to_have_text("Nothing is saved yet")
    box(entry, "Progress during 2021").press_sequentially("The lamps")
    expect(entry.locator("#saved")).not_to_have_text(SAVED)
    assert_saved(entry)
    assert texts() == ["The lamps"]
    assert entry.evaluate(COPIES) == []


def test_typing_without_a_pause_is_saved(entry: Page) -> None:
    progress = box(entry, "Progress during 2021")
    for _ in range(25):
        progress.press_sequentially("lamp ")
        entry.wait_for_timeout(220)
        if texts():
            break
    assert 5 < len(texts()[0]) < 5 * 25
    assert_saved(entry)
    assert texts()[-1] == progress.input_value()


def test_server_is_down_for_a_while(entry: Page, reader: Reader) -> None:
    posts(entry, lambda route: route.abort())
    write(entry, "The lamps burn.")
    expect(entry.locator("#saved")).to_contain_text("Your text is kept on this computer", timeout=AT_MOST)
    assert "The lamps burn." in entry.evaluate(COPIES)[0]
    assert not any(SAVED.match(one) for one in entry.evaluate("said"))
    entry.unroute_all()
    assert_saved(entry, RETRIED)
    assert texts() == ["The lamps burn."]
    assert entry.evaluate(COPIES) == []
    forgive(reader, "ERR_FAILED")


def test_answer_that_is_lost_on_its_way_makes_no_second_row(entry: Page, reader: Reader) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    posts(entry, lose)
    write(entry, "The lamps burn.")
    expect(entry.locator("#saved")).to_contain_text("Your text is kept on this computer", timeout=AT_MOST)
    assert texts() == ["The lamps burn."]
    entry.unroute_all()
    assert_saved(entry, RETRIED)
    assert texts() == ["The lamps burn."]
    forgive(reader, "ERR_FAILED")


def test_unsent_text_is_offered_after_a_reload(entry: Page, reader: Reader) -> None:
    posts(entry, lambda route: route.abort())
    write(entry, "The lamps burn.")
    entry.reload()
    entry.reload()  # whoever does not see the offer at once has it still
    expect(box(entry, "Progress during 2021")).to_have_value("")
    expect(entry.get_by_text("This computer has text of")).to_be_visible()
    entry.unroute_all()
    entry.get_by_role("button", name="Put it into the form").click()
    expect(box(entry, "Progress during 2021")).to_have_value("The lamps burn.")
    expect(box(entry, "Progress during 2021")).to_be_focused()
    assert_saved(entry)
    assert texts() == ["The lamps burn."]
    forgive(reader, "ERR_FAILED", "ERR_ABORTED")


def test_signed_out_in_between(entry: Page, lea: User, reader: Reader) -> None:
    reader.expected = 401
    entry.context.clear_cookies(name="sessionid")
    write(entry, "The lamps burn at night.")
    expect(entry.locator("#saved")).to_contain_text("You are signed out", timeout=AT_MOST)
    with entry.context.expect_page() as opened:
        entry.get_by_role("link", name="Sign in in a new tab").click()
    sign_in(opened.value, lea)
    opened.value.close()
    assert_saved(entry, RETRIED)
    assert texts() == ["The lamps burn at night."]
    write(entry, "The lamps burn at night and by day.")
    expect(entry.locator("#saved")).to_have_text("Not saved yet")
    assert_saved(entry)
    assert texts()[1:] == ["The lamps burn at night and by day."]


def test_two_windows(entry: Page) -> None:
    other = entry.context.new_page()
    other.goto(entry.url)
    write(entry, "The lamps burn.")
    assert_saved(entry)
    write(other, "The lamps are out.")
    expect(other.locator("#saved")).to_contain_text("Both texts saved", timeout=AT_MOST)
    assert texts() == ["The lamps burn.", "The lamps are out."]
    with other.expect_navigation():
        other.locator("#saved").get_by_role("link").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("You saved this entry in two windows")
    words = other.locator("main").inner_text()
    assert "burn" in words
    assert "are out" in words
    other.get_by_label("Yours, from another window").check()
    press(other, "Save this text")
    expect(box(other, "Progress during 2021")).to_have_value("The lamps burn.")
    assert len(texts()) == 3


def test_other_words_than_those_that_were_typed_are_never_called_saved(entry: Page) -> None:
    def forge(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=json.dumps(answer.json() | {"receipt": "0" * 64}))

    posts(entry, forge)
    write(entry, "The lamps burn.")
    expect(entry.locator("#saved")).to_contain_text("Not saved as it was typed", timeout=AT_MOST)
    entry.wait_for_timeout(3000)
    assert not any(one.startswith("Saved") for one in entry.evaluate("said"))
    assert "The lamps burn." in entry.evaluate(COPIES)[0]
    assert texts() == ["The lamps burn."]  # sent once, not again and again
    entry.unroute_all()
    write(entry, "The lamps burn again.")
    assert_saved(entry, RETRIED)


def test_button_works_while_a_save_is_under_way(entry: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    posts(entry, hold)
    write(entry, "The lamps burn.")
    expect(entry.locator("#saved")).to_have_text("Saving", timeout=AT_MOST)
    write(entry, "The lamps burn. All of them.")
    entry.get_by_role("button", name="Save and continue to action 2").click()
    with entry.expect_navigation(url="**/actions/2/"):
        held[0].continue_()
    assert texts() == ["The lamps burn.", "The lamps burn. All of them."]
    assert entry.evaluate(COPIES) == []


@pytest.mark.parametrize("length", [2_000, pytest.param(200_000, marks=pytest.mark.long)])
def test_long_text_is_saved_to_the_last_sign(entry: Page, length: int) -> None:
    words = "“It’s 3 – no, 4 – herons…”\n🦢👩🏽‍🚀 "
    long = (words * (length // len(words) + 1))[: length - 1] + "."
    paste(box(entry, "Progress during 2021"), long)
    paste(box(entry, "Planned activities in 2022"), long[::-1])
    assert_saved(entry, 3 * AT_MOST)
    save = DraftSave.objects.latest("saved_at")
    assert (save.progress, save.planned) == (long, long[::-1])
