"""Reviewers decide about what they have seen: on the pages, and when another reviewer decides at the same moment."""

import re
import threading
import time

import pytest
from django.db import connections, transaction
from django.test import Client

from reporting.domain import filing, in_review, people, publication, review
from reporting.models import Comment, Edition, Entry, Report
from tests.filing.test_at_once import shared_database
from tests.filing.test_given_back import given_back
from tests.filing.test_pages import text_of
from tests.world import World

__all__ = ["shared_database"]
ROUND = "/review/fenland-better-services-plan/2021/"
ENTRY = f"{ROUND}ministry-1/actions/1/"
SAID = {"assessment": "", "assessment_reason": "", "outcome": "nothing", "do": "stay"}


@pytest.fixture
def report(world: World, settings: object) -> Report:
    settings.SECOND_FACTOR = "nobody"  # type: ignore[attr-defined]
    world.open(2021)
    return world.submit(world.report(2021), progress="Words that were read.")


@pytest.fixture
def client(world: World, report: Report) -> Client:
    return of(world)


def of(world: World) -> Client:
    people.give_role(actor=world.reviewer, person=world.reviewer, role="reviewer")
    browser = Client()
    browser.force_login(world.reviewer)
    return browser


def hidden(page: bytes) -> dict[str, list[str]]:
    """The hidden fields of the last form on the page, as a browser would send them."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.decode()):
        found.setdefault(name, []).append(value)
    return found


def other_words(world: World, report: Report) -> None:
    filing.recall(actor=world.leader, report=report)
    world.submit(report, progress="Words that nobody in the centre has read.")


def test_page_of_several_accepts_what_it_showed(world: World, report: Report, client: Client) -> None:
    world.submit(world.report(2021, world.departments[1]))
    shown = client.post(f"{ROUND}accept/", {"reports": ["ministry-1", "ministry-2"]})
    other_words(world, report)
    refused = client.post(f"{ROUND}accept/", {**hidden(shown.content), "do": "accept"})
    assert refused.status_code == 409
    assert "was changed while you were reading: read it again" in text_of(refused)
    assert Edition.objects.count() == 0
    shown = client.post(f"{ROUND}accept/", {"reports": ["ministry-1", "ministry-2"]})
    assert client.post(f"{ROUND}accept/", {**hidden(shown.content), "do": "accept"}).status_code == 302
    assert Edition.objects.count() == 2


def test_page_of_one_accepts_what_it_showed(world: World, report: Report, client: Client) -> None:
    review.start_review(actor=world.reviewer, report=report)
    shown = client.get(f"{ROUND}ministry-1/accept/")
    review.return_report(actor=world.reviewer, report=report, message="Another reviewer wants more.")
    world.review(report, progress="Words that nobody in the centre has read.")
    assert client.post(f"{ROUND}ministry-1/accept/", hidden(shown.content)).status_code == 409
    assert Edition.objects.count() == 0
    shown = client.get(f"{ROUND}ministry-1/accept/")
    assert client.post(f"{ROUND}ministry-1/accept/", hidden(shown.content)).status_code == 302


def test_same_words_in_a_later_review_are_said_again(world: World, report: Report, client: Client) -> None:
    review.start_review(actor=world.reviewer, report=report)
    about = {"actor": world.reviewer, "report": report, "action": world.actions[0]}
    for private in (False, True):
        review.comment(**about, text="Say who.", private=private)
    review.accept_report(actor=world.reviewer, report=report)
    world.review(review.reopen(actor=world.reviewer, report=report, reason="Wrong."), progress="Right.")
    why = Entry._meta.get_field("return_reason").related_model.objects.create(title="Too vague")
    said = {**SAID, "outcome": "change", "return_reason": why.pk, "comment": "Say who.", "note": "Say who."}
    for _ in range(2):  # pressed twice it is said once
        assert client.post(ENTRY, said).status_code == 302
    assert [(one.text, one.private) for one in in_review.new_comments(report).order_by("private")] == [
        ("Say who.", False),
        ("Say who.", True),
    ]
    assert Comment.objects.count() == 4


@pytest.mark.once
@pytest.mark.parametrize("digits", ["9" * 19, "9" * 5000, "１" * 5000])
def test_number_that_no_comment_has_takes_nothing_back(
    world: World, report: Report, client: Client, digits: str
) -> None:
    review.start_review(actor=world.reviewer, report=report)
    response = client.post(ENTRY, {**SAID, "note": "Mine.", "do": f"take-back-{digits}"})
    assert (response.status_code, given_back(response)["note"]) == (200, "Mine.")


@pytest.mark.once
@pytest.mark.parametrize("year", ["9" * 5, "9" * 25, "9" * 5000])
def test_year_with_more_digits_than_dates_have_is_an_error(
    world: World, report: Report, client: Client, year: str
) -> None:
    review.start_review(actor=world.reviewer, report=report)
    said = {"message": "More.", "due_day": "1", "due_month": "2", "due_year": year}
    response = client.post(f"{ROUND}ministry-1/return/", said)
    assert response.status_code == 422
    assert "Enter the day, month and year of a date" in text_of(response)


def test_report_says_whether_it_corrects_what_readers_had(world: World, report: Report, client: Client) -> None:
    review.start_review(actor=world.reviewer, report=report)
    edition = review.accept_report(actor=world.reviewer, report=report)
    world.submit(review.reopen(actor=world.reviewer, report=report, reason="Wrong."))
    page = text_of(client.get(f"{ROUND}ministry-1/"))
    assert "It was accepted before as FEN/D01/2021/e1, which was never public." in page
    publication.publish(edition, actor=world.reviewer)
    assert "It is a correction of FEN/D01/2021/e1" in text_of(client.get(f"{ROUND}ministry-1/"))


def test_decision_of_another_at_the_same_moment_is_not_overwritten(shared_database: None, settings: object) -> None:
    """The other one has begun to save when this one is sent."""
    settings.SECOND_FACTOR = "nobody"  # type: ignore[attr-defined]
    world = World.small(1)
    world.open(2021)
    report, client = world.review(world.report(2021)), of(world)
    seen = given_back(client.get(ENTRY))["seen"]
    begun, saved = threading.Event(), threading.Event()

    def decide() -> None:
        try:
            with transaction.atomic():
                about = {"actor": world.leader, "report": report, "action": world.actions[0]}
                review.assess(**about, assessment="evidenced", reason="A careful reason.")
                begun.set()
                time.sleep(0.5)  # long enough for this one to have looked
            saved.set()
        finally:
            connections.close_all()

    other = threading.Thread(target=decide)
    other.start()
    assert begun.wait(10)
    answer = client.post(ENTRY, {**SAID, "assessment": "not_evidenced", "assessment_reason": "No.", "seen": seen})
    other.join()
    assert saved.is_set()
    assert answer.status_code == 422
    assert "Somebody decided meanwhile: “Evidenced”: A careful reason." in text_of(answer)
    assert Entry.objects.get(report=report, action=world.actions[0]).assessment_reason == "A careful reason."
