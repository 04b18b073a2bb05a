"""What reviewers decide on the pages: about an entry, about a report, about several; and nothing typed is lost."""

import html
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from reporting.domain import before_sending, letters, review, rounds
from reporting.models import Comment, Edition, Entry, Event, Mail, Report, Return, ReturnedEntry
from tests.filing.test_given_back import given_back
from tests.filing.test_pages import text_of
from tests.review.test_queue import ROUND
from tests.review.world import (
    AGAIN,
    COPIED,
    CORRECTED,
    DRAFT,
    EXCUSED,
    IN_REVIEW,
    NIL,
    OWN,
    ReviewWorld,
    reason,
)

pytestmark = pytest.mark.django_db
WORDS = "Say who counts the herons:\n\n- the heronry\n- “anybody” & <others>"


def report_url(number: int, more: str = "") -> str:
    return f"{ROUND}ministry-{number}/{more}"


def entry_url(number: int, action: int = 1) -> str:
    return report_url(number, f"actions/{action}/")


def decision(**said: str) -> dict[str, str]:
    return {"assessment": "", "assessment_reason": "", "outcome": "nothing", "do": "stay", **said}


def entry_of(stage: ReviewWorld, number: int, action: int = 1) -> Entry:
    return Entry.objects.get(report=stage.report(number), action__number=action)


def words_of(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


# One entry ------------------------------------------------------------------------------------------------


def test_decision_is_saved_whole(stage: ReviewWorld, rita: Client) -> None:
    why = reason()
    sent = decision(
        assessment="not_evidenced",
        assessment_reason="No page is given.",
        outcome="change",
        return_reason=str(why.pk),
        field="planned",
        comment=WORDS,
        note="They are new.",
    )
    for _ in range(2):  # the same once more, as by a second press, changes nothing
        assert rita.post(entry_url(OWN), sent).url == entry_url(OWN)
    entry = entry_of(stage, OWN)
    assert (entry.assessment, entry.assessment_reason) == ("not_evidenced", "No page is given.")
    assert entry.return_reason == why
    said = {(one.text, one.field, one.private) for one in Comment.objects.filter(entry=entry)}
    assert said == {(WORDS, "planned", False), ("They are new.", "", True)}
    assert Comment.objects.filter(entry=entry).count() == 2


@pytest.mark.once
def test_fault_in_the_middle_saves_nothing_and_gives_the_text_back(
    stage: ReviewWorld, rita: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**said: object) -> None:
        raise RuntimeError("a fault of our own")

    monkeypatch.setattr("reporting.domain.review.comment", broken)
    rita.raise_request_exception = False
    response = rita.post(
        entry_url(OWN), decision(assessment="evidenced", assessment_reason="It is there.", note=WORDS)
    )
    assert (response.status_code, given_back(response)["note"]) == (500, WORDS)
    assert entry_of(stage, OWN).assessment == ""


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"assessment": "evidenced"}, "Enter the reason for the assessment"),
        ({"assessment_reason": "Because."}, "Select the assessment that this is the reason for"),
        ({"outcome": "change", "comment": "Why?"}, "Select the reason for return"),
        ({"outcome": "change"}, "Enter a comment: say what the department should change"),
        ({"comment": "Why?"}, "Select “The department changes it”, or take the comment out"),
        ({"outcome": ""}, "Select what should happen to this entry"),
    ],
)
def test_half_a_decision_is_an_error_and_saves_nothing(
    stage: ReviewWorld, rita: Client, said: dict[str, str], sentence: str
) -> None:
    before = Event.objects.count()
    response = rita.post(entry_url(OWN), decision(note=WORDS, **said))
    assert response.status_code == 422
    assert sentence in words_of(response)
    assert given_back(response)["note"] == WORDS
    assert Event.objects.count() == before


def test_decision_of_somebody_else_is_shown_before_it_is_replaced(stage: ReviewWorld, rita: Client) -> None:
    seen = given_back(rita.get(entry_url(OWN)))["seen"]
    review.assess(
        actor=stage.people["rob"],
        report=stage.report(OWN),
        action=stage.world.actions[0],
        assessment="evidenced",
        reason="All of it.",
    )
    sent = decision(assessment="not_evidenced", assessment_reason="None of it.", seen=seen)
    response = rita.post(entry_url(OWN), sent)
    assert response.status_code == 422
    assert "Somebody decided meanwhile: “Evidenced”: All of it." in words_of(response)
    rita.post(entry_url(OWN), {**sent, "seen": given_back(response)["seen"]})
    assert entry_of(stage, OWN).assessment == "not_evidenced"


def test_save_goes_on_to_the_next_with_something_to_look_at(stage: ReviewWorld, rita: Client) -> None:
    assert rita.post(entry_url(OWN), decision(do="next")).url == entry_url(OWN, 2)
    assert rita.post(entry_url(OWN, 2), decision(do="next")).url == report_url(OWN)  # nothing is flagged in 3
    filtered = f"{entry_url(OWN)}?look=moved"
    assert rita.post(filtered, decision(do="next")).url == f"{report_url(OWN)}?look=moved"


def test_own_comment_is_taken_back_and_what_was_typed_stays(stage: ReviewWorld, rita: Client) -> None:
    comment = Comment.objects.get(entry=entry_of(stage, IN_REVIEW, 2), field="planned")
    sent = decision(note=WORDS, assessment="evidenced", do=f"take-back-{comment.pk}")
    response = rita.post(entry_url(IN_REVIEW, 2), sent)
    assert response.status_code == 200
    assert given_back(response)["note"] == WORDS
    assert not Comment.objects.filter(pk=comment.pk).exists()
    sent_already = Comment.objects.get(entry__report=stage.report(AGAIN))
    response = rita.post(entry_url(AGAIN), decision(note=WORDS, do=f"take-back-{sent_already.pk}"))
    assert response.status_code == 409
    assert given_back(response)["note"] == WORDS


def test_three_texts_stand_side_by_side(stage: ReviewWorld, rita: Client) -> None:
    page = text_of(rita.get(entry_url(IN_REVIEW)))
    for words in (
        "Planned for 2021 FEN/D02/2020/e1, published 1 February 2021",
        "FEN-1/D02/2021/1 The harbour office will renew the jetty by March 2021.",
        "Claimed for 2021 Signed off by Max",
        "Partly done It rained.",
        "Said for 2020 FEN/D02/2020/e1",
        "Date moved from March 2021 to June 2022, 15 months later",
        "1 of 2 planned activities have no answer FEN-1/D02/2021/2",
    ):
        assert words in page, words


def test_differences_since_the_return_are_counted_in_words(stage: ReviewWorld, rita: Client) -> None:
    page = rita.get(entry_url(AGAIN))
    assert "<del>May.</del> <ins>June, all twelve of them.</ins>" in page.content.decode()
    words = text_of(page)
    assert "Progress during 2021: 5 words added, 1 removed" in words
    assert "Status: “On track” before, “Behind” now." in words
    assert "Evidence: 1 page added, 0 removed." in words
    assert "Changed since you returned it" in words
    assert "Changed since" not in text_of(rita.get(entry_url(IN_REVIEW)))


def test_correction_is_compared_with_its_edition(stage: ReviewWorld, rita: Client) -> None:
    page = text_of(rita.get(entry_url(CORRECTED)))
    assert "Changed since FEN/D12/2021/e1 was accepted" in page
    assert "Nothing has changed" not in page


def test_what_was_taken_in_without_drafts_is_read_from_its_edition(stage: ReviewWorld, rita: Client) -> None:
    last_year = ROUND.replace("2021", "2020")
    assert "Boats online On track" in text_of(rita.get(f"{last_year}ministry-1/"))
    entry = text_of(rita.get(f"{last_year}ministry-1/actions/1/"))
    assert "Claimed for 2020 Taken in as it was published elsewhere" in entry
    assert "Progress during 2020 Last year. The harbour office prints" in entry


def test_before_the_review_begins_nothing_can_be_decided(stage: ReviewWorld, rita: Client) -> None:
    assert b'id="decide"' not in rita.get(entry_url(COPIED)).content
    assert rita.post(entry_url(COPIED), decision(note=WORDS)).status_code == 409
    assert rita.post(report_url(COPIED)).status_code == 302
    assert Report.objects.get(pk=stage.report(COPIED).pk).reviewer == stage.people["rita"]
    assert rita.post(report_url(COPIED)).status_code == 302  # pressed twice
    assert b'id="decide"' in rita.get(entry_url(COPIED)).content


# Signed out meanwhile -------------------------------------------------------------------------------------


@pytest.mark.once
def test_comment_survives_an_expired_session(stage: ReviewWorld, rita: Client) -> None:
    rita.get(entry_url(OWN))
    rita.session.flush()
    sent = decision(outcome="change", return_reason=str(reason().pk), comment=WORDS, note="Mine.")
    response = rita.post(entry_url(OWN), sent)
    assert response.url.startswith("/account/sign-in/")
    assert WORDS not in words_of(rita.get(response.url))
    rita.force_login(stage.people["rita"])
    shown = rita.get(entry_url(OWN))
    assert (given_back(shown)["comment"], given_back(shown)["note"]) == (WORDS, "Mine.")
    assert "is below. Save it to go on" in words_of(shown)
    rita.post(entry_url(OWN), sent)
    assert Comment.objects.filter(text=WORDS).count() == 1
    assert WORDS not in given_back(rita.get(entry_url(OWN))).values()


@pytest.mark.once
def test_comment_comes_back_where_the_report_went_on_meanwhile(stage: ReviewWorld, rita: Client) -> None:
    rita.get(entry_url(OWN))
    rita.session.flush()
    rita.post(entry_url(OWN), decision(note=WORDS))
    review.return_report(actor=stage.people["rita"], report=stage.report(OWN), message="See.")
    rita.force_login(stage.people["rita"])
    shown = rita.get(entry_url(OWN))
    assert shown.status_code == 200
    assert given_back(shown)["note"] == WORDS
    assert "your text can’t be saved here any more" in words_of(shown).replace("'", "’")


@pytest.mark.once
@pytest.mark.parametrize(
    ("url", "field"),
    [
        (report_url(OWN, "return/"), "message"),
        (report_url(DRAFT, "excuse/"), "reason"),
        (report_url(EXCUSED, "reopen/"), "reason"),
    ],
)
def test_every_long_text_survives_an_expired_session(
    stage: ReviewWorld, rita: Client, url: str, field: str
) -> None:
    rita.get(url)
    rita.session.flush()
    rita.post(url, {field: WORDS})
    rita.force_login(stage.people["rita"])
    assert given_back(rita.get(url))[field] == WORDS


# Return, accept, accept many ------------------------------------------------------------------------------


def test_return_shows_the_very_message_and_then_sends_it(stage: ReviewWorld, rita: Client) -> None:
    url, due = report_url(IN_REVIEW, "return/"), timezone.localdate() + timedelta(days=9)
    said = {
        "message": "Two things.\n\nThe first one.",
        "due_day": due.day,
        "due_month": due.month,
        "due_year": due.year,
    }
    page = rita.post(url, {**said, "do": "preview"})
    assert Return.objects.filter(report=stage.report(IN_REVIEW)).count() == 0
    letter = before_sending.returned(
        actor=stage.people["rita"], report=stage.report(IN_REVIEW), message=said["message"], due=due
    )
    assert letter.text in words_of(page)
    assert "There are comments on actions 2." not in words_of(page)
    assert given_back(page)["message"] == said["message"]
    assert rita.post(url, {**said, "do": "return"}).url == ROUND
    made = Return.objects.get(report=stage.report(IN_REVIEW))
    assert (made.due, made.made_by, made.message) == (due, stage.people["rita"], said["message"])
    mail = Mail.objects.filter(template="report_returned", event__subject="FEN/D02/2021").first()
    assert mail
    sent = letters.compose(mail)
    assert (sent.subject, sent.text) == (letter.subject, letter.text)
    row = ReturnedEntry.objects.get(returned=made)
    assert (row.entry.action.number, str(row.reason)) == (2, "Plan without a date or an owner")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Enter the message"),
        ({"message": "X.", "due_day": "31", "due_month": "2", "due_year": "2099"}, "Enter the day, month and year"),
        ({"message": "X.", "due_day": "1"}, "Enter the day, month and year"),
        ({"message": "X.", "due_day": "1", "due_month": "1", "due_year": "2001"}, "Enter today or a later day"),
    ],
)
def test_message_or_day_that_will_not_do_is_an_error(
    stage: ReviewWorld, rita: Client, said: dict[str, str], sentence: str
) -> None:
    response = rita.post(report_url(OWN, "return/"), {**said, "do": "return"})
    assert response.status_code == 422
    assert sentence in words_of(response)
    assert stage.report(OWN).state == "in_review"


def test_mark_without_a_comment_stops_a_return(stage: ReviewWorld, rita: Client) -> None:
    about = {"actor": stage.people["rita"], "report": stage.report(OWN), "action": stage.world.actions[1]}
    review.mark_for_return(**about, reason=reason())
    page = rita.get(report_url(OWN, "return/"))
    assert "say in a comment what should change in action 2" in words_of(page)
    assert b"Preview the message" not in page.content
    assert rita.post(report_url(OWN, "return/"), {"message": WORDS, "do": "return"}).status_code == 409


def test_report_with_a_mark_is_not_accepted(stage: ReviewWorld, rita: Client) -> None:
    page = words_of(rita.get(report_url(IN_REVIEW, "accept/")))
    assert "1 entry is marked to be changed" in page
    assert rita.post(report_url(IN_REVIEW, "accept/")).status_code == 409
    assert stage.report(IN_REVIEW).state == "in_review"


def test_accepted_report_gets_its_edition(stage: ReviewWorld, rita: Client) -> None:
    assert rita.post(report_url(AGAIN, "accept/")).url == ROUND
    assert Edition.objects.filter(report=stage.report(AGAIN)).count() == 1
    assert "was accepted" in words_of(rita.get(ROUND))


def test_several_are_accepted_with_one_button_that_names_their_number(stage: ReviewWorld, rita: Client) -> None:
    url = f"{ROUND}accept/"
    page = rita.get(url).content.decode()
    assert 'value="ministry-2"' not in page  # something is marked there
    chosen = ["ministry-1", "ministry-9"]
    second = rita.post(url, {"reports": chosen})
    assert "Accept 2 reports" in words_of(second)
    assert stage.report(COPIED).state == "submitted"
    assert rita.post(url, {"reports": chosen, "do": "accept"}).url == ROUND
    assert {stage.report(number).state for number in (COPIED, NIL)} == {"accepted"}
    assert rita.post(url, {}).status_code == 422
    before = Event.objects.count()
    several = {"reports": ["ministry-3", "ministry-2"], "do": "accept"}
    assert rita.post(url, several).status_code == 409  # one is marked: none is accepted
    assert (stage.report(AGAIN).state, Event.objects.count()) == ("in_review", before)


# Chase, excuse, reopen ------------------------------------------------------------------------------------


def test_chase_shows_the_message_is_logged_and_waits_a_day(stage: ReviewWorld, rita: Client) -> None:
    page = rita.get(f"{ROUND}chase/")
    assert Mail.objects.filter(template="chased").count() == 0
    assert "Chase 3 departments" in words_of(page)
    rita.post(f"{ROUND}chase/")
    (mail,) = Mail.objects.filter(template="chased")
    assert letters.compose(mail).text in words_of(page)
    assert Event.objects.filter(verb="round.chased", actor=stage.people["rita"]).count() == 1
    queue = words_of(rita.get(ROUND))
    assert "were written to today" in queue
    assert rita.post(f"{ROUND}chase/").status_code == 409
    assert Mail.objects.filter(template="chased").count() == 1


def test_nobody_is_chased_in_a_closed_round(stage: ReviewWorld, rita: Client) -> None:
    rounds.close_round(actor=stage.people["rita"], round=stage.report(DRAFT).round)
    assert "Chase" not in text_of(rita.get(ROUND))
    assert "This round is closed: there is nobody to chase." in text_of(rita.get(f"{ROUND}chase/"))
    assert rita.post(f"{ROUND}chase/").status_code == 409
    assert not Mail.objects.filter(template="chased").exists()


def test_excuse_and_reopen_need_a_reason(stage: ReviewWorld, rita: Client) -> None:
    for number, page, state in ((DRAFT, "excuse/", "excused"), (DRAFT, "reopen/", "draft")):
        url = report_url(number, page)
        response = rita.post(url, {"reason": "  "})
        assert response.status_code == 422
        assert "Enter the reason for " in words_of(response)
        assert rita.post(url, {"reason": WORDS}).url == ROUND
        assert stage.report(number).state == state
