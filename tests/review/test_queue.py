"""What a round looks like to reviewers: the order, the reasons in words, and nothing of a draft."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from reporting.domain import checking, filing, flags, queue, review, rounds, working
from reporting.domain.queue import Queue
from reporting.models import Entry, Report, Round
from tests.filing.test_pages import text_of
from tests.review.world import (
    AGAIN,
    COPIED,
    CORRECTED,
    CORRECTING,
    DRAFT,
    IN_REVIEW,
    NIL,
    NOT_STARTED,
    OWN,
    RETURNED,
    ReviewWorld,
)

pytestmark = pytest.mark.django_db
ROUND = "/review/fenland-better-services-plan/2021/"


def queue_now(stage: ReviewWorld) -> Queue:
    return queue.queue_of(Round.objects.select_related("strategy").get(year=2021))


def numbers(rows: list[queue.Row]) -> list[int]:
    return [int(row.report.department.code[1:]) for row in rows]


def test_each_report_stands_in_one_list(stage: ReviewWorld) -> None:
    found = queue_now(stage)
    assert set(numbers(found.waiting)) == {COPIED, IN_REVIEW, AGAIN, NIL, OWN, CORRECTED}
    assert numbers(found.returned) == [RETURNED]
    assert set(numbers(found.not_filed)) == {DRAFT, NOT_STARTED, CORRECTING}
    assert {row.report.state for row in found.settled} == {"accepted", "excused"}


def test_most_to_look_at_stands_first_then_what_waits_longest(stage: ReviewWorld) -> None:
    """Nothing in the two last differs but the day."""
    Report.objects.filter(pk=stage.report(CORRECTED).pk).update(nil_reason="None.")
    Report.objects.filter(pk__in=[stage.report(CORRECTED).pk, stage.report(NIL).pk]).update(
        submitted_at=timezone.now() - timedelta(days=30)
    )
    Report.objects.filter(pk=stage.report(CORRECTED).pk).update(submitted_at=timezone.now() - timedelta(days=31))
    found = queue_now(stage)
    assert [row.things for row in found.waiting] == sorted((row.things for row in found.waiting), reverse=True)
    assert numbers(found.waiting)[0] == COPIED
    assert numbers(found.waiting)[-2:] == [CORRECTED, NIL]
    assert found.waiting[-2].days in {20, 21, 22, 23}  # working days, of 30 or 31 in another season


def test_reasons_are_in_words(stage: ReviewWorld) -> None:
    by_number = {int(row.report.department.code[1:]): row for row in queue_now(stage).waiting}
    assert by_number[COPIED].reasons == [
        "Signed off late",
        "2 entries at least 90% the same as a year before",
        "4 planned activities not answered",
        "2 dates moved: actions 1 and 2",
    ]
    assert by_number[AGAIN].reasons[0].startswith("Returned once, on ")
    assert by_number[NIL].reasons[0] == "Nil return: one reason stands for all actions"
    assert by_number[CORRECTED].reasons == []  # a correction is never late
    page = Client()
    page.force_login(stage.people["rita"])
    shown = text_of(page.get(ROUND))
    assert "2 dates moved: actions 1 and 2" in shown
    assert "Nothing flagged" in shown


def test_what_is_unanswered_is_what_the_department_was_asked(stage: ReviewWorld) -> None:
    """As the sign-off page counts it, for one report; here for many at once."""
    one = Round.objects.get(year=2021)
    reports = list(Report.objects.filter(round=one).select_related("round__strategy", "department"))
    looks = flags.looks(one, reports)
    for report in reports:
        if report.nil_reason:
            continue
        asked = working.asked(report)
        assert {look.action.number: look.asked for look in looks[report.pk] if look.asked} == dict(asked)
        for look in looks[report.pk]:
            notes = checking.notes_of(look.action.number, look.content, asked.get(look.action.number, []))
            assert any(note.field.endswith("-answer") for note in notes) == bool(look.unanswered)


def test_filter_stands_in_the_address_and_stays_there(stage: ReviewWorld, rita: Client) -> None:
    page = rita.get(ROUND, {"look": "moved", "reviewer": "nobody"}).content.decode()
    assert f"{ROUND}ministry-1/?look=moved&amp;reviewer=nobody" in page
    assert f"{ROUND}ministry-2/?" not in page  # somebody reviews it
    assert f"{ROUND}ministry-9/?" not in page  # no date moved there
    report = rita.get(f"{ROUND}ministry-2/", {"look": "moved"}).content.decode()
    assert f"{ROUND}ministry-2/actions/1/?look=moved" in report
    entry = rita.get(f"{ROUND}ministry-2/actions/2/", {"look": "moved"}).content.decode()
    for number in (1, 3):
        assert f"{ROUND}ministry-2/actions/{number}/?look=moved" in entry
    assert "?look" not in rita.get(ROUND, {"look": "<script>", "reviewer": "king"}).content.decode()


def test_nothing_of_a_draft_is_shown(stage: ReviewWorld, rita: Client) -> None:
    """Neither its words, nor how far it is."""
    page = text_of(rita.get(ROUND))
    for words in ("Begun.", "The number is nearly right."):
        assert Entry.objects.filter(head__progress=words).exists()
        assert words not in page
    assert "Not signed off" in page
    assert "ready" not in page
    for number in (DRAFT, CORRECTING, RETURNED, NOT_STARTED):
        assert rita.get(f"{ROUND}ministry-{number}/").status_code == 404
        assert rita.get(f"{ROUND}ministry-{number}/actions/1/").status_code == 404


def test_comment_of_an_earlier_review_is_no_mark_now(stage: ReviewWorld) -> None:
    rita, report = stage.people["rita"], stage.report(OWN)
    review.comment(actor=rita, report=report, action=stage.world.actions[0], text="Never sent.")
    assert {row.marked for row in queue_now(stage).waiting if row.report == report} == {1}
    review.accept_report(actor=rita, report=report)
    stage.world.leader = stage.people["rob"]
    stage.world.review(review.reopen(actor=rita, report=report, reason="Wrong."), status="behind")
    assert {row.marked for row in queue_now(stage).waiting if row.report == report} == {0}


def test_done_are_the_entries_that_are_ready_again(stage: ReviewWorld) -> None:
    (row,) = queue_now(stage).returned
    assert (len(row.asked_to_change), row.done) == (1, 0)
    filing.mark_ready(
        actor=stage.people["max"], report=stage.report(RETURNED), action=stage.world.actions[0], ready=True
    )
    assert queue_now(stage).returned[0].done == 1


def test_index_leads_to_the_one_open_round_and_lists_several(stage: ReviewWorld, rita: Client) -> None:
    assert "Fenland Better Services Plan, 2020" in text_of(rita.get("/review/"))
    rounds.close_round(actor=stage.people["rita"], round=Round.objects.get(year=2020))
    assert rita.get("/review/").url == ROUND
    assert "Closed rounds" in text_of(rita.get("/review/", {"all": ""}))
    assert rita.get("/review/fenland-better-services-plan/2020/").status_code == 200
