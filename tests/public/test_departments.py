"""Departments that change: closed ones name their successors, and these what they took over."""

import pytest
import time_machine
from django.test import Client, TestCase
from lxml import html

from reporting.domain import departments, inheritance, publication, review
from reporting.domain.editions import ActivityAnswer, Content
from reporting.models import Report
from tests.public.test_matrix import words
from tests.world import SECRET, World, at, day


def page_of(slug: str) -> html.HtmlElement:
    return html.fromstring(Client().get(f"/departments/{slug}/").content)


class TestSuccession(TestCase):
    """The first department went into the second and the third; it reported on 2020 and planned for 2021."""

    world: World

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = world = World.small(4, actions=2)
        one, two, three, four = world.departments
        world.publish(world.commit("Licences will be sold.", 1, one), "2019-06")
        world.publish(world.commit("Another one.", 2, four), "2019-06")
        world.commit(f"{SECRET} commitment", 2, one)
        for year in (2019, 2020, 2021):
            world.open(year)
        cls.taken_in(one, 2019, {1: Content("", "Done.", "Old plan, reported on.")})
        plans = "Paint the ferry.\n\nLight the quay.\n\nCount the herons."
        cls.taken_in(one, 2020, {1: Content("", "Done.", plans), 2: Content("", "", "Write letters.")})
        actor = world.reviewer
        departments.record_succession(actor=actor, old=one, new=two, on=day("2021-03"), kind="split")
        departments.record_succession(actor=actor, old=one, new=three, on=day("2021-04-05"), kind="moved")
        departments.close_department(actor=actor, department=one, closed=day("2021-04-05"))
        departments.close_department(actor=actor, department=four, closed=day("2099-01"))
        answers = (
            ActivityAnswer(1, "done", department=one.code),
            ActivityAnswer(2, "dropped", "No lamps.", department=one.code),
        )
        cls.taken_in(two, 2021, {1: Content("", "It is painted.", "", answers=answers)})

    @classmethod
    def taken_in(cls, body: object, year: int, contents: dict[int, Content], dated: str = "") -> None:
        report = Report.objects.select_related("round__strategy", "department").get(
            department=body, round__year=year
        )
        edition = review.accept_published(
            actor=cls.world.reviewer, report=report, contents=contents, known_from=day(f"{year + 1}-02-01")
        )
        cls.world.publish(edition, dated or f"{year + 1}-02-01")

    def taken_over(self, slug: str) -> dict[str, list[str]]:
        [section] = page_of(slug).findall(".//section[@aria-labelledby='from-ministry-1']")
        heads = [(one.text_content(), one.find("a").get("href")) for one in section.findall("h3")]
        stories = [self.world.address(f"departments/ministry-1/actions/{number}/") for number in (1, 2)]
        assert [address for _, address in heads] == stories
        lists = [[" ".join(one.text_content().split()) for one in rows] for rows in section.findall("ul")]
        return dict(zip([words for words, _ in heads], lists, strict=True))

    def test_closed_department_says_since_when_and_who_came_after(self) -> None:
        page = page_of("ministry-1")
        assert "This department closed: 5 April 2021." in words(page)
        [inset] = page.find_class("govuk-inset-text")
        assert [(one.text, one.get("href")) for one in inset.iter("a")] == [
            ("Ministry 2", "/departments/ministry-2/"),
            ("Ministry 3", "/departments/ministry-3/"),
        ]
        said = " ".join(inset.text_content().split())
        assert "Split into Ministry 2, March 2021. Functions moved to Ministry 3, 5 April 2021." in said
        closing = " ".join(page_of("ministry-4").find_class("govuk-inset-text")[0].text_content().split())
        assert closing == "This department closes: January 2099. No successor is recorded."
        assert page_of("ministry-2").find_class("govuk-inset-text") == []

    def test_successors_list_what_they_took_over_with_the_answers(self) -> None:
        """Of the plans those for a year that was not reported on; the report of one successor answers for both."""
        unanswered = "No published report says what became of it."
        plans = [
            "Planned for 2021: Paint the ferry. FEN-1/D01/2021/1 Done Ministry 2, report for 2021.",
            "Planned for 2021: Light the quay. FEN-1/D01/2021/2 Dropped Ministry 2, report for 2021. No lamps.",
            f"Planned for 2021: Count the herons. FEN-1/D01/2021/3 {unanswered}",
        ]
        letters = [f"Planned for 2021: Write letters. FEN-2/D01/2021/1 {unanswered}"]
        for number in (2, 3):
            committed = f"Commitment made. What D0{number} says of the action 1: Fenland Better Services Plan"
            assert self.taken_over(f"ministry-{number}") == {
                "Fenland Better Services Plan, action 1: Boats online": [committed, *plans],
                "Fenland Better Services Plan, action 2: Plain letters": letters,
            }
        assert "Taken over" not in words(page_of("ministry-1")) + words(page_of("ministry-4"))
        assert SECRET not in words(page_of("ministry-2"))

    def test_answer_and_plan_are_there_from_their_hour_on(self) -> None:
        world = self.world
        edition = Report.objects.get(department=world.departments[1], round__year=2021).editions.get()
        publication.withdraw(edition, actor=world.reviewer, reason="It named a person.")
        assert "Dropped" not in words(page_of("ministry-3"))
        with time_machine.travel(at("2021-01-31 23:59"), tick=False):
            assert "Paint the ferry" not in words(page_of("ministry-3"))
        with time_machine.travel(at("2021-02-01 00:00"), tick=False):
            assert "Paint the ferry" in words(page_of("ministry-3"))
        plans = Report.objects.get(department=world.departments[0], round__year=2020).editions.get()
        publication.withdraw(plans, actor=world.reviewer, reason="It named a person.")
        assert "Paint the ferry" not in words(page_of("ministry-3"))

    def test_plan_is_open_no_more_where_its_department_reported_after_all(self) -> None:
        self.taken_in(self.world.departments[0], 2021, {1: Content("", "All of it.")})
        assert "Paint the ferry" not in words(page_of("ministry-2"))
        assert "Commitment made." in words(page_of("ministry-2"))


def test_long_inheritance_is_cut_and_says_so(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inheritance, "MOST", 3)
    world = World.small(2).full((2020,))
    one, two = world.departments
    departments.record_succession(actor=world.reviewer, old=one, new=two, on=day("2021-04"), kind="merged")
    page = page_of("ministry-2")
    assert words(page).count("Planned for 2021:") == 3
    assert "1 planned activity more stands in the reports of the departments before." in words(page)
