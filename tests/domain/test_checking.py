"""What stops sign-off, and what is only worth a second look."""

import pytest

from reporting.domain import checking, filing, working
from reporting.domain.checking import is_address, notes_of, problems_of
from reporting.domain.editions import ActivityAnswer, Content, Evidence
from reporting.domain.working import Asked
from tests.world import World

WHY = {"category": "other", "reason": "We have no boats."}


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (Content(), ["status", "progress"]),
        (Content("behind", " \n"), ["progress"]),
        (Content(progress="P"), ["status"]),
        (Content("behind", "P"), []),
        (Content("not_applicable", "P"), ["category", "reason"]),
        (Content("not_applicable", category="other", reason=" "), ["reason"]),
        (Content("not_applicable", **WHY), []),
        (
            Content("behind", "P", evidence=(Evidence("https://a.example"), Evidence("somewhere"))),
            ["evidence-1-address"],
        ),
        (Content("behind", "P", evidence=(Evidence("", "A title"),)), ["evidence-0-address"]),
        (Content("behind", "P", answers=(ActivityAnswer(1, "dropped"),)), []),
    ],
)
def test_problems_of_an_entry_name_the_field(content: Content, fields: list[str]) -> None:
    assert [one.field for one in problems_of(1, content)] == fields


def test_status_is_not_asked_for_where_the_round_does_not() -> None:
    assert problems_of(1, Content(progress="P"), asks_status=False) == []


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("https://www.example.org/a?b=c#d", True),
        (" http://example.org ", True),
        ("HTTPS://EXAMPLE.ORG", True),
        ("", False),
        ("www.example.org", False),
        ("https://", False),
        ("https://localhost", False),
        ("https://example.org/a b", False),
        ("javascript:alert(1)//a.b", False),
        ("ftp://example.org", False),
        ("https://[", False),
    ],
)
def test_address_of_a_page_on_the_web(typed: str, good: bool) -> None:
    assert is_address(typed) is good


def test_problems_of_a_report_stand_in_the_order_of_its_actions(world: World) -> None:
    world.open(2020)
    report = world.report(2020)
    world.draft(report, 2, status="behind")
    world.draft(report, 2, progress="Another text.")
    assert [str(one) for one in checking.problems(report)] == [
        "Action 1: select the status.",
        "Action 1: enter the progress.",
        "Action 1: mark the entry as ready.",
        "Action 2: enter the progress.",
        "Action 2: choose between two texts that were saved.",
        "Action 2: mark the entry as ready.",
    ]


def test_report_with_nothing_left_to_do_has_no_problems(world: World) -> None:
    world.open(2020)
    assert checking.problems(world.write(world.report(2020))) == []


def test_nil_report_has_no_problems(world: World) -> None:
    world.open(2020)
    report = filing.set_nil(actor=world.leader, report=world.report(2020), reason="We have no boats.")
    assert checking.problems(report) == []


PLANNED = [
    Asked("FEN-1/D01/2021/1", "", 1, "More boats."),
    Asked("FEN-1/D01/2021/2", "", 2, "Faster boats."),
    Asked("FEN-1/D02/2021/1", "D02", 1, "Ships."),
]


def notes(*answers: ActivityAnswer, planned: str = "Ships.", status: str = "behind") -> list[tuple[str, str]]:
    content = Content(status, "P", planned, answers=answers)
    return [(one.field, one.sentence) for one in notes_of(1, content, PLANNED)]


UNANSWERED = "of 3 planned activities have no answer. The public page will say “Unanswered”"
ALL_DONE = tuple(ActivityAnswer(one.number, "done", department=one.department) for one in PLANNED)


def test_plans_without_an_answer_are_counted_and_the_first_is_where_the_note_leads() -> None:
    assert notes() == [("activity-own-1-answer", f"3 {UNANSWERED}")]
    assert notes(ALL_DONE[0]) == [("activity-own-2-answer", f"2 {UNANSWERED}")]
    assert notes(*ALL_DONE[:2]) == [("activity-D02-1-answer", f"1 {UNANSWERED.replace('have', 'has')}")]
    assert notes(*ALL_DONE) == []


def test_answer_without_a_reason_is_noted_unless_it_is_done() -> None:
    rest = ALL_DONE[:2]
    assert notes(*rest, ActivityAnswer(1, "dropped", " ", department="D02")) == [
        ("activity-D02-1-reason", "no reason is given for FEN-1/D02/2021/1")
    ]
    assert notes(*rest, ActivityAnswer(1, "dropped", "No money.", department="D02")) == []


def test_carried_forward_to_nothing_is_noted() -> None:
    to_nothing = ActivityAnswer(1, "carried_forward", "Later.", department="D02")
    assert notes(*ALL_DONE[:2], to_nothing) == [
        ("activity-D02-1-carried", "FEN-1/D02/2021/1 is carried forward to no activity")
    ]
    by_words = ActivityAnswer(1, "carried_forward", "Later.", department="D02", carried_words="Ships.")
    assert notes(*ALL_DONE[:2], by_words) == []
    by_number = ActivityAnswer(1, "carried_forward", "Later.", 1, "D02")
    assert notes(*ALL_DONE[:2], by_number) == []


def test_nothing_planned_is_noted_where_the_action_applies() -> None:
    assert notes(*ALL_DONE, planned=" ") == [("planned", "nothing is planned for the next year")]
    assert notes(*ALL_DONE, planned="", status="not_applicable") == []


def test_note_stops_nobody(world: World) -> None:
    world.open(2020)
    world.reported(2020)
    world.open(2021)
    report = world.report(2021)
    world.submit(report, planned="")
    content = working.contents_of_drafts(report)[1]
    fields = [one.field for one in notes_of(1, content, working.asked(report)[1])]
    assert fields == ["activity-own-1-answer", "planned"]
