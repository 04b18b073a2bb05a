"""What a department says that it will do: states, never prose; versions, never edited."""

import pytest

from reporting.domain import commitments
from reporting.domain.commitments import Said, understand
from reporting.models import Event
from strategy.models import Commitment, CommitmentVersion
from tests.world import World, day

MADE, NOT_APPLICABLE, NOT_RECEIVED = "made", "not_applicable", "not_received"


@pytest.mark.parametrize(
    "source",
    [
        "",
        " \n ",
        "Awaiting confirmation",
        "Awaiting departmental confirmation",
        "Awaiting final text and confirmation",
        ["awaiting a response from the department", "s response"][0].replace("department", "response"),
        "Awaiting reply.",
        "No response received",
        "No return has been received.",
        "Not yet received",
        "Not received",
        "Response awaited",
        "To be confirmed",
        "TBC",
        "**TBC**",
        "Awaiting\nconfirmation…",
    ],
)
def test_sentence_that_stands_in_for_an_answer_is_not_received(source: str) -> None:
    assert understand(source, dated=day("2012-12")) == Said(NOT_RECEIVED, dated=day("2012-12"))


@pytest.mark.parametrize(
    "source",
    [
        "Not applicable",
        "Not applicable.",
        "NOT APPLICABLE: we run no such service.",
        "This is not applicable to us, as we have no transactions.",
        "This is  not\napplicable to the department.\n\nWe have no boats.",
        "Not applicable – see action 4",
        "*Not applicable* to us",
    ],
)
def test_text_that_begins_with_not_applicable_is_so_and_the_whole_text_its_reason(source: str) -> None:
    assert understand(source, dated=None) == Said(NOT_APPLICABLE, category="not_stated", reason=source)


@pytest.mark.parametrize(
    "source",
    [
        "This is not directly applicable to the department, but we will help others.",
        "This action is not applicable to us.",
        "We will do what is not applicable elsewhere.",
        "Although not applicable to us, we will help.",
        "Not applicability but reach is what we will look at.",
        "Awaiting confirmation of the budget we will begin with boats.",
        "The Board is awaiting confirmation of its budget.",
        "No response received has ever been lost, and none will be.",
        "To be confirmed by the Board in May, we will publish.",
        "We will renew licences online.",
        "N/A",
    ],
)
def test_any_other_text_is_a_commitment_made(source: str) -> None:
    assert understand(source, dated=None) == Said(MADE, text=source)


def test_notes_and_date_go_with_every_state() -> None:
    for source, state in (("We will.", MADE), ("Not applicable", NOT_APPLICABLE), ("TBC", NOT_RECEIVED)):
        said = understand(source, dated=day("2012-12"), notes="A note.")
        assert (said.state, said.notes, said.dated) == (state, "A note.", day("2012-12"))


def record(world: World, said: Said, known_from: str = "2019-06") -> CommitmentVersion:
    return commitments.record_version(
        actor=world.reviewer,
        department=world.departments[0],
        action=world.actions[0],
        new=said,
        known_from=day(known_from),
        source_name="action-1.txt",
    )


def test_versions_are_numbered_and_each_is_an_event(world: World) -> None:
    one, two = record(world, Said(MADE, text="We will.")), record(world, Said(NOT_RECEIVED))
    assert [(row.number, row.state) for row in CommitmentVersion.objects.all()] == [(1, MADE), (2, NOT_RECEIVED)]
    assert Commitment.objects.count() == 1
    events = Event.objects.filter(verb="commitment.recorded").order_by("sequence").values_list("subject", "data")
    assert list(events) == [
        (f"FEN-1/D01/v{row.number}", f'{{"digest":"{row.digest}","source":"action-1.txt","state":"{row.state}"}}')
        for row in (one, two)
    ]


def test_version_reads_back_as_it_was_said(world: World) -> None:
    said = Said(
        NOT_APPLICABLE, category="another_body", reason="The *Board* does.", notes="N", dated=day("2012-12")
    )
    assert commitments.said(CommitmentVersion.objects.get(pk=record(world, said).pk)) == said


@pytest.mark.parametrize(
    "other, known_from, number",
    [
        (Said(MADE, text="We will."), "2019-06", 1),
        (Said(MADE, text=" We  will.\n"), "2019-06", 1),
        (Said(MADE, text="We will."), "2020-01", None),
        (Said(MADE, text="We might."), "2020-01", 2),
        (Said(MADE, text="We will."), "2019-01", None),
        (Said(MADE, text="We shall."), "2019-06", None),
        (Said(MADE, text="We will.", notes="N"), "2019-06", None),
        (Said(MADE, text="We will.", dated=day("2012-12")), "2019-06", None),
        (Said(NOT_RECEIVED), "2019-06", None),
    ],
)
def test_same_words_of_the_same_time_are_recorded_already(
    world: World, other: Said, known_from: str, number: int | None
) -> None:
    """Version 2 replaced version 1 in 2020: the words of version 1 said again then are a change."""
    record(world, Said(MADE, text="We will."), "2019-06")
    record(world, Said(MADE, text="We might."), "2019-12")
    found = commitments.already_recorded(list(CommitmentVersion.objects.all()), other, day(known_from))
    assert (found.number if found else None) == number
