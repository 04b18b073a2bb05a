"""What is decided is about what was seen: words, judgements, comments and corrections that are others by now."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from reporting.domain import audit, before_sending, filing, in_review, letters, people, publication, queue, review
from reporting.domain.errors import NotPossible
from reporting.models import Comment, Entry, Event, Mail, Report
from tests.world import World, at, day

SEE = "See page 3."


@pytest.fixture
def report(world: World) -> Report:
    world.open(2020)
    return world.report(2020)


def about(world: World, report: Report, number: int = 1) -> dict[str, Any]:
    return {"actor": world.reviewer, "report": report, "action": world.actions[number - 1]}


def returned(world: World, report: Report) -> Report:
    return review.return_report(actor=world.reviewer, report=report, message="See there.")


# Accepted as it was read --------------------------------------------------------------------------------


def test_words_that_came_meanwhile_are_not_accepted(world: World, report: Report) -> None:
    other = world.submit(world.report(2020, world.departments[1]))
    seen = in_review.digests([world.submit(report), other])
    filing.recall(actor=world.leader, report=report)
    world.submit(report, progress="Words that nobody has seen.")
    both = {"actor": world.reviewer, "reports": [report, other]}
    with pytest.raises(NotPossible, match=r"^FEN/D01/2020 was changed while you were reading: read it again"):
        review.accept_at_once(**both, seen=seen)
    with pytest.raises(NotPossible, match=r"^FEN/D02/2020 was changed"):  # its digest is not given
        review.accept_at_once(**both, seen={report.pk: in_review.digests([fresh(report)])[report.pk]})
    assert set(Report.objects.filter(editions=None).values_list("pk", flat=True)) >= {report.pk, other.pk}
    assert len(review.accept_at_once(**both, seen=in_review.digests([fresh(report), other]))) == 2


def fresh(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


@pytest.mark.parametrize("changed", ["words", "judgement", "correction", "nil"])
def test_whatever_an_edition_would_say_is_seen(world: World, report: Report, changed: str) -> None:
    world.review(report)
    seen = in_review.digests([fresh(report)])[report.pk]
    if changed == "judgement":
        review.assess(**about(world, report), assessment="evidenced", reason="There is a page.")
    elif changed == "words":
        Entry.objects.filter(report=report).update(head=None)
    else:
        column = {"correction": "change_note", "nil": "nil_reason"}[changed]
        Report.objects.filter(pk=report.pk).update(**{column: "Another one."})
    with pytest.raises(NotPossible, match="was changed while you were reading"):
        review.accept_report(actor=world.reviewer, report=report, seen=seen)
    assert fresh(report).state == "in_review"


def test_judgement_of_words_that_are_others_now_is_taken_back(world: World, report: Report) -> None:
    world.review(report, progress="No link is given.")
    for number in (1, 2):
        review.assess(**about(world, report, number), assessment="not_evidenced", reason="No link is given.")
    returned(world, report)
    head = Entry.objects.get(report=report, action=world.actions[0]).head
    world.draft(report, base=head, status="on_track", progress="Here are three links.")
    filing.mark_ready(actor=world.leader, report=report, action=world.actions[0])
    filing.sign_off(actor=world.leader, report=report)
    edition = review.accept_at_once(actor=world.reviewer, reports=[report])[0]
    judged = edition.entries.values_list("action__number", "assessment", "assessment_reason")
    assert list(judged) == [(1, "", ""), (2, "not_evidenced", "No link is given.")]
    event = Event.objects.filter(verb="entry.assessed").latest("sequence")
    assert (event.subject, json.loads(event.data)["assessment"]) == ("FEN/D01/2020/1", "")
    assert audit.verify().faults == []


# Comments -----------------------------------------------------------------------------------------------


def test_comment_that_was_sent_or_taken_back_meanwhile_stays_so(world: World, report: Report) -> None:
    world.review(report)
    first, second = (review.comment(**about(world, report, number), text=SEE) for number in (1, 2))
    stale = {one.pk: Comment.objects.select_related("entry__report").get(pk=one.pk) for one in (first, second)}
    review.take_back_comment(actor=world.reviewer, comment=first)
    with pytest.raises(NotPossible, match=r"^This comment was taken back already"):
        review.take_back_comment(actor=world.reviewer, comment=stale[first.pk])
    returned(world, report)
    with pytest.raises(NotPossible, match=r"^The department has this comment already"):
        review.take_back_comment(actor=world.reviewer, comment=stale[second.pk])
    assert list(Comment.objects.values_list("pk", flat=True)) == [second.pk]
    assert audit.verify().faults == []


def test_comment_of_a_review_that_is_over_stays(world: World, report: Report) -> None:
    world.review(report)
    made = review.comment(**about(world, report), text=SEE, private=True)
    review.accept_report(actor=world.reviewer, report=report)
    with pytest.raises(NotPossible, match=r"is accepted: what was said in its review stays.$"):
        review.take_back_comment(actor=world.reviewer, comment=made)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("private", [False, True])
def test_one_of_two_with_the_same_words_is_taken_back(world: World, report: Report, private: bool) -> None:
    world.review(report)
    made = {kind: review.comment(**about(world, report), text=SEE, private=kind) for kind in (False, True)}
    review.take_back_comment(actor=world.reviewer, comment=made[private])
    said = json.loads(Event.objects.latest("sequence").data)
    assert (said["field"], said["private"]) == ("", private)
    assert audit.verify().faults == []


def test_comments_go_along_though_the_clock_was_put_back(world: World, report: Report) -> None:
    world.submit(report)
    review.start_review(actor=world.reviewer, report=report, at=at("2031-02-03 10:00"))
    review.comment(**about(world, report), text=SEE, at=at("2031-02-03 09:59"))
    (row,) = queue.queue_of(report.round).waiting
    assert (row.marked, in_review.unsent_comments(report).count()) == (1, 1)
    returned(world, report)
    assert Comment.objects.filter(sent_at=None).count() == 0


def test_comment_of_an_earlier_review_waits_for_no_return(world: World, report: Report) -> None:
    """Though it bears a later time."""
    world.review(report)
    review.comment(**about(world, report), text=SEE, at=timezone.now() + timedelta(hours=1))
    review.accept_report(actor=world.reviewer, report=report)
    world.review(review.reopen(actor=world.reviewer, report=report, reason="Wrong."))
    (row,) = queue.queue_of(report.round).waiting
    assert (row.marked, in_review.unsent_comments(report).count()) == (0, 0)


def test_who_has_left_is_not_told_what_comes_back(world: World, report: Report) -> None:
    """They lead another department now."""
    first, second, *_ = world.departments
    left = people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=first)
    world.review(report)
    people.take_role(actor=world.reviewer, membership=left)
    people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=second)
    review.comment(**about(world, report), text=SEE)
    assert before_sending.who_gets_it_back(report) == []
    returned(world, report)
    assert not Mail.objects.filter(template="report_returned").exists()


# Corrections --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "expected"),
    [("never", False), ("at its hour", True), ("withdrawn before its hour", False), ("withdrawn", True)],
)
def test_correction_is_of_what_readers_had_or_will_have(
    world: World, report: Report, published: str, expected: bool
) -> None:
    edition = world.file(report)
    if published != "never":
        starts = None if published == "withdrawn" else at("2098-01-01 09:30")
        publication.publish(edition, actor=world.reviewer, starts=starts)
    if published.startswith("withdrawn"):
        publication.withdraw(edition, actor=world.reviewer, reason="A grave error.")
    review.reopen(actor=world.reviewer, report=report, reason="Wrong.")
    assert filing.is_correction(report) is expected


def test_description_of_what_never_became_public_is_dropped(world: World, report: Report) -> None:
    """It was to be public when the correction was written, and was withdrawn before its hour."""
    edition = world.file(report, progress="A secret.")
    publication.publish(edition, actor=world.reviewer, starts=at("2098-01-01 09:30"))
    review.reopen(actor=world.reviewer, report=report, reason="Wrong.")
    world.review(report, progress="Right.")
    assert fresh(report).change_note
    publication.withdraw(edition, actor=world.reviewer, reason="A grave error.")
    following = review.accept_report(actor=world.reviewer, report=report)
    assert (following.number, following.change_note, following.change_kind) == (2, "", "")


def test_department_with_a_correction_at_work_is_not_chased(world: World, report: Report) -> None:
    """Its leader is written to for another department alone."""
    for department in world.departments[:2]:
        people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=department)
    publication.publish(world.file(report), actor=world.reviewer, dated=day("2021-02-01"))
    review.reopen(actor=world.reviewer, report=report, reason="Wrong.")
    Mail.objects.all().delete()
    waiting = review.chase(actor=world.reviewer, round=report.round)
    assert [one.department.code for one in waiting] == ["D02", "D03", "D04"]
    (mail,) = Mail.objects.filter(template="chased")
    assert [one["reference"] for one in letters.CONTEXTS["chased"](mail)["reports"]] == ["FEN/D02/2020"]
    assert {one.department.code for one in queue.queue_of(report.round).late} == {"D02", "D03", "D04"}
