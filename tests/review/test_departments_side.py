"""What departments see of a return, and what they say about a correction before it is signed off."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from reporting.domain import filing
from tests.filing.test_given_back import given_back
from tests.filing.test_pages import text_of
from tests.review.test_deciding import WORDS, words_of
from tests.review.world import (
    CORRECTING,
    DRAFT,
    RETURNED,
    ReviewWorld,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def max_(stage: ReviewWorld) -> Client:
    client = Client()
    client.force_login(stage.people["max"])
    return client


def filing_url(number: int, more: str = "") -> str:
    return f"/filing/fenland-better-services-plan/2021/ministry-{number}/{more}"


def test_department_sees_the_day_and_the_reason(stage: ReviewWorld, max_: Client) -> None:
    due = (timezone.localdate() + timedelta(days=3)).strftime("%-d %B %Y")
    home = text_of(max_.get(filing_url(RETURNED)))
    assert f"The changes are due by {due}." in home
    assert "Plan without a date or an owner. 1 comment." in home
    entry = text_of(max_.get(filing_url(RETURNED, "actions/1/")))
    assert f"Reason: Plan without a date or an owner. The changes are due by {due}." in entry
    other = text_of(max_.get(filing_url(RETURNED, "actions/2/")))
    assert "Plan without a date or an owner" not in other


def test_correction_says_what_it_changes_before_it_is_signed_off(stage: ReviewWorld, max_: Client) -> None:
    url = filing_url(CORRECTING, "sign-off/")
    seen = given_back(max_.get(url))["seen"]
    for sent, sentence in (
        ({"agreed": "on"}, "Enter what the correction changes: readers are told"),
        ({"agreed": "on", "change_note": WORDS}, "Select how much it changes"),
        ({"change_note": WORDS, "change_kind": "major"}, "Tick the declaration"),
    ):
        response = max_.post(url, {**sent, "seen": seen})
        assert response.status_code == 422
        assert f">{sentence}" in words_of(response)
        assert given_back(response)["change_note"] == sent.get("change_note", "")
    assert stage.report(CORRECTING).state == "draft"
    max_.post(url, {"agreed": "on", "change_note": WORDS, "change_kind": "major", "seen": seen})
    report = stage.report(CORRECTING)
    assert (report.state, report.change_note, report.change_kind) == ("submitted", WORDS, "major")


def test_note_is_not_lost_when_somebody_saves_meanwhile_or_the_session_ends(
    stage: ReviewWorld, max_: Client
) -> None:
    url = filing_url(CORRECTING, "sign-off/")
    seen = given_back(max_.get(url))["seen"]
    stage.world.write(stage.report(CORRECTING), progress="Something else.")
    sent = {"agreed": "on", "change_note": WORDS, "change_kind": "minor", "seen": seen}
    response = max_.post(url, sent)
    assert (response.status_code, given_back(response)["change_note"]) == (409, WORDS)
    max_.session.flush()
    max_.post(url, {**sent, "change_note": f"{WORDS} More."})
    max_.force_login(stage.people["max"])
    assert given_back(max_.get(url))["change_note"] == f"{WORDS} More."


def test_first_edition_has_no_change_note(stage: ReviewWorld, max_: Client) -> None:
    stage.world.write(stage.report(DRAFT), progress="All of it.")
    url = filing_url(DRAFT, "sign-off/")
    page = max_.get(url)
    assert b"change_note" not in page.content
    max_.post(url, {"agreed": "on", "seen": given_back(page)["seen"]})
    assert stage.report(DRAFT).state == "submitted"
    assert not filing.is_correction(stage.report(DRAFT))
