"""What a reviewer does on the way to a decision: judge, mark, take back, return by a day, accept several, chase."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import models

from reporting.domain import audit, events, filing, people, review, rounds
from reporting.domain.errors import NotPossible
from reporting.models import (
    Comment,
    Edition,
    Entry,
    Event,
    Mail,
    Membership,
    Report,
    Return,
    ReturnedEntry,
    ReturnReason,
    User,
)
from tests.world import World, at

MONDAY = at("2031-02-03 10:00")


@pytest.fixture
def report(world: World) -> Report:
    world.open(2020)
    return world.report(2020)


@pytest.fixture
def reasons(db: None) -> tuple[ReturnReason, ReturnReason]:
    return ReturnReason.objects.create(title="Too vague"), ReturnReason.objects.create(title="No evidence")


def stored() -> list[Any]:
    kinds: list[type[models.Model]] = [Report, Entry, Comment, Return, ReturnedEntry, Edition, Event, Mail]
    return [list(kind._base_manager.order_by("pk").values_list()) for kind in kinds]


def refused(match: str, verb: Callable[[], Any]) -> None:
    """And nothing of it was left behind."""
    before = stored()
    with pytest.raises(NotPossible, match=match):
        verb()
    assert stored() == before


def last() -> tuple[str, str, dict[str, Any]]:
    event = Event.objects.latest("sequence")
    return event.verb, event.subject, json.loads(event.data)


def of(world: World, report: Report, number: int = 1) -> dict[str, Any]:
    return {"actor": world.reviewer, "report": report, "action": world.actions[number - 1]}


def entry(report: Report, number: int = 1) -> Entry:
    return Entry.objects.get(report=report, action__number=number)


# Assessments -------------------------------------------------------------------------------------------


def test_assessment_stands_apart_and_goes_into_the_edition(world: World, report: Report) -> None:
    world.review(report)
    review.assess(**of(world, report), assessment="partly_evidenced", reason="Half of it is linked.")
    assert (entry(report).assessment, entry(report).assessment_reason) == (
        "partly_evidenced",
        "Half of it is linked.",
    )
    verb, subject, said = last()
    digest = events.content_digest("Half of it is linked.")
    assert (verb, subject) == ("entry.assessed", "FEN/D01/2020/1")
    assert (said["assessment"], said["digest"]) == ("partly_evidenced", digest)
    edition = review.accept_report(actor=world.reviewer, report=report)
    judged = edition.entries.values_list("action__number", "status", "assessment", "assessment_reason")
    assert list(judged) == [(1, "on_track", "partly_evidenced", "Half of it is linked."), (2, "on_track", "", "")]
    assert audit.verify().faults == []


def test_assessment_that_is_the_same_has_no_event_and_an_empty_one_takes_it_back(
    world: World, report: Report
) -> None:
    world.review(report)
    said = {"assessment": "evidenced", "reason": "All of it is linked."}
    review.assess(**of(world, report), **said)
    before = stored()
    review.assess(**of(world, report), **said)
    assert stored() == before
    review.assess(**of(world, report), assessment="", reason="What is typed here says nothing.")
    assert (entry(report).assessment, entry(report).assessment_reason) == ("", "")
    assert last()[2]["assessment"] == ""


@pytest.mark.parametrize("made", ["open", "submit", "file"])
def test_assessment_and_mark_only_in_review(
    world: World, report: Report, reasons: tuple[ReturnReason, ReturnReason], made: str
) -> None:
    if made != "open":
        getattr(world, made)(report)
    said = {"assessment": "evidenced", "reason": "All of it is linked."}
    refused("start its review first.$", lambda: review.assess(**of(world, report), **said))
    refused("start its review first.$", lambda: review.mark_for_return(**of(world, report), reason=reasons[0]))


def test_assessment_needs_a_reason(world: World, report: Report) -> None:
    world.review(report)
    said = {"assessment": "evidenced", "reason": " \n"}
    refused("^Give the reason for the assessment", lambda: review.assess(**of(world, report), **said))


# Returns with reasons and a day ------------------------------------------------------------------------


def test_return_keeps_why_and_by_when(
    world: World, report: Report, reasons: tuple[ReturnReason, ReturnReason]
) -> None:
    world.review(report)
    vague, unproven = reasons
    review.mark_for_return(**of(world, report, 1), reason=vague)
    review.mark_for_return(**of(world, report, 2), reason=unproven)
    review.mark_for_return(**of(world, report, 2), reason=None)
    for number in (1, 2):
        review.comment(**of(world, report, number), text="Say when.")
    by = date(2031, 2, 10)
    review.return_report(actor=world.reviewer, report=report, message="See there.", due=by, at=at("2031-02-03"))
    made = Return.objects.get()
    assert (made.report, made.made_by, made.made_at, made.due, made.message) == (
        report,
        world.reviewer,
        at("2031-02-03"),
        by,
        "See there.",
    )
    assert list(made.entries.values_list("entry__action__number", "reason")) == [(1, vague.pk), (2, None)]
    assert last() == (
        "report.returned",
        "FEN/D01/2020",
        {
            "due": "2031-02-10",
            "entries": [1, 2],
            "message": "See there.",
            "reasons": {"1": "Too vague", "2": ""},
        },
    )
    assert {one.return_reason for one in Entry.objects.filter(report=report)} == {None}
    assert [action.number for action in filing.unready(report)] == [1, 2]


def test_mark_is_an_event_where_it_changes(
    world: World, report: Report, reasons: tuple[ReturnReason, ReturnReason]
) -> None:
    world.review(report)
    review.mark_for_return(**of(world, report), reason=reasons[0])
    assert last() == ("entry.marked_for_return", "FEN/D01/2020/1", {"reason": "Too vague"})
    before = stored()
    review.mark_for_return(**of(world, report), reason=reasons[0])
    assert stored() == before
    review.mark_for_return(**of(world, report), reason=None)
    assert last() == ("entry.marked_for_return", "FEN/D01/2020/1", {"reason": ""})


def test_mark_without_a_comment_is_neither_returned_nor_accepted(
    world: World, report: Report, reasons: tuple[ReturnReason, ReturnReason]
) -> None:
    world.review(report)
    review.mark_for_return(**of(world, report, 2), reason=reasons[0])
    review.comment(**of(world, report, 2), text="Between us.", private=True)
    said = {"actor": world.reviewer, "report": report}
    refused(
        "^Say in a comment what should change in action 2", lambda: review.return_report(message="See.", **said)
    )
    refused("^Action 2 of FEN/D01/2020 is marked to be changed", lambda: review.accept_report(**said))
    review.mark_for_return(**of(world, report, 2), reason=None)
    assert review.accept_report(**said).number == 1


def test_return_by_a_day_that_has_passed_refused(world: World, report: Report) -> None:
    world.review(report)
    said = {"actor": world.reviewer, "report": report, "message": "Say when.", "at": at("2031-02-03 23:59")}
    refused("^The day for the changes has passed", lambda: review.return_report(due=date(2031, 2, 2), **said))
    review.return_report(due=date(2031, 2, 3), **said)
    assert Return.objects.get().due == date(2031, 2, 3)


# Comments taken back -----------------------------------------------------------------------------------


def test_comment_is_taken_back_before_the_department_has_it(world: World, report: Report) -> None:
    world.review(report)
    made = review.comment(**of(world, report), text="Say when.")
    review.take_back_comment(actor=world.reviewer, comment=made)
    assert Comment.objects.count() == 0
    said = {"field": "", "private": False, "digest": events.content_digest("Say when.")}
    assert last() == ("entry.comment_taken_back", "FEN/D01/2020/1", said)
    review.return_report(actor=world.reviewer, report=report, message="All of it.")
    assert last()[2]["entries"] == []


def test_comment_of_somebody_else_or_one_that_was_sent_stays(world: World, report: Report) -> None:
    world.review(report)
    made = review.comment(**of(world, report), text="Say when.")
    refused("^Somebody else wrote this comment", lambda: review.take_back_comment(actor=world.leader, comment=made))
    review.return_report(actor=world.reviewer, report=report, message="See there.")
    made = Comment.objects.get()
    refused(
        "^The department has this comment already",
        lambda: review.take_back_comment(actor=world.reviewer, comment=made),
    )


# Several at once ---------------------------------------------------------------------------------------


def several(world: World) -> list[Report]:
    """One submitted, one in review."""
    first, second = world.report(2020), world.report(2020, world.departments[1])
    world.submit(first)
    world.review(second)
    return [first, second]


def test_several_are_accepted_at_once(world: World, report: Report) -> None:
    found = several(world)
    editions = review.accept_at_once(actor=world.reviewer, reports=reversed(found), at=MONDAY)
    assert [one.report for one in editions] == found
    assert set(Report.objects.filter(pk__in=[one.pk for one in found]).values_list("state", "accepted_at")) == {
        ("accepted", MONDAY)
    }
    verbs = Event.objects.filter(at=MONDAY).order_by("sequence").values_list("verb", "subject")
    assert list(verbs) == [
        ("report.review_started", "FEN/D01/2020"),
        ("report.accepted", "FEN/D01/2020"),
        ("edition.cut", "FEN/D01/2020/e1"),
        ("report.accepted", "FEN/D02/2020"),
        ("edition.cut", "FEN/D02/2020/e1"),
    ]


def test_several_are_accepted_all_or_none(world: World, report: Report) -> None:
    found = [*several(world), world.report(2020, world.departments[2])]
    refused("^FEN/D03/2020 can't be accepted", lambda: review.accept_at_once(actor=world.reviewer, reports=found))


def test_who_signed_one_of_several_off_accepts_none(world: World, report: Report) -> None:
    found = several(world)
    refused("you signed it off yourself", lambda: review.accept_at_once(actor=world.leader, reports=found))


def test_one_of_several_that_is_marked_to_be_changed_stops_all(
    world: World, report: Report, reasons: tuple[ReturnReason, ReturnReason]
) -> None:
    found = several(world)
    review.mark_for_return(**of(world, found[1]), reason=reasons[0])
    refused("is marked to be changed", lambda: review.accept_at_once(actor=world.reviewer, reports=found))


# Chasing -----------------------------------------------------------------------------------------------


@pytest.fixture
def leaders(world: World, report: Report) -> list[User]:
    """Of each department a digital leader; of the first a contributor, too."""
    found = []
    for department in world.departments:
        person = User.objects.create_user(f"leads-{department.slug}@example.invalid")
        people.give_role(actor=world.reviewer, person=person, role="leader", department=department)
        found.append(person)
    writer = User.objects.create_user("writes@example.invalid")
    role = Membership.Role.CONTRIBUTOR
    people.give_role(actor=world.reviewer, person=writer, role=role, department=world.departments[0])
    Mail.objects.all().delete()
    return found


def chase(world: World, report: Report, day: str) -> list[Report]:
    return review.chase(actor=world.reviewer, round=report.round, at=at(day))


def test_leaders_of_who_has_not_filed_are_written_to(world: World, report: Report, leaders: list[User]) -> None:
    """The first has begun, the second has not, the third came back; the fourth has signed off."""
    one, _, three, four = (world.report(2020, department) for department in world.departments)
    world.draft(one, progress="One.")
    review.return_report(actor=world.reviewer, report=world.review(three), message="Say when.")
    world.submit(four)
    Mail.objects.all().delete()
    waiting = chase(world, report, "2031-02-03 09:00")
    assert [one.department.code for one in waiting] == ["D01", "D02", "D03"]
    assert last() == ("round.chased", "FEN/2020", {"departments": ["D01", "D02", "D03"]})
    told = Mail.objects.filter(template="chased").values_list("person__email", flat=True)
    assert sorted(told) == [one.email for one in leaders[:3]]


def test_chased_once_a_day_as_calendars_show_it(world: World, report: Report, leaders: list[User]) -> None:
    chase(world, report, "2031-07-03 00:30")  # still the day before, in UTC
    refused(
        "^The departments that have not filed were written to today",
        lambda: chase(world, report, "2031-07-03 23:59"),
    )
    chase(world, report, "2031-07-04 00:10")
    assert Mail.objects.filter(template="chased").count() == 8


def test_nobody_to_chase(world: World, report: Report, leaders: list[User]) -> None:
    for department in world.departments:
        world.submit(world.report(2020, department))
    refused("there is nobody to chase.$", lambda: chase(world, report, "2031-02-03"))


def test_chase_of_one_round_says_nothing_of_another(world: World, report: Report, leaders: list[User]) -> None:
    chase(world, report, "2031-02-03 09:00")
    other = rounds.open_round(actor=world.reviewer, strategy=world.strategy, year=2021)
    assert len(review.chase(actor=world.reviewer, round=other, at=at("2031-02-03 10:00"))) == 4
