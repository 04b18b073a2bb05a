"""Cutting an edition: frozen rows, lasting identities of activities, answers, the name as it was."""

from collections.abc import Sequence

import pytest
from django.db import IntegrityError, transaction

from reporting.domain import departments, editions
from reporting.domain.editions import ActivityAnswer, Content
from reporting.domain.errors import NotPossible
from reporting.models import Edition, EditionActivity, EditionAnswer, Event, PlannedActivity, Report
from tests.world import World, day


@pytest.fixture
def report(world: World) -> Report:
    world.open(2020)
    world.open(2021)
    return world.report(2020)


def cut(
    world: World, report: Report, planned: str = "", answers: Sequence[ActivityAnswer] = (), number: int = 1
) -> Edition:
    content = Content(progress="Progress.", planned=planned, answers=tuple(answers))
    return editions.cut_edition(
        actor=world.reviewer, report=report, contents={number: content}, known_from=day("2021")
    )


def numbered(edition: Edition) -> list[tuple[int, str]]:
    """The activities of an edition in their order: the number that each keeps, and its words."""
    rows = EditionActivity.objects.filter(entry__edition=edition).order_by("entry", "statement")
    return list(rows.values_list("activity__number", "text"))


def answers(edition: Edition) -> list[tuple[str, str, str, str | None]]:
    rows = EditionAnswer.objects.filter(entry__edition=edition).select_related("activity", "carried_to")
    return [
        (
            f"{row.activity.year}/{row.activity.number}",
            row.answer,
            row.reason,
            f"{row.carried_to.year}/{row.carried_to.number}" if row.carried_to else None,
        )
        for row in rows
    ]


# What an edition holds -------------------------------------------------------------------------------


def test_edition_holds_the_words_as_they_are(world: World, report: Report) -> None:
    said = Content("behind", "  Two\n\n\nparagraphs. \n", "- `one`\n- __two__", "*Note*")
    edition = editions.cut_edition(actor=world.reviewer, report=report, contents={1: said, 2: Content(notes="N")})
    assert editions.contents_of(edition) == {1: said, 2: Content(notes="N")}


def test_edition_leaves_out_actions_that_say_nothing(world: World, report: Report) -> None:
    contents = {1: Content(), 2: Content(progress="Something.")}
    edition = editions.cut_edition(actor=world.reviewer, report=report, contents=contents)
    assert list(edition.entries.values_list("action__number", flat=True)) == [2]


def test_edition_of_nothing_refused(world: World, report: Report) -> None:
    before = Event.objects.count()
    with pytest.raises(NotPossible, match=r"The report says nothing yet: fill in an action, or give one reason"):
        editions.cut_edition(actor=world.reviewer, report=report, contents={1: Content()})
    assert (Edition.objects.count(), Event.objects.count()) == (0, before)


def test_editions_are_numbered_per_report(world: World, report: Report) -> None:
    other = world.report(2020, world.departments[1])
    numbers = [cut(world, one).number for one in (report, report, other, report, world.report(2021))]
    assert numbers == [1, 2, 1, 3, 1]


def test_edition_keeps_the_name_as_it_was(world: World, report: Report) -> None:
    departments.rename_department(
        actor=world.reviewer,
        department=report.department,
        name="Ministry of Fens",
        acronym="MOF",
        since=day("2021-06"),
    )
    report = Report.objects.get(pk=report.pk)
    names = [
        editions.cut_edition(
            actor=world.reviewer, report=report, contents={1: Content(progress="P")}, name_on=day(on)
        )
        for on in ("2020-12-31", "2021-05-31", "2021-06", "2021-06-01", "2022")
    ]
    assert [(edition.department_name, edition.department_acronym) for edition in names] == [
        ("Ministry 1", "D01"),
        ("Ministry 1", "D01"),
        ("Ministry of Fens", "MOF"),
        ("Ministry of Fens", "MOF"),
        ("Ministry of Fens", "MOF"),
    ]


def test_edition_is_one_event_that_names_its_digest(world: World, report: Report) -> None:
    before = Event.objects.count()
    edition = editions.cut_edition(
        actor=world.reviewer,
        report=report,
        contents={1: Content(progress="P")},
        change_note="Why.",
        source_name="report.txt",
        source_sha256="0" * 64,
    )
    event = Event.objects.latest("sequence")
    assert (event.verb, event.subject, Event.objects.count()) == ("edition.cut", "FEN/D01/2020/e1", before + 1)
    assert f'"digest":"{edition.digest}"' in event.data
    assert '"note":"Why.","source":"report.txt"' in event.data


def test_same_words_in_another_report_have_another_digest(world: World, report: Report) -> None:
    assert cut(world, report).digest != cut(world, world.report(2020, world.departments[1])).digest


# Planned activities keep their identity --------------------------------------------------------------

PLAN = "Renew boat licences online.\n\n- Print letters in large type\n- Answer the telephone within a minute"


def test_activities_are_numbered_in_the_order_of_the_plan(world: World, report: Report) -> None:
    assert numbered(cut(world, report, PLAN)) == [
        (1, "Renew boat licences online."),
        (2, "Print letters in large type"),
        (3, "Answer the telephone within a minute"),
    ]
    found = PlannedActivity.objects.values_list("action__number", "department__code", "year", "number")
    assert list(found) == [(1, "D01", 2021, 1), (1, "D01", 2021, 2), (1, "D01", 2021, 3)]


def test_activities_reworded_keep_their_numbers(world: World, report: Report) -> None:
    cut(world, report, PLAN)
    second = PLAN.replace("large type", "very large type").replace("Renew", "We will renew")
    assert numbered(cut(world, report, second)) == [
        (1, "We will renew boat licences online."),
        (2, "Print letters in very large type"),
        (3, "Answer the telephone within a minute"),
    ]
    assert PlannedActivity.objects.count() == 3


def test_activities_reordered_keep_their_numbers(world: World, report: Report) -> None:
    cut(world, report, PLAN)
    second = "- Answer the telephone within a minute\n- Renew boat licences online.\n- Print letters in large type"
    assert [number for number, _ in numbered(cut(world, report, second))] == [3, 1, 2]


def test_activity_removed_leaves_its_number_unused(world: World, report: Report) -> None:
    cut(world, report, PLAN)
    second = cut(world, report, "Renew boat licences online.\n\n- Answer the telephone within a minute")
    assert [number for number, _ in numbered(second)] == [1, 3]
    third = cut(world, report, "Renew boat licences online.\n\n- Count every heron twice a year")
    assert numbered(third) == [(1, "Renew boat licences online."), (4, "Count every heron twice a year")]


def test_activity_added_has_the_next_number(world: World, report: Report) -> None:
    cut(world, report, PLAN)
    second = cut(world, report, f"Count every heron twice a year\n\n{PLAN}")
    assert [number for number, _ in numbered(second)] == [4, 1, 2, 3]


def test_activities_reworded_reordered_removed_and_added_at_once(world: World, report: Report) -> None:
    cut(world, report, PLAN)
    second = "- Answer the telephone within half a minute\n- Count every heron twice a year\n- Renew boat licences online."
    assert numbered(cut(world, report, second)) == [
        (3, "Answer the telephone within half a minute"),
        (4, "Count every heron twice a year"),
        (1, "Renew boat licences online."),
    ]
    assert PlannedActivity.objects.count() == 4


def test_activity_that_comes_back_has_its_number_again(world: World, report: Report) -> None:
    cut(world, report, PLAN)
    cut(world, report, "Renew boat licences online.")
    third = cut(world, report, PLAN)
    assert [number for number, _ in numbered(third)] == [1, 2, 3]
    assert PlannedActivity.objects.count() == 3


def test_activity_reworded_twice_is_known_by_its_latest_words(world: World, report: Report) -> None:
    cut(world, report, "Print the letters in large type for everybody")
    cut(world, report, "Print the letters and forms in large black type")
    third = cut(world, report, "Send out forms and notices in large black type")
    assert numbered(third) == [(1, "Send out forms and notices in large black type")]


def test_activities_with_the_same_words_are_two(world: World, report: Report) -> None:
    edition = cut(world, report, "- The same again\n- The same again")
    assert [number for number, _ in numbered(edition)] == [1, 2]
    assert [number for number, _ in numbered(cut(world, report, "- The same again\n- The same again"))] == [1, 2]


def test_activities_of_other_departments_years_and_actions_are_others(world: World, report: Report) -> None:
    """Every plan starts with 1, whatever stands in the neighbours'."""
    others = [
        cut(world, report, PLAN),
        cut(world, world.report(2020, world.departments[1]), PLAN),
        cut(world, world.report(2021), PLAN),
        cut(world, report, PLAN, number=2),
    ]
    assert [[number for number, _ in numbered(edition)] for edition in others] == [[1, 2, 3]] * 4
    assert PlannedActivity.objects.count() == 12


@pytest.mark.parametrize(
    "planned, activities",
    [
        ("In 2021 we will:\n\n- mend the boats\n- paint them", [(1, "mend the boats"), (2, "paint them")]),
        ("We will mend boats. In spring we will:\n\n- paint them", [(0, "We will mend boats."), (1, "paint them")]),
        ("We will mend boats.", [(0, "We will mend boats.")]),
        ("Nothing but this:", []),
        ("", []),
    ],
)
def test_last_sentence_before_a_colon_is_a_lead_in_and_no_activity(
    world: World, report: Report, planned: str, activities: list[tuple[int, str]]
) -> None:
    edition = cut(world, report, planned)
    rows = EditionActivity.objects.filter(entry__edition=edition).order_by("statement")
    assert list(rows.values_list("statement", "text")) == activities
    assert list(edition.entries.values_list("planned", flat=True)) == [planned]


# Answers ---------------------------------------------------------------------------------------------


@pytest.fixture
def following(world: World, report: Report) -> Report:
    """The report of 2021, for which two activities were planned."""
    cut(world, report, "- Mend every boat\n- Count all herons")
    return world.report(2021)


def test_answers_name_what_was_planned_and_where_it_went(world: World, following: Report) -> None:
    given = [ActivityAnswer(1, "done"), ActivityAnswer(2, "carried_forward", "Fog.", 1)]
    edition = cut(world, following, "Count the herons after all", given)
    assert answers(edition) == [("2021/1", "done", "", None), ("2021/2", "carried_forward", "Fog.", "2022/1")]
    assert editions.contents_of(edition)[1].answers == tuple(given)


def test_answers_in_any_order_are_one_edition(world: World, following: Report) -> None:
    given = [ActivityAnswer(2, "not_done", "Fog."), ActivityAnswer(1, "done")]
    edition = cut(world, following, answers=given)
    assert answers(edition) == [("2021/1", "done", "", None), ("2021/2", "not_done", "Fog.", None)]
    assert editions.digest_of(edition, editions.rows_of(edition)) == edition.digest


@pytest.mark.parametrize(
    "answer, sentence",
    [
        (ActivityAnswer(3, "done"), "Action 1 has no activity 3 planned for 2021."),
        (ActivityAnswer(1, "carried_forward", "Fog.", 9), "Action 1 has no activity 9 for 2022."),
    ],
)
def test_answer_that_does_not_hold_refused(
    world: World, following: Report, answer: ActivityAnswer, sentence: str
) -> None:
    before = (Edition.objects.count(), PlannedActivity.objects.count(), Event.objects.count())
    with pytest.raises(NotPossible) as refused:
        cut(world, following, "Count the herons after all", [answer])
    assert str(refused.value) == sentence
    assert (Edition.objects.count(), PlannedActivity.objects.count(), Event.objects.count()) == before


def test_answer_to_anothers_activity_refused(world: World, following: Report) -> None:
    other = world.report(2021, world.departments[1])
    with pytest.raises(NotPossible, match=r"Action 1 has no activity 1 planned for 2021\."):
        cut(world, other, answers=[ActivityAnswer(1, "done")])
    with pytest.raises(NotPossible, match=r"Action 2 has no activity 1 planned for 2021\."):
        cut(world, following, answers=[ActivityAnswer(1, "done")], number=2)


@pytest.mark.parametrize(
    "answer", [ActivityAnswer(1, "perhaps", "Why not."), ActivityAnswer(1, "dropped", "Fog.", 1)]
)
def test_answer_that_is_none_refused_by_the_database(
    world: World, following: Report, answer: ActivityAnswer
) -> None:
    """A closed list; and only what is carried forward leads to another activity."""
    with pytest.raises(IntegrityError), transaction.atomic():
        cut(world, following, "Count the herons after all", [answer])
    assert Edition.objects.filter(report=following).count() == 0
