"""Departments of one year, or years of one department, side by side."""

from typing import Any

import pytest
from django.test import Client, TestCase
from lxml import html

from reporting.domain import comparing, editions, review, strategies
from reporting.domain.editions import Content
from reporting.models import Report
from reporting.web.marking import marked
from reporting.web.marking import words as words_of
from tests.exchange.commands import prepare, run
from tests.public.test_matrix import BAD, words
from tests.world import SECRET, World, day

LONG = "the ferry will carry every letter over the quiet river before the first bell"


def get(world: World, **asked: object) -> html.HtmlElement:
    return html.fromstring(Client().get(world.address("compare/"), asked).content)


def sections(page: html.HtmlElement) -> dict[str, list[list[str]]]:
    """By action, each group of columns with the words of each column."""
    return {
        section.find("h2").text_content(): [
            [" ".join(side.text_content().split()) for side in group] for group in section.find_class("st-beside")
        ]
        for section in page.findall(".//section[h2]")
    }


class TestCompare(TestCase):
    world: World

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = world = World.small(6, actions=2)
        world.open(2020)
        world.open(2021)
        cls.taken_in(
            1, 2020, Content("on_track", f"So {LONG}.", "It will *go* on."), Content("", "", "Only a plan.")
        )
        cls.taken_in(
            1, 2021, Content("behind", f"So {LONG}, at night.", "It will *go* on."), Content("completed", "One.")
        )
        cls.taken_in(2, 2021, Content("behind", f"Again [{LONG}](https://a.invalid/x) <b>.", "Sow some peas."))
        cls.taken_in(3, 2021, Content("stopped", "No.", "Sow some peas."))
        review.excuse(
            actor=world.reviewer, report=world.report(2021, world.departments[3]), reason="It was made in May."
        )
        world.write(world.report(2021, world.departments[4]), progress=SECRET, planned=SECRET)

    @classmethod
    def taken_in(cls, number: int, year: int, *said: Content) -> None:
        body = cls.world.departments[number - 1]
        report = Report.objects.select_related("round__strategy", "department").get(
            department=body, round__year=year
        )
        edition = review.accept_published(
            actor=cls.world.reviewer,
            report=report,
            contents=dict(enumerate(said, 1)),
            known_from=day(f"{year + 1}-02-01"),
        )
        cls.world.publish(edition, f"{year + 1}-02-01")

    def test_departments_of_one_year(self) -> None:
        page = get(self.world, department=["ministry-1", "ministry-3", "ministry-4", "ministry-5"], year=2021)
        assert page.findtext(".//h1/span") == "Fenland Better Services Plan"
        assert "Compare D01, D03, D04 and D05, 2021" in words(page)
        assert sections(page) == {
            "Action 1: Boats online": [
                [
                    f"Ministry 1 Status: Behind So {LONG}, at night.",
                    "Ministry 3 Status: Stopped No.",
                    "Ministry 4 Excused Reason: It was made in May.",
                    "Ministry 5 Not published",
                ],
                [
                    "Ministry 1 It will go on.",
                    "Ministry 3 Sow some peas.",
                    "Ministry 4 No plan for 2022 is published.",
                    "Ministry 5 No plan for 2022 is published.",
                ],
            ],
            "Action 2: Plain letters": [
                [
                    "Ministry 1 Status: Completed One.",
                    "Ministry 3 The report for 2021 says nothing about this action.",
                    "Ministry 4 Excused Reason: It was made in May.",
                    "Ministry 5 Not published",
                ]
            ],
        }
        assert SECRET not in words(page)

    def test_words_that_departments_share_are_marked(self) -> None:
        page = get(self.world, department=["ministry-1", "ministry-2", "ministry-3"], year=2021)
        columns = page.find_class("st-beside")[0]
        marks = [[" ".join(one.text_content().split()) for one in side.iter("mark")] for side in columns]
        assert marks == [[f"{LONG},"], [LONG], []]
        assert columns.find(".//a[@href='https://a.invalid/x']/mark") is not None
        plans = [[one.text for one in side.iter("mark")] for side in page.find_class("st-beside")[1]]
        assert plans == [[], [], []]  # three words are often the same
        assert "Marked words: the same 8 words or more" in words(page)
        alone = get(self.world, department=["ministry-1", "ministry-3"], year=2021)
        assert list(alone.iter("mark")) == []

    def test_two_years_of_one_department(self) -> None:
        page = get(self.world, department="ministry-1", year=[2020, 2021])
        assert sections(page) == {
            "Action 1: Boats online": [
                [
                    f"Progress during 2020 Status: On track So {LONG}.",
                    f"Progress during 2021 Status: Behind So {LONG}, at night.",
                ],
                ["Planned activities in 2021 It will go on.", "Planned activities in 2022 It will go on."],
            ],
            "Action 2: Plain letters": [
                [
                    "Progress during 2020 Status: Not recorded The report says nothing about progress on this action.",
                    "Progress during 2021 Status: Completed One.",
                ],
                [
                    "Planned activities in 2021 Only a plan.",
                    "Planned activities in 2022 No plan for 2022 is published.",
                ],
            ],
        }
        [difference] = page.find_class("st-difference")
        assert [(one.tag, one.text) for one in difference] == [("del", "bell."), ("ins", "bell, at night.")]
        assert words(page).count("The words are the same in both years.") == 1
        assert list(page.iter("mark")) == []

    def test_one_action_or_one_theme(self) -> None:
        both = {"department": ["ministry-1", "ministry-2"], "year": 2021}
        assert list(sections(get(self.world, **both, action=2))) == ["Action 2: Plain letters"]
        assert len(sections(get(self.world, **both, theme="Simpler services"))) == 2
        assert len(sections(get(self.world, **both, theme="None such", action=99))) == 2

    def test_too_few_and_too_many_are_told_what_to_choose(self) -> None:
        several = [f"ministry-{number}" for number in range(1, 7)]
        said: list[tuple[dict[str, Any], str]] = [
            ({}, "Choose two to four departments and a year, or one department and two years."),
            ({"department": several[0]}, "You chose one department. Choose one to three more, or two years of it."),
            ({"department": several[0], "year": 2021}, "You chose one department. Choose one to three more"),
            ({"department": several}, "You chose 6 departments. Choose two to four of them."),
            ({"department": several[:2], "year": [2020, 2021]}, "You chose several departments and several years."),
            ({"year": [2020, 2021]}, "Choose two to four departments and a year, or one department and two years."),
            (
                {"department": ["none", BAD, "x" * 10_000], "year": [BAD, "9" * 10_000]},
                "Choose two to four departments",
            ),
        ]
        for asked, sentence in said:
            response = Client().get(self.world.address("compare/"), asked)
            page = html.fromstring(response.content)
            assert (response.status_code, sentence in words(page)) == (200, True), asked
            ticked = [one.get("value") for one in page.findall(".//input[@name='department'][@checked]")]
            assert ticked == [one for one in several if one in asked.get("department", "")]

    def test_unknown_ones_are_the_same_as_none(self) -> None:
        plain = get(self.world, department=["ministry-1", "ministry-2"], year=2021)
        more = {"after": "9" * 5, "theme": BAD, "action": BAD, "as_at": BAD}
        other = get(
            self.world, department=["ministry-1", BAD, "ministry-2", "ministry-1"], year=[1999, 2021], **more
        )
        assert sections(other) == sections(plain)
        without_year = get(self.world, department=["ministry-2", "ministry-1"])
        assert sections(without_year) == sections(plain)


def test_long_comparison_goes_by_action(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World.small(2, actions=3).full((2021,))
    monkeypatch.setattr(comparing, "PAGE", 2)
    page = get(world, department=["ministry-1", "ministry-2"], year=2021)
    [link] = [one.get("href") for one in page.iter("a") if one.text == "Compare the actions after action 2"]
    following = html.fromstring(Client().get(link).content)
    shown = [[head[:8] for head in sections(one)] for one in (page, following)]
    assert shown == [["Action 1", "Action 2"], ["Action 3"]]
    assert [one.get("href") for one in following.iter("a") if one.text == "Back to the first action"] == [
        link.replace("&after=2", "")
    ]
    monkeypatch.setattr(comparing, "LONGEST", 100)  # one action, whatever its length
    assert [head[:8] for head in sections(get(world, department=["ministry-1", "ministry-2"], year=2021))] == [
        "Action 1"
    ]


def test_marks_between_all_words_make_no_page_too_large(db: None) -> None:
    """Every second word was changed, and each is several characters in HTML."""
    world = World.small(1, actions=3)
    for year, sign in ((2020, "<"), (2021, ">")):
        words = f"& {sign} " * 5_000
        world.open(year)
        contents = {number: Content(progress=words, planned=words) for number in (1, 2, 3)}
        edition = editions.cut_edition(
            actor=world.reviewer, report=world.report(year), contents=contents, known_from=day(f"{year + 1}-01-15")
        )
        world.publish(edition, f"{year + 1}-02-01")
    page = Client().get(world.address("compare/"), {"department": "ministry-1", "year": [2020, 2021]})
    assert "Compare the actions after action 1" in page.content.decode()
    assert len(page.content) < 1_000_000


def test_strategy_without_rounds_has_nothing_to_compare(world: World) -> None:
    strategies.add_strategy(actor=world.reviewer, code="ISL", title="Islands Plan")
    page = html.fromstring(Client().get("/strategies/islands-plan/compare/").content)
    assert "There is nothing to compare: no round has been opened yet." in words(page)
    assert list(page.iter("form")) == []


@pytest.mark.once
def test_marks_keep_the_html_as_it_is() -> None:
    source = '<p id="a">One &amp; <a href="x>y">two <em>three</em></a>\nfour, five</p>'
    assert words_of(source) == ["one", "&", "two", "three", "four", "five"]
    assert marked(source, [False] * 6) == source
    assert marked(source, [True, True, True, False, True, True]) == (
        '<p id="a"><mark class="st-same">One &amp;</mark> <a href="x>y"><mark class="st-same">two</mark> '
        '<em>three</em></a>\n<mark class="st-same">four, five</mark></p>'
    )


@pytest.mark.once
def test_passages_are_found_in_time_that_long_texts_cannot_stretch() -> None:
    many = ["a"] * 50_000
    assert comparing.passages(many, [many]) == [True] * 50_000
    assert comparing.passages(["a", "b", "c"], [["a", "b", "c"]]) == [False] * 3
    assert comparing.passages(list("abcde"), [list("abcde")]) == [True] * 5
    assert comparing.passages(list("xabcdefghy"), [list("zabcdefghz")]) == [False, *[True] * 8, False]


@pytest.mark.real
@pytest.mark.django_db
@pytest.mark.once
def test_real_report_in_two_years(shared_data: Any) -> None:
    prepare(shared_data)
    run("import_report", shared_data / "mod-report-2015.txt", "--strategy", "GDS")
    slug = Report.objects.values_list("round__strategy__slug", flat=True)[0]
    address = f"/strategies/{slug}/compare/"
    years = Client().get(address, {"department": "ministry-of-defence", "year": [2013, 2014], "action": 3})
    page = html.fromstring(years.content)
    assert [len(group) for [one] in [list(sections(page).values())] for group in one] == [2, 2]
    assert page.find(".//del") is not None
    both = Client().get(address, {"department": ["ministry-of-defence", "home-office"], "year": 2014, "action": 3})
    [[progress, _]] = sections(html.fromstring(both.content)).values()
    assert progress[0] == "Home Office Not published"
    assert len(progress[1]) > 500
