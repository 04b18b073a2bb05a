"""Publishing a round at a set time: what is ready, the release, and what may happen to it before its hour."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import models

from reporting.domain import audit, editions, events, filing, people, publication, published, releases, review
from reporting.domain.editions import ActivityAnswer, Content
from reporting.domain.errors import NotPossible
from reporting.domain.releases import NoSuchTime, Readiness, TimeTwice
from reporting.models import Edition, Event, Mail, Publication, Release, Report
from reporting.models.publication import public_at
from tests.world import World, at, day

NOW, HOUR, LATER = at("2027-03-01 10:00"), at("2027-03-09 09:30"), at("2027-03-16 09:30")
INSTANT = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def fen(world: World) -> World:
    """Four departments, a digital leader of the first two, and the round of 2026."""
    world.open(2026)
    for department in world.departments[:2]:
        people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=department)
    Mail.objects.all().delete()
    return world


def report(world: World, number: int) -> Report:
    return world.report(2026, world.departments[number - 1])


def release(world: World, **said: Any) -> Release:
    return releases.release(actor=world.reviewer, round=report(world, 1).round, **{"starts": HOUR, **said})


def public(moment: datetime) -> set[str]:
    found = Edition.objects.filter(public_at(moment)).select_related("report__department")
    return {f"{one.report.department.code}/e{one.number}" for one in found}


def windows() -> dict[str, tuple[datetime, datetime | None, str]]:
    found = Publication.objects.exclude(edition=None).select_related("edition__report__department")
    return {f"{one.edition.report.department.code}/e{one.edition.number}": (one.starts, one.ends, one.ending) for one in found}  # fmt: skip


def stored() -> list[Any]:
    kinds: list[type[models.Model]] = [Release, Publication, Edition, Report, Event, Mail]
    return [list(kind._base_manager.order_by("pk").values_list()) for kind in kinds]


def refused(match: str, verb: Callable[[], Any]) -> None:
    """And nothing of it was left behind."""
    before = stored()
    with pytest.raises(NotPossible, match=match):
        verb()
    assert stored() == before


def last(verb: str) -> dict[str, Any]:
    event = Event.objects.latest("sequence")
    assert event.verb == verb
    return {"subject": event.subject, "actor": event.actor_id, **json.loads(event.data)}


# The hour ----------------------------------------------------------------------------------------------


def test_hour_that_the_clocks_leave_out_is_refused() -> None:
    spring = date(2027, 3, 28)
    with pytest.raises(NoSuchTime, match=r"^The clocks go forward that night: 01:30 does not exist."):
        releases.moment(spring, time(1, 30))
    for clock in (time(1, 0), time(1, 59, 59, 999999)):
        with pytest.raises(NoSuchTime):
            releases.moment(spring, clock)
    assert releases.moment(spring, time(0, 59, 59)) == datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC)
    assert releases.moment(spring, time(2, 0)) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_hour_that_the_clocks_show_twice_is_asked_about() -> None:
    autumn, half_past_one = date(2027, 10, 31), time(1, 30)
    both = (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC))
    with pytest.raises(TimeTwice, match=r"show 01:30 twice: say which one you mean.$") as asked:
        releases.moment(autumn, half_past_one)
    assert asked.value.choices == both
    assert [releases.moment(autumn, half_past_one, second=second) for second in (False, True)] == list(both)
    assert releases.moment(autumn, half_past_one.replace(fold=1), second=False) == both[0]
    for clock, then in ((time(0, 59), 23), (time(2, 0), 26)):
        found = releases.moment(autumn, clock)
        assert found == datetime(2027, 10, 30, tzinfo=UTC) + timedelta(hours=then, minutes=clock.minute)


def test_hour_of_any_other_day_follows_the_clocks() -> None:
    assert releases.moment(date(2027, 1, 5), time(9, 30)) == datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
    assert releases.moment(date(2027, 7, 5), time(9, 30)) == datetime(2027, 7, 5, 8, 30, tzinfo=UTC)
    assert releases.moment(date(2027, 7, 5), time(9, 30), second=True) == datetime(2027, 7, 5, 8, 30, tzinfo=UTC)


# What is ready -----------------------------------------------------------------------------------------

LISTS = ("editions", "published", "scheduled", "excused", "not_filed", "withdrawn", "stops", "left_out")


def made_public(world: World, report: Report) -> None:
    publication.publish(world.file(report), actor=world.reviewer)


def scheduled(world: World, report: Report) -> Publication:
    return publication.publish(world.file(report), actor=world.reviewer, starts=HOUR)


def excused(world: World, report: Report) -> None:
    review.excuse(actor=world.reviewer, report=report, reason="It is being closed.")


def returned(world: World, report: Report) -> None:
    review.return_report(actor=world.reviewer, report=world.review(report), message="Say when.")


def withdrawn(world: World, report: Report) -> None:
    made_public(world, report)
    publication.withdraw(report.editions.get(), actor=world.reviewer, reason="It names a person.")


def withdrawn_before_its_hour(world: World, report: Report) -> None:
    scheduled(world, report)
    publication.withdraw(report.editions.get(), actor=world.reviewer, reason="It names a person.")


def reopened(world: World, report: Report) -> None:
    review.reopen(actor=world.reviewer, report=report, reason="A number is wrong.")


def correction_at_work(world: World, report: Report) -> None:
    made_public(world, report)
    reopened(world, report)
    world.review(report)


def correction_accepted(world: World, report: Report) -> None:
    made_public(world, report)
    world.corrected(report)


def correction_of_what_is_scheduled(world: World, report: Report) -> None:
    scheduled(world, report)
    world.corrected(report)


def correction_of_what_was_withdrawn(world: World, report: Report) -> None:
    withdrawn(world, report)
    world.corrected(report)


def never_published_and_at_work(world: World, report: Report) -> None:
    world.file(report)
    reopened(world, report)
    world.submit(report)


STATES: dict[Callable[[World, Report], object], str] = {
    lambda world, report: None: "not_filed",
    lambda world, report: world.draft(report, progress="One."): "not_filed",
    lambda world, report: world.submit(report): "stops",
    lambda world, report: world.review(report): "stops",
    returned: "stops",
    lambda world, report: world.file(report): "editions",
    scheduled: "scheduled",
    made_public: "published",
    excused: "excused",
    withdrawn: "withdrawn",
    withdrawn_before_its_hour: "withdrawn",
    correction_at_work: "published",
    correction_accepted: "editions",
    correction_of_what_is_scheduled: "scheduled",
    correction_of_what_was_withdrawn: "editions",
    never_published_and_at_work: "stops",
}


def sorted_into(ready: Readiness) -> dict[str, list[str]]:
    """The departments of each list that is not empty."""
    found = {}
    for name in LISTS:
        rows = [getattr(row, "report", row) for row in getattr(ready, name)]
        if rows:
            found[name] = [row.department.code for row in rows]
    return found


@pytest.mark.parametrize(("make", "place"), STATES.items())
def test_report_stands_in_one_list_whatever_its_state(
    fen: World, make: Callable[[World, Report], object], place: str
) -> None:
    make(fen, report(fen, 1))
    others = ["D02", "D03", "D04"]
    expected = {"not_filed": ["D01", *others]} if place == "not_filed" else {place: ["D01"], "not_filed": others}
    ready = releases.readiness(report(fen, 1).round, NOW)
    assert (sorted_into(ready), ready.total) == (expected, 4)


def test_latest_edition_is_the_one_to_publish_and_no_earlier_one(fen: World) -> None:
    first = fen.file(report(fen, 1))
    second = fen.corrected(report(fen, 1))
    assert releases.readiness(first.report.round, NOW).editions == [second]
    release(fen)
    assert (public(HOUR), hasattr(Edition.objects.get(pk=first.pk), "publication")) == ({"D01/e2"}, False)


def test_scheduled_is_published_once_its_hour_has_come(fen: World) -> None:
    fen.file(report(fen, 1))
    release(fen)
    found = {moment: releases.readiness(report(fen, 1).round, moment) for moment in (HOUR - INSTANT, HOUR)}
    assert [sorted(sorted_into(ready)) for ready in found.values()] == [
        ["not_filed", "scheduled"],
        ["not_filed", "published"],
    ]
    assert [ready.accepted for ready in found.values()] == [1, 1]


def test_what_stops_a_release_is_said_in_a_sentence(fen: World) -> None:
    filing.sign_off(actor=fen.leader, report=fen.write(report(fen, 1)), at=at("2027-02-12 10:00"))
    returned(fen, report(fen, 2))
    said = [one.sentence for one in releases.readiness(report(fen, 1).round, NOW).stops]
    assert said == [
        "Ministry 1: signed off on 12 February, not accepted",
        "Ministry 2: returned, and not signed off again",
    ]


def test_only_and_leave_out_choose_departments(fen: World) -> None:
    for number in (1, 2, 3):
        fen.file(report(fen, number))
    one, two, *_ = (department.pk for department in fen.departments)
    round = report(fen, 1).round
    assert sorted_into(releases.readiness(round, NOW, only=[one])) == {"editions": ["D01"]}
    assert sorted_into(releases.readiness(round, NOW, only=[one, two], leave_out=[two])) == {
        "editions": ["D01"],
        "left_out": ["D02"],
    }
    assert releases.readiness(round, NOW, only=[one]).total == 1


def test_activities_without_an_answer_are_counted(fen: World) -> None:
    """Each department planned two under each of three actions; the first answers all, the second one of two."""
    fen.open(2025)
    for department in fen.departments[:3]:
        publication.publish(fen.file(fen.report(2025, department)), actor=fen.reviewer)
    done = [{"activity": number, "answer": "done"} for number in (1, 2)]
    fen.file(report(fen, 1), answers=done)
    second = fen.write(report(fen, 2), answers=done)
    cut = [Content(progress="Some.", answers=(ActivityAnswer(1, "done"),)) for _ in fen.actions]
    Report.objects.filter(pk=second.pk).update(state="accepted")
    editions.cut_edition(actor=fen.reviewer, report=second, contents=dict(enumerate(cut, 1)))
    ready = releases.readiness(second.round, NOW)
    assert (ready.unanswered, ready.unanswered_in) == (3, 1)
    ready = releases.readiness(second.round, NOW, only=[fen.departments[0].pk])
    assert (ready.unanswered, ready.unanswered_in) == (0, 0)


# Release -----------------------------------------------------------------------------------------------


def test_release_opens_all_windows_at_its_hour(fen: World) -> None:
    for number in (1, 2, 3):
        fen.file(report(fen, number))
    made = release(fen, note="The third round.")
    assert (made.starts, made.note, made.made_by, made.made_at) == (HOUR, "The third round.", fen.reviewer, NOW)
    assert windows() == {f"D0{number}/e1": (HOUR, None, "") for number in (1, 2, 3)}
    assert {one.release for one in Publication.objects.all()} == {made}
    assert (public(HOUR - INSTANT), public(HOUR)) == (set(), {"D01/e1", "D02/e1", "D03/e1"})
    assert last("release.set") == {
        "subject": f"FEN/2026/release/{made.pk}",
        "actor": fen.reviewer.pk,
        "starts": events.moment(HOUR),
        "note": "The third round.",
        "editions": ["FEN/D01/2026/e1", "FEN/D02/2026/e1", "FEN/D03/2026/e1"],
    }
    assert audit.verify().faults == []


def test_release_without_an_hour_is_public_at_once(fen: World) -> None:
    fen.file(report(fen, 1))
    made = release(fen, starts=None)
    assert (made.starts, public(NOW - INSTANT), public(NOW)) == (NOW, set(), {"D01/e1"})


def test_release_of_one_department_and_of_those_that_are_not_left_out(fen: World) -> None:
    for number in (1, 2):
        fen.file(report(fen, number))
    fen.submit(report(fen, 3))
    one, _, three, _ = (department.pk for department in fen.departments)
    refused("Some reports are signed off and not accepted", lambda: release(fen))
    release(fen, only=[one])
    assert set(windows()) == {"D01/e1"}
    release(fen, leave_out=[three], starts=LATER)
    assert windows() == {"D01/e1": (HOUR, None, ""), "D02/e1": (LATER, None, "")}


def test_release_tells_readers_its_note_or_what_a_correction_changes(fen: World) -> None:
    made_public(fen, report(fen, 1))
    fen.corrected(report(fen, 1))
    fen.file(report(fen, 2))
    release(fen, note="The third round.")
    notes = Publication.objects.filter(starts=HOUR).values_list("edition__report__department__code", "note")
    assert dict(notes) == {"D01": "", "D02": "The third round."}


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({"starts": NOW - INSTANT}, r"^This time has passed: choose a later one, or publish now.$"),
        ({"expected": []}, r"^A report was accepted or opened again while you were reading"),
        ({"only": []}, r"^There is nothing to publish"),
    ],
)
def test_release_refused(fen: World, said: dict[str, Any], match: str) -> None:
    fen.file(report(fen, 1))
    refused(match, lambda: release(fen, **said))


def test_release_of_what_was_read_and_of_nothing_else(fen: World) -> None:
    first = fen.file(report(fen, 1))
    seen = [first.pk]
    second = fen.file(report(fen, 2))
    refused("while you were reading", lambda: release(fen, expected=seen))
    release(fen, expected=iter([second.pk, first.pk]))
    assert len(windows()) == 2


def test_released_is_not_released_again(fen: World) -> None:
    fen.file(report(fen, 1))
    release(fen)
    refused("There is nothing to publish", lambda: release(fen))
    refused("There is nothing to publish", lambda: release(fen, at=HOUR, starts=LATER))


def test_release_that_fails_at_the_last_edition_leaves_nothing(fen: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 3):
        fen.file(report(fen, number))
    publish, before = publication.publish, stored()

    def failing(edition: Edition, **said: Any) -> Publication:
        if edition.report.department.code == "D03":
            raise RuntimeError("the machine stops")
        return publish(edition, **said)

    monkeypatch.setattr(publication, "publish", failing)
    with pytest.raises(RuntimeError):
        release(fen)
    assert stored() == before


# Before its hour ---------------------------------------------------------------------------------------


@pytest.fixture
def correction(fen: World) -> Release:
    """The first department's edition is public and its correction is to replace it; the second's is its first."""
    made_public(fen, report(fen, 1))
    fen.corrected(report(fen, 1))
    fen.file(report(fen, 2))
    Mail.objects.all().delete()
    return release(fen, note="With a correction.")


def test_predecessor_is_public_until_the_hour_and_no_longer(correction: Release) -> None:
    assert windows() == {
        "D01/e1": (NOW, HOUR, "superseded"),
        "D01/e2": (HOUR, None, ""),
        "D02/e1": (HOUR, None, ""),
    }
    assert (public(HOUR - INSTANT), public(HOUR)) == ({"D01/e1"}, {"D01/e2", "D02/e1"})


@pytest.mark.parametrize("hour", [LATER, NOW + timedelta(hours=1), NOW])
def test_moved_with_the_end_of_what_it_replaces(fen: World, correction: Release, hour: datetime) -> None:
    moved = releases.move(actor=fen.reviewer, release=correction, starts=hour)
    assert (moved.starts, Release.objects.get().starts) == (hour, hour)
    assert windows() == {
        "D01/e1": (NOW, hour, "superseded"),
        "D01/e2": (hour, None, ""),
        "D02/e1": (hour, None, ""),
    }
    assert public(hour) == {"D01/e2", "D02/e1"}
    assert {one.dated for one in correction.publications.all()} == {day(f"{hour:%Y-%m-%d}")}
    assert last("release.moved") == {
        "subject": f"FEN/2026/release/{correction.pk}",
        "actor": fen.reviewer.pk,
        "before": events.moment(HOUR),
        "starts": events.moment(hour),
        "editions": ["FEN/D01/2026/e2", "FEN/D02/2026/e1"],
    }


def test_stopped_gives_the_predecessor_back_and_can_be_released_again(fen: World, correction: Release) -> None:
    stopped = releases.stop(actor=fen.reviewer, release=correction, reason="A number is wrong.")
    assert (stopped.stopped_at, stopped.stopped_reason) == (NOW, "A number is wrong.")
    assert (windows(), public(LATER)) == ({"D01/e1": (NOW, None, "")}, {"D01/e1"})
    assert last("release.stopped") == {
        "subject": f"FEN/2026/release/{correction.pk}",
        "actor": fen.reviewer.pk,
        "reason": "A number is wrong.",
        "editions": ["FEN/D01/2026/e2", "FEN/D02/2026/e1"],
    }
    again = release(fen, starts=LATER)
    assert again.pk != correction.pk
    assert (public(LATER - INSTANT), public(LATER)) == ({"D01/e1"}, {"D01/e2", "D02/e1"})
    assert windows()["D01/e1"] == (NOW, LATER, "superseded")


def test_stopped_and_corrected_once_more_publishes_the_last_words(fen: World, correction: Release) -> None:
    releases.stop(actor=fen.reviewer, release=correction, reason="A number is wrong.")
    fen.corrected(report(fen, 1))
    release(fen)
    assert set(windows()) == {"D01/e1", "D01/e3", "D02/e1"}
    assert public(HOUR) == {"D01/e3", "D02/e1"}


def test_after_its_hour_it_is_neither_moved_nor_stopped(fen: World, correction: Release) -> None:
    for moment in (HOUR, LATER):
        said = {"actor": fen.reviewer, "release": correction, "at": moment}
        refused("^Its hour has come", lambda said=said: releases.move(starts=at("2027-04-01"), **said))
        refused("^Its hour has come", lambda said=said: releases.stop(reason="A number is wrong.", **said))
    releases.stop(actor=fen.reviewer, release=correction, reason="Just in time.", at=HOUR - INSTANT)
    assert public(HOUR) == {"D01/e1"}


def test_stopped_is_neither_moved_nor_stopped_again(fen: World, correction: Release) -> None:
    releases.stop(actor=fen.reviewer, release=correction, reason="A number is wrong.")
    said = {"actor": fen.reviewer, "release": correction}
    refused("^This publication was stopped already.$", lambda: releases.move(starts=LATER, **said))
    refused("^This publication was stopped already.$", lambda: releases.stop(reason="Again.", **said))


def test_move_to_what_has_passed_and_stop_without_a_reason_refused(fen: World, correction: Release) -> None:
    said = {"actor": fen.reviewer, "release": correction}
    refused("^This time has passed", lambda: releases.move(starts=NOW - INSTANT, **said))
    refused("^Say why the publication is stopped.$", lambda: releases.stop(reason=" ", **said))


def test_edition_withdrawn_before_the_hour_stays_so_when_the_rest_is_moved_or_stopped(
    fen: World, correction: Release
) -> None:
    edition = Edition.objects.get(report=report(fen, 1), number=2)
    publication.withdraw(edition, actor=fen.reviewer, reason="It names a person.")
    assert windows()["D01/e1"] == (NOW, None, "")
    releases.move(actor=fen.reviewer, release=correction, starts=LATER)
    assert windows()["D01/e2"] == (HOUR, HOUR, "withdrawn")
    assert last("release.moved")["editions"] == ["FEN/D02/2026/e1"]
    assert (public(HOUR), public(LATER)) == ({"D01/e1"}, {"D01/e1", "D02/e1"})
    releases.stop(actor=fen.reviewer, release=correction, reason="A number is wrong.")
    assert set(windows()) == {"D01/e1", "D01/e2"}
    refused("already has its time", lambda: publication.publish(edition, actor=fen.reviewer))
    assert sorted_into(releases.readiness(report(fen, 1).round, NOW))["published"] == ["D01"]


def test_next_edition_waits_until_the_one_before_has_had_its_hour(fen: World, correction: Release) -> None:
    """Else the two could be moved past one another."""
    fen.corrected(report(fen, 1))
    refused("There is nothing to publish", lambda: release(fen, starts=LATER))
    release(fen, starts=LATER, at=HOUR)
    assert [public(moment) for moment in (HOUR, LATER)] == [{"D01/e2", "D02/e1"}, {"D01/e3", "D02/e1"}]


def test_not_moved_past_an_edition_that_takes_its_place(fen: World, correction: Release) -> None:
    """As an import could have scheduled one."""
    publication.publish(fen.corrected(report(fen, 1)), actor=fen.reviewer, starts=LATER)
    said = {"actor": fen.reviewer, "release": correction}
    refused("takes the place", lambda: releases.move(starts=LATER + INSTANT, **said))
    releases.move(starts=LATER - INSTANT, **said)
    moments = (LATER - 2 * INSTANT, LATER - INSTANT, LATER)
    assert [public(one) for one in moments] == [{"D01/e1"}, {"D01/e2", "D02/e1"}, {"D01/e3", "D02/e1"}]


def test_not_moved_before_the_edition_that_it_replaces(fen: World) -> None:
    made = Release.objects.create(round=report(fen, 1).round, starts=LATER, made_by=fen.reviewer, made_at=NOW)
    scheduled(fen, report(fen, 1))
    window = publication.publish(fen.corrected(report(fen, 1)), actor=fen.reviewer, starts=LATER, release=made)
    said = {"actor": fen.reviewer, "release": made}
    refused("is not public by then", lambda: releases.move(starts=HOUR - INSTANT, **said))
    releases.stop(reason="A number is wrong.", **said)
    assert not Publication.objects.filter(pk=window.pk).exists()
    assert windows() == {"D01/e1": (HOUR, None, "")}


# Mails -------------------------------------------------------------------------------------------------


def mails() -> list[tuple[str, str, datetime, str]]:
    """Template and event of each, when it is due, and why it was given up."""
    found = Mail.objects.filter(template="report_published").order_by("event__sequence", "person")
    assert {bool(one.given_up_at) == bool(one.last_error) for one in found} <= {True}
    return [(one.person.email, one.event.verb, one.due_at, one.last_error) for one in found]


LEA = "leader@example.invalid"


def test_people_of_the_departments_are_told_once_at_the_hour(fen: World, correction: Release) -> None:
    assert mails() == [(LEA, "release.set", HOUR, "")]
    assert Mail.objects.filter(template="report_published").get().data == {"release": correction.pk}


def test_people_of_other_departments_are_not_told(fen: World) -> None:
    fen.file(report(fen, 3))
    release(fen)
    assert mails() == []


def test_mail_of_a_release_that_is_stopped_is_given_up(fen: World, correction: Release) -> None:
    releases.stop(actor=fen.reviewer, release=correction, reason="A number is wrong.")
    assert mails() == [(LEA, "release.set", HOUR, "The publication was stopped.")]


def test_mail_of_a_release_that_is_moved_has_its_new_hour(fen: World, correction: Release) -> None:
    releases.move(actor=fen.reviewer, release=correction, starts=LATER)
    assert mails() == [
        (LEA, "release.set", HOUR, "The publication was moved."),
        (LEA, "release.moved", LATER, ""),
    ]


def test_mails_of_another_release_stay(fen: World, correction: Release) -> None:
    fen.file(report(fen, 3))
    people.give_role(actor=fen.reviewer, person=fen.leader, role="leader", department=fen.departments[2])
    other = release(fen, starts=LATER, only=[fen.departments[2].pk])
    releases.stop(actor=fen.reviewer, release=other, reason="Too early.")
    assert [row[3] for row in mails()] == ["", "The publication was stopped."]


# What readers are told of an edition -------------------------------------------------------------------


def note_of(edition: Edition) -> str:
    """As readers have it."""
    world = edition.report.round.strategy
    found = published.editions(world, LATER, department=edition.report.department_id)
    return next(one.change_note for one in found if one.id == edition.pk)


def test_note_is_mended_and_the_edition_is_not(fen: World, correction: Release) -> None:
    edition = Edition.objects.get(report=report(fen, 1), number=2)
    digest, said = edition.digest, edition.change_note
    assert note_of(edition) == said == "What was wrong is right now."
    publication.correct_note(edition, actor=fen.reviewer, note="What was wrong is now right.")
    edition.refresh_from_db()
    assert (note_of(edition), edition.change_note, edition.digest) == ("What was wrong is now right.", said, digest)
    assert last("publication.note_corrected") == {
        "subject": "FEN/D01/2026/e2",
        "actor": fen.reviewer.pk,
        "before": said,
        "note": "What was wrong is now right.",
    }
    assert audit.verify().faults == []


def test_note_that_is_the_same_changes_nothing(fen: World, correction: Release) -> None:
    edition = Edition.objects.get(report=report(fen, 1), number=2)
    before = stored()
    publication.correct_note(edition, actor=fen.reviewer, note=edition.change_note)
    assert stored() == before


def test_note_of_what_is_not_published_and_an_empty_one_refused(fen: World, correction: Release) -> None:
    edition = Edition.objects.get(report=report(fen, 2))
    refused("it can't be empty.$", lambda: publication.correct_note(edition, actor=fen.reviewer, note=" "))
    other = fen.file(report(fen, 3))
    refused(
        "^FEN/D03/2026/e1 is not published", lambda: publication.correct_note(other, actor=fen.reviewer, note="A")
    )
