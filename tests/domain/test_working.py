"""What a report is asked about, what it says, and how that becomes an edition."""

import hashlib
import json

import pytest

from reporting.domain import departments, editions, review, rounds, working
from reporting.domain.editions import ActivityAnswer, Content, Evidence, contents_of
from reporting.domain.errors import NotPossible
from reporting.models import DraftSave, EditionAnswer, Report
from strategy.models import Department
from tests.world import World, day

PAGE = {"address": "https://example.org/boats", "title": "Boats", "date": "March 2021"}


def said(**fields: object) -> Content:
    """What a draft with these fields says."""
    return working.content_of(DraftSave(**fields))


def test_category_and_reason_stand_only_for_what_is_not_applicable() -> None:
    why = {"category": "other", "reason": "We have no boats."}
    assert said(status="not_applicable", **why) == Content("not_applicable", **why)
    assert said(status="behind", **why) == Content("behind")


def test_answers_that_nobody_gave_are_left_out_and_the_others_stand_in_order() -> None:
    rows = [
        {"activity": 2, "answer": "done", "reason": "", "department": "OLD"},
        {"activity": 3, "answer": "", "reason": "Half a sentence"},
        {"activity": 2, "answer": "carried_forward", "reason": "Later.", "carried_words": "More boats"},
        {"activity": 1, "answer": "dropped", "reason": "No money.", "carried_words": "More boats"},
    ]
    assert said(answers=rows).answers == (
        ActivityAnswer(1, "dropped", "No money."),
        ActivityAnswer(2, "carried_forward", "Later.", carried_words="More boats"),
        ActivityAnswer(2, "done", department="OLD"),
    )


def test_evidence_without_a_word_is_left_out() -> None:
    assert said(evidence=[{"address": " ", "title": "", "date": ""}, PAGE]).evidence == (Evidence(**PAGE),)


# What was planned the year before ----------------------------------------------------------------------


def asked(report: Report, number: int = 1) -> list[tuple[str, str, int, str]]:
    return [(one.reference, one.department, one.number, one.words) for one in working.asked(report).get(number, [])]


def planned(world: World, department: Department | None = None) -> None:
    world.reported(2020, department, planned="More boats.\n\n- Faster boats")


OWN = [
    ("FEN-1/D01/2021/1", "", 1, "More boats."),
    ("FEN-1/D01/2021/2", "", 2, "Faster boats"),
]
TAKEN_OVER = [
    ("FEN-1/D02/2021/1", "D02", 1, "More boats."),
    ("FEN-1/D02/2021/2", "D02", 2, "Faster boats"),
]


def test_report_is_asked_about_what_was_planned_for_its_year(world: World) -> None:
    world.open(2020)
    planned(world)
    world.open(2021)
    assert asked(world.report(2021)) == OWN
    assert asked(world.report(2021), 3) == []
    assert working.asked(world.report(2021, world.departments[1])) == {}
    assert working.last_year(world.report(2021))[1].planned == "More boats.\n\n- Faster boats"


def test_round_that_asks_for_no_answers_asks_for_none(world: World) -> None:
    world.open(2020)
    planned(world)
    world.open(2021, asks_answers=False)
    assert working.asked(world.report(2021)) == {}


def test_report_is_asked_about_the_plan_as_it_was_corrected(world: World) -> None:
    world.open(2020)
    planned(world)
    world.corrected(world.report(2020), planned="Faster boats.\n\nShips.")
    world.open(2021)
    assert asked(world.report(2021)) == [
        ("FEN-1/D01/2021/2", "", 2, "Faster boats."),
        ("FEN-1/D01/2021/3", "", 3, "Ships."),
    ]


@pytest.fixture
def successor(world: World) -> Report:
    """Department 1 takes over from department 2, which is closed before the round of 2021 opens."""
    old, new = world.departments[1], world.departments[0]
    world.open(2020)
    planned(world)
    planned(world, old)
    departments.record_succession(actor=world.reviewer, old=old, new=new, on=day("2021-04"), kind="merged")
    departments.close_department(actor=world.reviewer, department=old, closed=day("2021-04"))
    world.open(2021)
    return world.report(2021)


def test_successor_is_asked_about_plans_of_a_predecessor_that_no_longer_reports(successor: Report) -> None:
    assert sorted(asked(successor)) == OWN + TAKEN_OVER
    assert {one.key for one in working.asked(successor)[1]} == {"own-1", "D02-1", "own-2", "D02-2"}


def test_predecessor_with_a_report_of_its_own_answers_for_itself(world: World, successor: Report) -> None:
    rounds.report_of(actor=world.reviewer, round=successor.round, department=world.departments[1])
    assert asked(successor) == OWN


def test_answers_of_a_successor_stand_in_its_edition(world: World, successor: Report) -> None:
    rows = [
        {"activity": 1, "answer": "done", "reason": ""},
        {"activity": 1, "answer": "dropped", "reason": "No money.", "department": "D02"},
    ]
    world.draft(successor, 1, status="behind", progress="P", answers=rows)
    content = working.contents_of_drafts(successor)[1]
    edition = editions.cut_edition(actor=world.reviewer, report=successor, contents={1: content})
    assert [(str(one.activity.department), one.answer) for one in EditionAnswer.objects.order_by("pk")] == [
        ("D01", "done"),
        ("D02", "dropped"),
    ]
    assert contents_of(edition)[1].answers == content.answers


# How it becomes an edition -----------------------------------------------------------------------------


def carried(world: World, words: str, plan: str = "Ships.\n\nFaster boats.") -> int | None:
    """The number of the activity that an answer with these words leads to."""
    world.open(2020)
    planned(world)
    world.open(2021)
    row = {"activity": 1, "answer": "carried_forward", "reason": "Later.", "carried_words": words}
    world.draft(world.report(2021), 1, status="behind", progress="P", planned=plan, answers=[row])
    contents = {1: working.contents_of_drafts(world.report(2021))[1]}
    edition = editions.cut_edition(actor=world.reviewer, report=world.report(2021), contents=contents)
    (answer,) = contents_of(edition)[1].answers
    return answer.carried_to


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Faster boats.", 2),
        ("Ships.", 1),
        ("Faster boats still", 2),
        ("Something else altogether", None),
        ("", None),
    ],
)
def test_carried_forward_leads_to_the_activity_with_these_words(
    world: World, words: str, number: int | None
) -> None:
    assert carried(world, words) == number


def test_answer_to_what_was_never_planned_refused(world: World) -> None:
    world.open(2020)
    content = Content(progress="P", answers=(ActivityAnswer(7, "done"),))
    with pytest.raises(NotPossible, match=r"^Action 1 has no activity 7 planned for 2020.$"):
        editions.cut_edition(actor=world.reviewer, report=world.report(2020), contents={1: content})


def test_answer_without_a_reason_is_kept_as_it_is(world: World) -> None:
    world.open(2020)
    planned(world)
    world.open(2021)
    content = Content(progress="P", answers=(ActivityAnswer(1, "not_done"),))
    edition = editions.cut_edition(actor=world.reviewer, report=world.report(2021), contents={1: content})
    assert contents_of(edition) == {1: content}


def test_later_fields_are_under_the_digest_only_where_they_say_something(world: World) -> None:
    world.open(2020)
    report = world.report(2020)
    edition = editions.cut_edition(
        actor=world.reviewer, report=report, contents={1: Content("behind", "P")}, known_from=day("2021-02")
    )
    entry = {"action": "FEN-1", "status": "behind", "progress": "P", "planned": "", "notes": ""}
    content = {
        "edition": "FEN/D01/2020/e1",
        "department": ["Ministry 1", ""],
        "nil": "",
        "note": "",
        "known_from": "2021-02",
        "source": ["", ""],
        "cut_at": edition.cut_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "entries": [{**entry, "activities": [], "answers": []}],
    }
    content["department"] = [edition.department_name, edition.department_acronym]
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert edition.digest == hashlib.sha256(written.encode()).hexdigest()


@pytest.mark.parametrize(
    "field", [{"category": "other"}, {"reason": "We have no boats."}, {"evidence": (Evidence(**PAGE),)}]
)
def test_later_fields_change_the_digest(world: World, field: dict[str, str]) -> None:
    world.open(2020)
    report = world.report(2020)
    plain = Content("not_applicable", "P")
    contents = [plain, Content("not_applicable", "P", **field)]  # type: ignore[arg-type]
    cut = [editions.cut_edition(actor=world.reviewer, report=report, contents={1: one}) for one in contents]
    entries = [editions._entry_content(editions.rows_of(one)[0]) for one in cut]
    (name,) = field
    assert {**entries[0], name: entries[1][name]} == entries[1]
    assert name not in entries[0]
    assert cut[0].digest != cut[1].digest
    assert contents_of(cut[1]) == {1: contents[1]}


def test_nil_report_is_accepted_without_entries(world: World) -> None:
    world.open(2020)
    report = world.review(world.report(2020))
    Report.objects.filter(pk=report.pk).update(nil_reason="We have no boats.")
    edition = review.accept_report(actor=world.reviewer, report=report)
    assert (edition.nil_reason, edition.entries.count()) == ("We have no boats.", 0)
