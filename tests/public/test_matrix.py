"""Who has reported: every action and department of a round, as a table and as a file of the same rows."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.test import Client, TestCase
from lxml import html

from reporting.domain import departments, filing, publication, review, strategies
from reporting.domain.editions import Content
from reporting.domain.matrix import PAGE
from reporting.models import Report
from reporting.public.picture import SIDE
from tests.exchange.commands import prepare, run
from tests.world import SECRET, World, at, day

BAD = "\0' \"<b>%00…\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace")
HOSTILE = [
    {name: value}
    for name in ("year", "theme", "action", "status", "department", "as_at", "after")
    for value in ("", BAD, "9" * 10_000, "-1", "x" * 10_000, "²")
]


def get(world: World, **asked: object) -> html.HtmlElement:
    return html.fromstring(Client().get(world.address("matrix/"), asked).content)


def table(page: html.HtmlElement) -> dict[str, dict[str, str]]:
    """The words of each cell, by department and by the head of its column."""
    found: dict[str, dict[str, str]] = {}
    for part in page.findall(".//section[@aria-labelledby='table']//table"):
        heads = [" ".join(one.text_content().split()) for one in part.findall(".//thead//th")[1:]]
        for row in part.findall(".//tbody/tr"):
            said = [cell.text_content().strip() for cell in row.findall("td")]
            found.setdefault(row.find("th/a").text, {}).update(zip(heads, said, strict=True))
    return found


def file(world: World, **asked: object) -> list[dict[str, str]]:
    content = Client().get(world.address("matrix.csv"), asked).content.decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


def words(page: html.HtmlElement) -> str:
    return " ".join(page.find(".//main").text_content().split())


class TestRound(TestCase):
    """Each department in a state of its own; work that must not be seen beside it."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = world = World.small(8)
        late_action = strategies.add_action(
            actor=world.reviewer,
            strategy=world.strategy,
            number=4,
            short_name="Night ferries",
            wording="A ferry crosses every night",
            added_on=day("2022-05"),
        )
        world.actions.append(late_action)
        world.open(2022, due=date(2023, 2, 15))
        one, two, nil, excused, withdrawn, covered, draft, _silent = world.departments
        answers = {
            1: Content("behind", f"{SECRET} words"),
            2: Content("", "Some."),
            3: Content("completed", "It is."),
        }
        cls.publish(one, answers, "2023-02-15")
        cls.publish(two, {1: Content("stopped", "No.")}, "2023-02-16")
        report = filing.set_nil(actor=world.leader, report=world.report(2022, nil), reason="No boats.")
        filing.sign_off(actor=world.leader, report=report)
        review.start_review(actor=world.reviewer, report=report)
        world.publish(review.accept_report(actor=world.reviewer, report=report), "2023-02-01")
        review.excuse(actor=world.reviewer, report=world.report(2022, excused), reason="It was made in May.")
        gone = cls.publish(withdrawn, answers, "2023-02-01")
        publication.withdraw(gone, actor=world.reviewer, reason="It named a person.", at=at("2023-03-03 10:00"))
        filing.cover(actor=world.reviewer, report=world.report(2022, two), department=covered)
        world.write(world.report(2022, draft), status="on_track")

    @classmethod
    def publish(cls, department: object, contents: dict[int, Content], dated: str) -> object:
        report = cls.world.report(2022, department)  # type: ignore[arg-type]
        known_from = day(dated)
        edition = review.accept_published(
            actor=cls.world.reviewer, report=report, contents=contents, known_from=known_from
        )
        cls.world.publish(edition, dated)
        return edition

    def test_page_of_the_strategy_counts_the_same(self) -> None:
        page = html.fromstring(Client().get(self.world.address()).content)
        cells = page.xpath("//tr[th]/td[last()][contains(@data-label, '2022')]")
        assert [" ".join(one.text_content().split()) for one in cells] == [
            "1 behind, 1 stopped, 1 with a nil return, 1 excused, 4 not published",
            "1 status not recorded, 1 with a nil return, 1 excused, 5 not published",
            "1 completed, 1 with a nil return, 1 excused, 5 not published",
            "Not due for 2022",
        ]

    def test_word_for_every_pair(self) -> None:
        heads = ["1 Boats online", "2 Plain letters", "3 Open records", "4 Night ferries"]
        said = {
            "Ministry 1": ["Behind", "Not recorded", "Completed"],
            "Ministry 2": ["Stopped", "Not published", "Not published"],
            "Ministry 3": ["Nil return"] * 3,
            "Ministry 4": ["Excused"] * 3,
            "Ministry 5": ["Not published"] * 3,
            "Ministry 6": ["Not published"] * 3,
            "Ministry 7": ["Not published"] * 3,
            "Ministry 8": ["Not published"] * 3,
        }
        page = get(self.world)
        assert table(page) == {name: dict(zip(heads, [*row, "Not due"], strict=True)) for name, row in said.items()}
        said_beside = {
            row.find("a").text: " ".join(one.text for one in row.findall("span"))
            for row in page.findall(".//section[@aria-labelledby='table']//tbody/tr/th")
        }
        assert said_beside == {
            "Ministry 1": "",
            "Ministry 2": "Published late",
            "Ministry 3": "",
            "Ministry 4": "Excused: It was made in May.",
            "Ministry 5": "Withdrawn on 3 March 2023: It named a person.",
            "Ministry 6": "The report of Ministry 2 answers for it.",
            "Ministry 7": "",
            "Ministry 8": "",
        }
        assert SECRET not in words(page)

    def test_head_says_what_is_shown_and_the_key_counts_it(self) -> None:
        page = get(self.world)
        assert "What 8 departments reported on 4 actions for 2022, as published up to 16 February 2023." in words(
            page
        )
        key = {
            row.find(".//strong").text: int(row.findall("td")[1].text)
            for row in page.findall(".//table[@class='govuk-table st-stack st-key']/tbody/tr")
        }
        assert key == {
            "Completed": 1,
            "Behind": 1,
            "Stopped": 1,
            "Not recorded": 1,
            "Nil return": 3,
            "Excused": 3,
            "Not published": 14,
            "Not due": 8,
        }
        drawn = {path.get("class"): path.get("d").count("M") for path in page.findall(".//div/svg/path")}
        assert drawn == {
            f"st-f-{name.lower().replace(' ', '-').replace('-return', '')}": n for name, n in key.items()
        }
        assert f"h{SIDE}v{SIDE}" in page.find(".//div/svg/path").get("d")

    def test_cells_lead_to_the_story_of_their_pair(self) -> None:
        cells = get(self.world).findall(".//section[@aria-labelledby='table']//td/a")
        assert len(cells) == 32
        assert cells[5].get("href") == self.world.address("departments/ministry-2/actions/2/")
        assert cells[5].get("aria-label") == "Not published: D02, action 2"
        assert {Client().get(cell.get("href")).status_code for cell in cells[:4]} == {200}

    def test_who_has_not_published_on_one_action(self) -> None:
        page = get(self.world, year=2022, action=2, status="not_published")
        assert table(page) == {f"Ministry {n}": {"2 Plain letters": "Not published"} for n in (2, 5, 6, 7, 8)}
        assert "What 5 of 8 departments reported on action 2, “Plain letters”, for 2022" in words(page)

    def test_filters_choose_and_stay_in_the_address(self) -> None:
        asked = {"theme": "Simpler services", "department": ["ministry-4", "ministry-1", "none"], "year": "1999"}
        page = get(self.world, **asked)
        shown = [(name, list(row)) for name, row in table(page).items()]
        heads = ["1 Boats online", "2 Plain letters"]
        assert shown == [("Ministry 1", heads), ("Ministry 4", heads)]
        [link] = [one.get("href") for one in page.iter("a") if "CSV" in (one.text or "")]
        query = "year=2022&theme=Simpler+services&department=ministry-1&department=ministry-4"
        assert link == f"{self.world.address('matrix.csv')}?{query}"
        chosen = [one.get("value") for one in page.findall(".//option[@selected]")]
        chosen += [one.get("value") for one in page.findall(".//input[@checked]")]
        assert chosen == ["2022", "Simpler services", "", "", "ministry-1", "ministry-4"]

    def test_status_shows_departments_that_say_it_somewhere(self) -> None:
        page = get(self.world, status="behind")
        assert list(table(page)) == ["Ministry 1"]
        kinds = [cell.get("class") for cell in page.findall(".//section[@aria-labelledby='table']//td")]
        assert kinds == ["st-c-behind", "st-c-other", "st-c-other", "st-c-other"]
        nothing = get(self.world, status="on_track")
        assert (table(nothing), "No department says so for 2022." in words(nothing)) == ({}, True)

    def test_file_is_what_is_on_the_page(self) -> None:
        queries: list[dict[str, object]] = [
            {},
            {"status": "not_published", "action": 2},
            {"department": "ministry-3"},
        ]
        for asked in queries:
            shown = [
                (name, *head.split(" ", 1), said)
                for name, row in table(get(self.world, **asked)).items()
                for head, said in row.items()
            ]
            rows = file(self.world, **asked)
            columns = ("department_name", "action", "action_name", "status_words")
            assert [tuple(row[name] for name in columns) for row in rows] == shown
            assert len(shown) > 2

    def test_file_in_full(self) -> None:
        response = Client().get(
            self.world.address("matrix.csv"), {"action": 1, "department": ["ministry-2", "ministry-8"]}
        )
        assert response.content.decode() == (
            "reference,strategy,year,theme,action,action_name,department,department_name,status,status_words,"
            "standing,edition,published,as_at\r\n"
            "FEN-1/D02,FEN,2022,Simpler services,1,Boats online,D02,Ministry 2,stopped,Stopped,published late,"
            "FEN/D02/2022/e1,2023-02-16,\r\n"
            "FEN-1/D08,FEN,2022,Simpler services,1,Boats online,D08,Ministry 8,not_published,Not published,"
            "not published,,,\r\n"
        )
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
        assert (
            response.headers["Content-Disposition"]
            == 'attachment; filename="fenland-better-services-plan-2022.csv"'
        )

    def test_whatever_is_asked_for_is_answered(self) -> None:
        plain = table(get(self.world))
        for asked in HOSTILE:
            page = Client().get(self.world.address("matrix/"), asked)
            assert (page.status_code, table(html.fromstring(page.content))) == (200, plain), asked
            assert b"xxx" not in page.content
            assert Client().get(self.world.address("matrix.csv"), asked).status_code == 200


def test_names_that_a_spreadsheet_would_run_are_neutral_in_the_file(db: None) -> None:
    world = World.small(1, actions=1)
    department = departments.add_department(
        actor=world.reviewer, code="X", slug="x", name='=HYPERLINK("http://x"), "x"', acronym="@X"
    )
    world.departments.append(department)
    world.full((2020,))
    rows = file(world, department="x")
    assert [row["department_name"] for row in rows] == ['\'=HYPERLINK("http://x"), "x"']
    assert list(table(get(world, department="x"))) == ['=HYPERLINK("http://x"), "x"']


@pytest.mark.once
def test_pages_go_by_department_and_the_file_follows(db: None) -> None:
    world = World.small(PAGE * 2 + 3, actions=1)
    world.open(2020)
    names = sorted(f"Ministry {number}" for number in range(1, PAGE * 2 + 4))
    address, seen, back = world.address("matrix/"), [], []
    while address:
        page = html.fromstring(Client().get(address).content)
        seen.append(list(table(page)))
        follows = Client().get(address.replace("matrix/", "matrix.csv")).content.decode()
        assert [row["department_name"] for row in csv.DictReader(io.StringIO(follows))] == seen[-1]
        links = {one.get("rel"): one.get("href") for one in page.iter("a") if one.get("rel")}
        back.append(links.get("prev"))
        address = links.get("next", "")
    assert ([name for rows in seen for name in rows], [len(rows) for rows in seen]) == (names, [PAGE, PAGE, 3])
    assert [list(table(html.fromstring(Client().get(one).content))) for one in back[1:]] == seen[:2]
    assert f"What {PAGE * 2 + 3} departments reported" in words(page)


@pytest.mark.real
@pytest.mark.django_db
@pytest.mark.once
def test_real_report_in_its_round(shared_data: Path) -> None:
    """Which departments have not published on assisted digital for 2014?"""
    prepare(shared_data)
    run("import_report", shared_data / "mod-report-2015.txt", "--strategy", "GDS")
    strategy = Report.objects.select_related("round__strategy").first().round.strategy  # type: ignore[union-attr]
    number = strategy.actions.get(short_name__icontains="assisted").number
    query = {"year": 2014, "action": number, "status": "not_published"}
    content = Client().get(f"/strategies/{strategy.slug}/matrix.csv", query).content.decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    due = set(Report.objects.filter(round__year=2014).values_list("department__code", flat=True))
    assert {row["department"] for row in rows} == due - {"MOD"}
    assert len(due) > 1
    of_one = html.fromstring(
        Client().get(f"/strategies/{strategy.slug}/matrix/", {"department": "ministry-of-defence"}).content
    )
    [said] = table(of_one).values()
    assert (len(said), set(said.values())) == (16, {"Not recorded"})
