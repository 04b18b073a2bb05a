"""A correction says what it changes: before it is signed off, and in the edition that it becomes."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reporting.domain import audit, filing, publication, published, review
from reporting.domain.errors import NotPossible
from reporting.models import Event, Report
from tests.world import World, at

NOTE = "The number of boats was wrong."


@pytest.fixture
def report(world: World) -> Report:
    """Its first edition is public, and it was opened again."""
    world.open(2020)
    found = world.report(2020)
    publication.publish(world.file(found), actor=world.reviewer, at=at("2021-03-01"))
    return review.reopen(actor=world.reviewer, report=found, reason="A number is wrong.")


def described(world: World, report: Report, note: str = NOTE, **said: Any) -> Report:
    return filing.describe_change(actor=world.leader, report=report, note=note, **said)


def refused(match: str, verb: Callable[[], Any]) -> None:
    columns = ("state", "change_note", "change_kind")
    before = list(Report.objects.order_by("pk").values_list(*columns)), Event.objects.count()
    with pytest.raises(NotPossible, match=match):
        verb()
    assert (list(Report.objects.order_by("pk").values_list(*columns)), Event.objects.count()) == before


def test_correction_is_a_report_with_an_edition(world: World, report: Report) -> None:
    other = world.report(2020, world.departments[1])
    assert (filing.is_correction(report), filing.is_correction(other)) == (True, False)


def test_correction_is_not_signed_off_without_what_it_changes(world: World, report: Report) -> None:
    world.write(report, progress="The right number.")
    refused("^Say what the correction changes: readers are told.$", lambda: sign(world, report))
    described(world, report)
    assert sign(world, report).state == "submitted"


def sign(world: World, report: Report) -> Report:
    return filing.sign_off(actor=world.leader, report=report)


def test_description_is_an_event_where_it_changes(world: World, report: Report) -> None:
    described(world, report, kind="major")
    event = Event.objects.latest("sequence")
    assert (event.verb, event.subject) == ("report.change_described", "FEN/D01/2020")
    assert json.loads(event.data) == {"note": NOTE, "kind": "major"}
    described(world, report, kind="major")
    assert Event.objects.latest("sequence") == event
    assert described(world, report).change_kind == "minor"


def test_description_goes_into_the_edition_and_to_its_readers(world: World, report: Report) -> None:
    world.write(report, progress="The right number.")
    described(world, report, kind="major")
    review.start_review(actor=world.reviewer, report=sign(world, report))
    edition = review.accept_report(actor=world.reviewer, report=report)
    assert (edition.number, edition.change_note, edition.change_kind) == (2, NOTE, "major")
    report.refresh_from_db()
    assert (report.change_note, report.change_kind) == ("", "")
    publication.publish(edition, actor=world.reviewer, at=at("2021-04-01"), starts=at("2021-04-02"))
    for moment, expected in ((at("2021-04-01"), (1, "", "")), (at("2021-04-02"), (2, NOTE, "major"))):
        (found,) = published.editions(world.strategy, moment)
        assert (found.number, found.change_note, found.change_kind) == expected
    assert audit.verify().faults == []


def test_description_survives_a_recall_and_a_return_and_not_a_new_correction(world: World, report: Report) -> None:
    world.write(report, progress="The right number.")
    described(world, report)
    sign(world, report)
    assert filing.recall(actor=world.leader, report=report).change_note == NOTE
    review.start_review(actor=world.reviewer, report=sign(world, report))
    returned = review.return_report(actor=world.reviewer, report=report, message="Say when.")
    assert returned.change_note == NOTE
    review.start_review(actor=world.reviewer, report=sign(world, report))
    review.accept_report(actor=world.reviewer, report=report)
    again = review.reopen(actor=world.reviewer, report=report, reason="Another number.")
    assert (again.change_note, again.change_kind) == ("", "")
    refused("^Say what the correction changes", lambda: sign(world, report))


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({"note": " \n"}, "^Say what the correction changes: readers are told.$"),
        ({"kind": "huge"}, "^Say whether the correction is minor or major.$"),
        ({"kind": ""}, "^Say whether the correction is minor or major.$"),
    ],
)
def test_description_that_says_nothing_refused(
    world: World, report: Report, said: dict[str, str], match: str
) -> None:
    refused(match, lambda: described(world, report, **said))


@pytest.mark.parametrize("made", ["submit", "review", "file"])
def test_description_only_while_the_correction_is_written(world: World, report: Report, made: str) -> None:
    getattr(world, made)(report)
    refused("is no correction that is being written", lambda: described(world, report))


def test_first_report_has_no_change_to_describe(world: World, report: Report) -> None:
    other = world.report(2020, world.departments[1])
    world.draft(other, progress="One.")
    refused("^FEN/D02/2020 is no correction", lambda: described(world, other))
