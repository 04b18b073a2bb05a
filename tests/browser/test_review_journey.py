"""A report from sign-off to its second edition, in Chromium, with and without JavaScript.

A reviewer starts the review, returns it with two comments, accepts what was changed and publishes it at a set
time; it is opened again, corrected, and becomes the next edition, while the first stays at its address.
"""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from reporting.domain import people
from reporting.domain.editions import contents_of
from reporting.models import Edition, Report, User
from tests.browser.conftest import Open
from tests.browser.desk import box, follow, let_in, press
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.once]

FIRST = "The lamps of the north quay are lit by hand."
CHANGED = "The twelve lamps of the north quay are lit by hand every evening."
CORRECTED = "The fourteen lamps of the north quay are lit by hand every evening."
NOTE = "There are fourteen lamps, not twelve."


@pytest.fixture
def world(own_site: str) -> World:
    made = World.small(2)
    made.open(2020)
    made.reported(2020)
    made.open(2021)
    made.submit(made.report(2021), progress=FIRST, answers=[{"activity": 1, "answer": "done", "reason": ""}])
    people.give_role(actor=made.reviewer, person=made.leader, role="leader", department=made.departments[0])
    people.give_role(actor=made.reviewer, person=made.reviewer, role="reviewer")
    return made


@pytest.mark.parametrize(
    "script", [pytest.param(True, id="script", marks=pytest.mark.long), pytest.param(False, id="no-script")]
)
def test_report_is_reviewed_published_and_corrected_in_the_open(
    world: World, own_site: str, open_at: Open, settings: object, script: bool
) -> None:
    settings.SECOND_FACTOR = "nobody"  # type: ignore[attr-defined]
    reviewer = desk_of(world.reviewer, own_site, open_at, script)
    leader = desk_of(world.leader, own_site, open_at, script)
    reader = open_at(own_site, "/", java_script_enabled=script)
    review = f"{own_site}/review/{world.strategy.slug}/2021/ministry-1/"
    filing = f"{own_site}/filing/{world.strategy.slug}/2021/ministry-1/"

    reviewer.goto(f"{own_site}/review/{world.strategy.slug}/2021/")
    follow(reviewer, "Ministry 1")
    press(reviewer, "Start review")
    mark(reviewer, review, 1, "Progress during 2021", "Say how many lamps there are.")
    mark(reviewer, review, 2, "Planned activities in 2022", "Say who will write the letters.")
    send_back(reviewer, review)

    leader.goto(filing)
    expect(leader.get_by_role("region", name="Important")).to_contain_text("was returned")
    for number, words in ((1, "Say how many lamps there are."), (2, "Say who will write the letters.")):
        leader.goto(f"{filing}actions/{number}/")
        expect(leader.locator(".st-comment").first).to_contain_text(words)
        write(leader, CHANGED if number == 1 else "")
    sign_off(leader, filing)

    reviewer.goto(review)
    press(reviewer, "Start review")
    reviewer.goto(f"{review}actions/1/")
    removed, added = reviewer.locator("del").first, reviewer.locator("ins").first
    expect(removed).to_be_visible()
    expect(added).to_be_visible()
    assess(reviewer)
    accept(reviewer, review)
    hour = publish_in_the_future(reviewer, own_site, world)

    assert first_edition(world).number == 1
    edition = f"/strategies/{world.strategy.slug}/editions/ministry-1/2021/1/"
    assert_nothing_of_it(world, edition)
    with time_machine.travel(hour, tick=True):
        reader.goto(own_site + edition)
        expect(reader.locator("main")).to_contain_text(CHANGED)
        expect(reader.locator("main")).to_contain_text("Seen on the quay")

        reviewer.goto(review)
        follow(reviewer, "Open the report again")
        reviewer.get_by_role("textbox").first.fill("The number of lamps is wrong.")
        press(reviewer, "Open the report again")
        leader.goto(f"{filing}actions/1/")
        write(leader, CORRECTED)
        sign_off(leader, filing, note=NOTE)
        reviewer.goto(review)
        press(reviewer, "Start review")
        accept(reviewer, review)
        publish_now(reviewer, own_site, world)

    with time_machine.travel(hour + timedelta(minutes=10), tick=True):
        second = edition.replace("/2021/1/", "/2021/2/")
        reader.goto(own_site + second)
        expect(reader.locator("main")).to_contain_text(CORRECTED)
        expect(reader.locator("main")).to_contain_text(NOTE)
        expect(reader.get_by_role("heading", name="What this edition changed")).to_be_visible()
        if reader.locator(".st-changed details:not([open])").count():
            reader.locator(".st-changed summary").first.click()
        expect(reader.locator(".st-changed .st-difference del").first).to_have_text(re.compile("twelve"))
        expect(reader.locator(".st-changed .st-difference ins").first).to_have_text(re.compile("fourteen"))
        reader.goto(own_site + edition)
        expect(reader.locator("main")).to_contain_text(CHANGED)
        expect(reader.locator("main")).to_contain_text("This edition is kept on record")
        reader.goto(f"{own_site}/corrections/")
        expect(reader.locator("main")).to_contain_text(NOTE)
    assert [one.number for one in Edition.objects.filter(report__round__year=2021)] == [1, 2]
    assert contents_of(Edition.objects.get(report__round__year=2021, number=1))[1].progress == CHANGED


# What they do -----------------------------------------------------------------------------------------


def desk_of(person: User, server: str, open_at: Open, script: bool) -> Page:
    page = open_at(server, "/account/sign-in/", java_script_enabled=script)
    return let_in(page, server, person)


def mark(page: Page, review: str, number: int, about: str, words: str) -> None:
    """The department changes this entry."""
    page.goto(f"{review}actions/{number}/")
    page.get_by_label("The department changes it").check()
    page.get_by_label("Reason for return").select_option(index=1)
    page.get_by_label("About").select_option(about)
    box(page, "Comment to the department").fill(words)
    press(page, "Save and stay here")
    expect(page.locator(".st-said")).to_contain_text(words)


def send_back(page: Page, review: str) -> None:
    page.goto(f"{review}return/")
    box(page, "Message to the department").fill("Two things are missing.")
    press(page, "Preview the message")
    expect(page.locator("main, .st-main").first).to_contain_text("Two things are missing.")
    press(page, "Return the report")
    assert Report.objects.get(round__year=2021, department__code="D01").state == "returned"


def write(page: Page, progress: str) -> None:
    if progress:
        box(page, "Progress during 2021").fill(progress)
    page.get_by_label("Yes, it is ready").check()
    later = page.get_by_role("button", name="Save and come back later")
    press(page, "Save and come back later" if later.count() else "Save and go back to all entries")


def sign_off(page: Page, filing: str, note: str = "") -> None:
    page.goto(f"{filing}sign-off/")
    if note:
        box(page, "What the correction changes").fill(note)
        page.get_by_label("Minor").check()
    page.get_by_label("I have read the report").check()
    press(page, "Sign off and send to Cabinet Office")
    expect(page.get_by_role("heading", level=1)).to_have_text("Report signed off")


def assess(page: Page) -> None:
    page.get_by_label("Evidenced", exact=True).check()
    box(page, "Reason for the assessment").fill("Seen on the quay.")
    press(page, "Save and stay here")


def accept(page: Page, review: str) -> None:
    page.goto(f"{review}accept/")
    press(page, "Accept the report")
    assert Report.objects.get(round__year=2021, department__code="D01").state == "accepted"


def publish_in_the_future(page: Page, server: str, world: World) -> datetime:
    """At a full minute a little later; what it says before is read on the page of consequences."""
    hour = (timezone.localtime() + timedelta(minutes=20)).replace(second=0, microsecond=0)
    page.goto(f"{server}/publishing/{world.strategy.slug}/2021/ministry-1/")
    for label, value in (("Day", hour.day), ("Month", hour.month), ("Year", hour.year)):
        page.get_by_label(label, exact=True).fill(str(value))
    page.get_by_role("textbox", name=re.compile("^Time in")).fill(f"{hour:%H:%M}")
    box(page, "Change note").fill("The first report of the year.")
    press(page, "Continue")
    for title in ("Until then", "After that"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    follow_preview(page)
    press_first(page, re.compile("^Publish at "))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Publication scheduled")
    return hour


def follow_preview(page: Page) -> None:
    """The public site as it will be; then back, and say so."""
    address = page.url
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("^Preview the public site")).first.click()
    expect(page.locator("body")).to_contain_text("not public")
    page.goto(address)
    page.get_by_label("I have previewed the public site").check()


def publish_now(page: Page, server: str, world: World) -> None:
    page.goto(f"{server}/publishing/{world.strategy.slug}/2021/ministry-1/")
    page.get_by_label("Now", exact=True).check()
    press(page, "Continue")
    follow_preview(page)
    press_first(page, re.compile("^Publish it now"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Published")


def press_first(page: Page, words: re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=words).first.click()


def first_edition(world: World) -> Edition:
    return Edition.objects.get(report__round__year=2021, report__department=world.departments[0])


def assert_nothing_of_it(world: World, edition: str) -> None:
    client = Client()
    assert client.get(edition).status_code == 404
    for path in ("/", world.address(), world.address("departments/ministry-1/"), world.address("years/2021/")):
        assert CHANGED not in client.get(path).content.decode(), path
