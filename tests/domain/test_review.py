"""What the centre does with a report: review, return, accept, reopen, excuse."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from reporting import rules
from reporting.domain import events, filing, people, publication, review, working
from reporting.domain.editions import Content, Evidence, contents_of
from reporting.domain.errors import NotPossible
from reporting.models import Comment, DraftSave, Edition, Event, Mail, Report, User
from tests.world import World, at, day


@pytest.fixture
def report(world: World) -> Report:
    world.open(2020)
    return world.report(2020)


def fresh(report: Report) -> Report:
    return Report.objects.get(pk=report.pk)


def last() -> tuple[str, str, str]:
    event = Event.objects.latest("sequence")
    return event.verb, event.subject, event.data


def test_review_starts_on_what_is_submitted(world: World, report: Report) -> None:
    with pytest.raises(NotPossible, match=r"FEN/D01/2020 is not started: only a submitted one is reviewed."):
        review.start_review(actor=world.reviewer, report=report)
    world.submit(report)
    review.start_review(actor=world.reviewer, report=report)
    assert fresh(report).state == "in_review"
    assert last() == ("report.review_started", "FEN/D01/2020", '{"comments_before":0}')


def test_return_makes_it_editable_again(world: World, report: Report) -> None:
    world.review(report)
    review.return_report(actor=world.reviewer, report=report, message="Say when.")
    assert fresh(report).state == "returned"
    assert last() == (
        "report.returned",
        "FEN/D01/2020",
        '{"due":null,"entries":[],"message":"Say when.","reasons":{}}',
    )
    world.draft(report, progress="In May.")  # kept beside what was signed off
    assert fresh(report).state == "returned"
    with pytest.raises(NotPossible, match=r"^Action 1: choose between two texts that were saved.$"):
        filing.sign_off(actor=world.leader, report=report)
    world.submit(report, settles=DraftSave.objects.get(beside=True))
    assert fresh(report).state == "submitted"


def comment(world: World, report: Report, number: int = 1, **said: Any) -> Comment:
    return review.comment(
        actor=world.reviewer, report=report, action=world.actions[number - 1], **{"text": "Say when.", **said}
    )


def test_comment_waits_until_the_report_is_returned_and_names_its_entry(world: World, report: Report) -> None:
    world.review(report)
    made = comment(world, report, 2, field="planned", at=at("2031-02-01 10:00"))
    assert (made.field, made.author, made.sent_at, made.made_at) == (
        "planned",
        world.reviewer,
        None,
        at("2031-02-01 10:00"),
    )
    verb, subject, data = last()
    assert (verb, subject) == ("entry.commented", "FEN/D01/2020/2")
    assert json.loads(data) == {
        "field": "planned",
        "private": False,
        "digest": events.content_digest("Say when."),
    }
    assert working.comments_on(fresh(report)) == {}
    review.return_report(actor=world.reviewer, report=report, message="See there.", at=at("2031-02-02 10:00"))
    assert last()[2] == '{"due":null,"entries":[2],"message":"See there.","reasons":{"2":""}}'
    assert working.comments_on(fresh(report)) == {2: [made]}
    assert Comment.objects.get().sent_at == at("2031-02-02 10:00")


def test_entries_with_comments_come_back_not_ready_and_the_others_stay_ready(world: World, report: Report) -> None:
    world.review(report)
    comment(world, report, 1, private=True)
    comment(world, report, 2)
    review.return_report(actor=world.reviewer, report=report, message="See there.")
    assert [action.number for action in filing.unready(report)] == [2]


def test_comment_of_a_review_that_ended_in_acceptance_is_not_sent_later(world: World, report: Report) -> None:
    world.review(report)
    comment(world, report)
    review.accept_report(actor=world.reviewer, report=report)
    returned_again(world, review.reopen(actor=world.reviewer, report=report, reason="A number is wrong."))
    assert working.comments_on(fresh(report)) == {}


def test_return_without_comments_shows_none(world: World, report: Report) -> None:
    world.review(report)
    comment(world, report)
    review.return_report(actor=world.reviewer, report=report, message="See there.")
    filing.mark_ready(actor=world.leader, report=report, action=world.actions[0])
    returned_again(world, report)
    assert working.comments_on(fresh(report)) == {}


def returned_again(world: World, report: Report) -> None:
    if filing.is_correction(report):
        filing.describe_change(actor=world.leader, report=report, note="A number.")
    filing.sign_off(actor=world.leader, report=report)
    review.start_review(actor=world.reviewer, report=report)
    review.return_report(actor=world.reviewer, report=report, message="Once more.")


def test_private_comment_is_never_sent(world: World, report: Report) -> None:
    world.review(report)
    made = comment(world, report, private=True)
    review.return_report(actor=world.reviewer, report=report, message="See there.")
    made.refresh_from_db()
    assert (made.sent_at, working.comments_on(fresh(report))) == (None, {})


@pytest.mark.parametrize("made", ["open", "submit", "file"])
def test_comment_only_in_review(world: World, report: Report, made: str) -> None:
    if made != "open":
        getattr(world, made)(report)
    with pytest.raises(NotPossible, match=r"start its review first.$"):
        comment(world, report)
    assert Comment.objects.count() == 0


def test_comment_needs_words(world: World, report: Report) -> None:
    world.review(report)
    with pytest.raises(NotPossible, match=r"^Write the comment first.$"):
        comment(world, report, text=" \n")


def test_leaders_and_writers_of_what_came_back_are_told_once(world: World, report: Report) -> None:
    writer = User.objects.create_user("writer@example.invalid")
    for person, role in ((world.leader, "leader"), (writer, "contributor")):
        people.give_role(actor=world.reviewer, person=person, role=role, department=world.departments[0])
    world.write(report)
    head = DraftSave.objects.get(entry__action__number=2)
    filing.save_draft(
        author=writer, report=report, action=world.actions[1], base=head, status="behind", progress="Two."
    )
    filing.sign_off(actor=world.leader, report=report)
    review.start_review(actor=world.reviewer, report=report)
    comment(world, report, 2)
    review.return_report(actor=world.reviewer, report=report, message="See there.")
    told = Mail.objects.filter(event__verb="report.returned").values_list("person__email", "template")
    assert sorted(told) == [(one.email, "report_returned") for one in (world.leader, writer)]


@pytest.mark.parametrize(("made", "verb"), [("accepted", "report.accepted"), ("excused", "report.excused")])
def test_leaders_are_told_of_the_decision(world: World, report: Report, made: str, verb: str) -> None:
    people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=world.departments[0])
    if made == "accepted":
        world.file(report)
    else:
        review.excuse(actor=world.reviewer, report=report, reason="It is being closed.")
    (mail,) = Mail.objects.filter(event__verb=verb)
    assert (mail.person, mail.template) == (world.leader, f"report_{made}")


def test_return_needs_a_review_and_words(world: World, report: Report) -> None:
    world.submit(report)
    with pytest.raises(NotPossible, match=r"FEN/D01/2020 is submitted: start its review first."):
        review.return_report(actor=world.reviewer, report=report, message="Say when.")
    review.start_review(actor=world.reviewer, report=report)
    with pytest.raises(NotPossible, match=r"Say what the department should change."):
        review.return_report(actor=world.reviewer, report=report, message=" ")
    assert fresh(report).state == "in_review"


def test_accept_cuts_an_edition_of_what_was_signed_off_and_publishes_nothing(world: World, report: Report) -> None:
    world.review(report, progress="Boats went online.")
    edition = review.accept_report(
        actor=world.reviewer, report=report, change_note="The first.", at=at("2021-02-10 09:00")
    )
    found = fresh(report)
    assert (found.state, found.accepted_by, found.accepted_at) == (
        "accepted",
        world.reviewer,
        at("2021-02-10 09:00"),
    )
    assert (edition.number, edition.change_note, edition.cut_at, edition.known_from) == (
        1,
        "The first.",
        at("2021-02-10 09:00"),
        day("2021-02-10"),
    )
    assert list(edition.entries.values_list("action__number", "progress")) == [
        (1, "Boats went online."),
        (2, "Boats went online."),
    ]
    assert not hasattr(edition, "publication")
    verbs = Event.objects.order_by("-sequence").values_list("verb", flat=True)[:2]
    assert list(verbs) == ["edition.cut", "report.accepted"]


def test_accept_needs_a_review(world: World, report: Report) -> None:
    world.submit(report)
    with pytest.raises(NotPossible, match=r"FEN/D01/2020 can't be accepted: it is not in review"):
        review.accept_report(actor=world.reviewer, report=report)
    assert Edition.objects.count() == 0


def test_who_signed_off_never_accepts(world: World, report: Report) -> None:
    world.review(report)
    assert rules.may_accept(world.leader, fresh(report)) is False
    assert rules.may_accept(world.reviewer, fresh(report)) is True
    with pytest.raises(NotPossible, match=r"or you signed it off yourself."):
        review.accept_report(actor=world.leader, report=report)
    assert (fresh(report).state, Edition.objects.count()) == ("in_review", 0)


def test_who_signed_off_never_accepts_in_the_database_either(world: World, report: Report) -> None:
    world.review(report)
    with pytest.raises(IntegrityError, match=r"report_signed_and_accepted_by_two"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(accepted_by=world.leader)
    Report.objects.filter(pk=report.pk).update(accepted_by=world.reviewer)
    with pytest.raises(IntegrityError, match=r"report_signed_and_accepted_by_two"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(submitted_by=world.reviewer)


def test_who_reviewed_before_may_sign_off_a_correction_that_another_accepts(world: World, report: Report) -> None:
    world.file(report)
    review.reopen(actor=world.reviewer, report=report, reason="A correction.")
    filing.sign_off(actor=world.reviewer, report=report)
    review.start_review(actor=world.leader, report=report)
    with pytest.raises(NotPossible, match=r"you signed it off yourself"):
        review.accept_report(actor=world.reviewer, report=report)
    review.accept_report(actor=world.leader, report=report)
    found = fresh(report)
    assert (found.state, found.submitted_by, found.accepted_by) == ("accepted", world.reviewer, world.leader)


def test_accept_of_nothing_said_refused_and_nothing_kept(world: World, report: Report) -> None:
    """It can't be signed off like this; the edition asks for itself."""
    filing.set_nil(actor=world.leader, report=report, reason="We have no boats.")
    filing.sign_off(actor=world.leader, report=report)
    review.start_review(actor=world.reviewer, report=report)
    Report.objects.filter(pk=report.pk).update(nil_reason="")
    before = Event.objects.count()
    with pytest.raises(NotPossible, match=r"The report says nothing yet"):
        review.accept_report(actor=world.reviewer, report=report)
    assert (fresh(report).state, Event.objects.count()) == ("in_review", before)


def test_edition_says_what_the_drafts_say_with_reasons_and_evidence(world: World, report: Report) -> None:
    page = {"address": "https://example.org/boats", "title": "Boats", "date": "March 2021"}
    world.review(report, evidence=[page], notes="A note.")
    said = working.contents_of_drafts(report)
    assert contents_of(review.accept_report(actor=world.reviewer, report=report)) == said
    assert said[1].evidence == (Evidence(**page),)


def test_reopen_makes_a_draft_and_leaves_the_edition_public(world: World, report: Report) -> None:
    edition = world.file(report)
    window = publication.publish(edition, actor=world.reviewer)
    review.reopen(actor=world.reviewer, report=report, reason="A number is wrong.")
    assert (fresh(report).state, fresh(report).accepted_by) == ("draft", None)
    window.refresh_from_db()
    assert window.ends is None
    assert last() == ("report.reopened", "FEN/D01/2020", '{"reason":"A number is wrong."}')
    corrected = world.file(report, progress="The right number.")
    assert (corrected.number, edition.entries.filter(progress="The right number.").count()) == (2, 0)


def test_reopen_of_what_is_not_closed_refused(world: World, report: Report) -> None:
    world.draft(report)
    with pytest.raises(NotPossible, match=r"FEN/D01/2020 is draft: there is nothing to reopen."):
        review.reopen(actor=world.reviewer, report=report, reason="A number is wrong.")


@pytest.mark.parametrize("made", ["open", "draft", "returned"])
def test_excuse_with_a_reason(world: World, report: Report, made: str) -> None:
    if made == "draft":
        world.draft(report)
    elif made == "returned":
        world.review(report)
        review.return_report(actor=world.reviewer, report=report, message="Say when.")
    with pytest.raises(NotPossible, match=r"Say why the department is excused: readers are told the reason."):
        review.excuse(actor=world.reviewer, report=report, reason="")
    review.excuse(actor=world.reviewer, report=report, reason="It is being closed.")
    assert (fresh(report).state, fresh(report).excused_reason) == ("excused", "It is being closed.")
    assert last() == ("report.excused", "FEN/D01/2020", '{"reason":"It is being closed."}')


@pytest.mark.parametrize("made", ["submit", "review", "file"])
def test_excuse_of_what_was_signed_off_refused(world: World, report: Report, made: str) -> None:
    getattr(world, made)(report)
    state = fresh(report).state
    with pytest.raises(NotPossible, match=r"it can't be excused now."):
        review.excuse(actor=world.reviewer, report=report, reason="It is being closed.")
    assert (fresh(report).state, fresh(report).excused_reason) == (state, "")


def test_excused_report_reopened_has_no_reason_left(world: World, report: Report) -> None:
    review.excuse(actor=world.reviewer, report=report, reason="It is being closed.")
    review.reopen(actor=world.reviewer, report=report, reason="It is not.")
    assert (fresh(report).state, fresh(report).excused_reason) == ("draft", "")


# What was published elsewhere ------------------------------------------------------------------------

SAID = {1: Content(progress="As printed.")}


def test_published_report_is_taken_in_by_a_named_actor(world: World, report: Report) -> None:
    edition = review.accept_published(
        actor=world.reviewer, report=report, contents=SAID, known_from=day("2021-03"), source_name="report.txt"
    )
    found = fresh(report)
    assert (found.state, found.accepted_by, found.submitted_by) == ("accepted", world.reviewer, None)
    assert (edition.number, edition.known_from, edition.source_name) == (1, day("2021-03"), "report.txt")


@pytest.mark.parametrize("made", ["draft", "submit", "review", "file"])
def test_published_report_passes_nobodys_unpublished_work(world: World, report: Report, made: str) -> None:
    getattr(world, made)(report)
    before = Edition.objects.count()
    assert rules.has_unpublished_work(fresh(report)) is True
    with pytest.raises(NotPossible, match=r"Somebody's work on FEN/D01/2020 is not published yet"):
        review.accept_published(actor=world.reviewer, report=report, contents=SAID, known_from=day("2021-03"))
    assert Edition.objects.count() == before


def test_published_report_follows_what_is_published(world: World, report: Report) -> None:
    publication.publish(world.file(report), actor=world.reviewer)
    assert rules.has_unpublished_work(fresh(report)) is False
    edition = review.accept_published(actor=world.reviewer, report=report, contents=SAID, known_from=day("2021-03"))
    assert edition.number == 2


def test_published_report_of_an_excused_body_lifts_the_excuse(world: World, report: Report) -> None:
    review.excuse(actor=world.reviewer, report=report, reason="It is being closed.")
    review.accept_published(actor=world.reviewer, report=report, contents=SAID, known_from=day("2021-03"))
    assert (fresh(report).state, fresh(report).excused_reason) == ("accepted", "")


def test_published_report_after_a_nil_return_says_what_it_says(world: World, report: Report) -> None:
    filing.set_nil(actor=world.leader, report=report, reason="We have no boats.")
    filing.sign_off(actor=world.leader, report=report)
    review.start_review(actor=world.reviewer, report=report)
    publication.publish(review.accept_report(actor=world.reviewer, report=report), actor=world.reviewer)
    edition = review.accept_published(actor=world.reviewer, report=report, contents=SAID, known_from=day("2021-03"))
    assert (edition.nil_reason, edition.entries.count(), fresh(report).nil_reason) == ("", 1, "")
