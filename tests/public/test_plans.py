"""What was planned for a year beside what came of it: counted without texts as it is shown with them."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.test import Client, TestCase
from django.utils import timezone
from lxml import html

from reporting.domain import departments, outcomes, publication, published, review, rounds
from reporting.domain.editions import ActivityAnswer, Content
from reporting.models import Edition
from reporting.public import plans
from reporting.web.reading import read
from strategy.models import Department
from tests.exchange.pages import page, visible
from tests.world import SECRET, World, day

TWO = "Paint the ferry.\n\n- And a second thing"


def report(world: World, year: int, body: Department, dated: str = "", **said: Any) -> Edition:
    """Of action 1 alone, as taken in from elsewhere."""
    content = Content(**{"progress": f"{body.code} worked in {year}.", "planned": TWO, **said})
    edition = review.accept_published(
        actor=world.reviewer,
        report=world.report(year, body),
        contents={1: content},
        known_from=day(f"{year + 1}-02-01"),
    )
    world.publish(edition, dated or f"{year + 1}-02-01")
    return edition


def every_outcome() -> World:
    """Two activities of each of eight departments, planned for 2021; the eighth is the first's successor."""
    world = World.small(8, actions=1)
    answered, silent, late, excused, withdrawn, closed, hidden, heir = world.departments
    world.open(2020)
    for body in world.departments[:7]:
        report(world, 2020, body)
    departments.close_department(actor=world.reviewer, department=closed, closed=day("2020-12"))
    departments.record_succession(actor=world.reviewer, old=late, new=heir, on=day("2021-01"), kind="merged")
    world.open(2021, due=date(2022, 2, 15))
    own = (ActivityAnswer(1, "done"), ActivityAnswer(2, "carried_forward", "It rained.", carried_to=1))
    report(world, 2021, answered, answers=own, planned="Paint it in spring.")
    report(world, 2021, silent)
    taken_over = ActivityAnswer(1, "partly_done", "One side is green.", department=late.code)
    report(world, 2021, heir, answers=(taken_over,))
    review.excuse(actor=world.reviewer, report=world.report(2021, excused), reason="A flood.")
    gone = report(world, 2021, withdrawn, answers=own[:1])
    publication.withdraw(gone, actor=world.reviewer, reason="It named a ferryman.")
    secret = (ActivityAnswer(1, "not_done", SECRET), ActivityAnswer(2, "dropped", SECRET))
    waiting = Content(progress=SECRET, planned=SECRET, answers=secret)
    review.accept_published(
        actor=world.reviewer,
        report=world.report(2021, hidden),
        contents={1: waiting},
        known_from=day("2022-02-01"),
    )
    return world


def rows(tree: html.HtmlElement, caption: str) -> list[list[str]]:
    table = next(one for one in tree.xpath("//table") if caption in visible(one.xpath("./caption")[0]))
    return [[visible(cell) for cell in row.xpath("./*")] for row in table.xpath("./tbody/tr")]


class TestOutcomes(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = every_outcome()

    def test_government_counts_every_outcome(self) -> None:
        tree = page(Client(), self.world.address("plans/2021/"))
        assert rows(tree, "What came of them") == [
            ["Done", "1"],
            ["Partly done", "1"],
            ["Carried forward", "1"],
            ["Unanswered", "2"],
            ["Report excused", "2"],
            ["Report not published", "5"],
            ["No report due", "2"],
            ["Planned for 2021", "14"],
        ]
        assert rows(tree, "by action") == [
            [
                "1. Boats online",
                "14",
                "1 done, 1 partly done, 1 carried forward, 2 unanswered, 2 with report excused,"
                " 5 with report not published, 2 with no report due",
            ]
        ]
        assert rows(tree, "by department") == [
            ["Ministry 1", "Published", "2", "1 done, 1 carried forward"],
            ["Ministry 2", "Published", "2", "2 unanswered"],
            ["Ministry 3", "Not published", "2", "1 partly done, 1 with report not published"],
            ["Ministry 4", "Excused", "2", "2 with report excused"],
            ["Ministry 5", "Not published", "2", "2 with report not published"],
            ["Ministry 6", "none was due", "2", "2 with no report due"],
            ["Ministry 7", "Not published", "2", "2 with report not published"],
            ["Ministry 8", "Published", "0", "No report for 2020 is published"],
        ]

    def test_picture_says_what_its_table_says(self) -> None:
        tree = page(Client(), self.world.address("plans/2021/"))
        said = [visible(one) for one in tree.xpath("//svg[@role='img']/text")]
        assert said == [": ".join(row) for row in rows(tree, "What came of them")[:-1]]

    def test_counted_is_what_is_read(self) -> None:
        """The summary query and the texts agree, for every department."""
        now, strategy = timezone.now(), self.world.strategy
        reading = read(strategy, now)
        counted = outcomes.planned(
            strategy, 2021, now, round=reading.round(2021), standings=reading.standings
        ).by_department()
        for body in self.world.departments:
            entries = [row for row in reading.entries.values() if (row.department_id, row.year) == (body.pk, 2020)]
            standing = reading.standings.get((body.pk, 2021))
            shown = outcomes.of_entries(entries, standing, reading.round(2021))
            assert str(shown) == str(counted[body.pk]), body

    def test_department_shows_answers_with_their_reasons_beside_progress(self) -> None:
        tree = page(Client(), self.world.address("departments/ministry-1/plans/2021/"))
        answers = [" ".join(one.text_content().split()) for one in tree.xpath("//*[contains(@class, 'st-answer')]")]
        assert answers == ["Done:", "Carried forward: It rained. Now FEN-1/D01/2022/1."]
        references = [one.text_content() for one in tree.xpath("//a[contains(@class, 'st-ref')]")]
        assert references == ["2021/1", "2021/2"]
        assert "D01 worked in 2021." in visible(tree.xpath("//*[@class='st-say st-say--said']")[0])
        assert "2 planned activities: 1 done, 1 carried forward." in visible(tree)

    def test_successors_answer_stands_and_the_rest_says_how_the_report_stands(self) -> None:
        text = visible(page(Client(), self.world.address("departments/ministry-3/plans/2021/")))
        assert "Report for 2021 Not published" in text
        assert "1 partly done, 1 with report not published" in text
        text = visible(page(Client(), self.world.address("departments/ministry-5/plans/2021/")))
        assert "It named a ferryman." in text
        text = visible(page(Client(), self.world.address("departments/ministry-6/plans/2021/")))
        assert "none was due from this department" in text

    def test_action_shows_the_same_of_all_departments(self) -> None:
        tree = page(Client(), self.world.address("actions/1/plans/2021/"))
        assert [visible(one) for one in tree.xpath("//section[@class='st-action']/h2")] == [
            f"Ministry {number}" for number in range(1, 8)
        ]
        assert "14 planned activities: 1 done, 1 partly done" in visible(tree)

    def test_year_whose_reports_were_not_asked_for(self) -> None:
        """Nor is the secret plan counted."""
        tree = page(Client(), self.world.address("plans/2022/"))
        assert "have not been asked for yet" in visible(tree)
        assert rows(tree, "What came of them") == [
            ["Report not yet due", "5"],
            ["Planned for 2022", "5"],
        ]

    def test_years_that_nothing_can_be_planned_for_are_not_there(self) -> None:
        for year in (2020, 2023, 99999999999999999999):
            for place in ("", "departments/ministry-1/", "actions/1/"):
                assert Client().get(self.world.address(f"{place}plans/{year}/")).status_code == 404

    def test_pages_by_key(self) -> None:
        address = self.world.address("actions/1/plans/2021/")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plans, "MOST", 3)
            tree = page(Client(), address)
            assert shown(tree) == ["D01", "D02", "D03"]
            found = [shown(tree)]
            while following := tree.xpath("//a[@rel='next']/@href"):
                tree = page(Client(), following[0])
                found.append(shown(tree))
            assert found == [["D01", "D02", "D03"], ["D04", "D05", "D06"], ["D07"]]
            assert tree.xpath("//a[@rel='prev']/@href") == [f"{address}?after=ministry-3"]
            for unknown in ("ministry-7", "ministry-8", "none", "%00", "x" * 10_000, "%ED%A0%80"):
                assert shown(page(Client(), f"{address}?after={unknown}")) == ["D01", "D02", "D03"]


def shown(tree: html.HtmlElement) -> list[str]:
    return tree.xpath("//section[@class='st-action']/h2/@id")


@pytest.mark.django_db
def test_history_says_that_no_answer_is_recorded(client: Client) -> None:
    world = World.small(2, actions=1)
    for year in (2019, 2020):
        rounds.open_history(actor=world.reviewer, strategy=world.strategy, year=year)
    report(world, 2019, world.departments[0])
    report(world, 2020, world.departments[0], planned="")
    tree = page(client, world.address("departments/ministry-1/plans/2020/"))
    assert "No answer is recorded for 2020" in visible(tree)
    assert [one.text_content() for one in tree.xpath("//*[contains(@class, 'st-answer')]")] == [
        "No answer recorded"
    ] * 2
    assert rows(page(client, world.address("plans/2020/")), "What came of them")[0] == ["No answer recorded", "2"]


@pytest.mark.django_db
def test_answer_of_its_own_stands_before_a_successors(client: Client) -> None:
    world = World.small(3, actions=1)
    old, one, other = world.departments
    world.open(2020)
    report(world, 2020, old)
    for new in (one, other):
        departments.record_succession(actor=world.reviewer, old=old, new=new, on=day("2021-01"), kind="split")
    world.open(2021)
    for body, said in ((other, "dropped"), (one, "not_done")):
        answers = tuple(ActivityAnswer(number, said, "Why.", department=old.code) for number in (1, 2))
        report(world, 2021, body, answers=answers)
    report(world, 2021, old, answers=(ActivityAnswer(1, "done"),))
    reading = read(world.strategy, timezone.now(), department=old.pk)
    plan = reading.entries[old.pk, 1, 2020]
    assert [activity.answer.answer for activity in plan.activities if activity.answer] == ["done", "not_done"]
    counted = outcomes.planned(
        world.strategy, 2021, timezone.now(), round=reading.round(2021), standings=reading.standings
    )
    assert counted.all.said == Counter(done=1, not_done=1)
    assert published.entries(world.strategy, reading.editions)[0].edition == 1
