"""As at a day that has been: what was public then, as far as it can still be read. It never goes forward."""

import csv
import io
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client, TestCase
from lxml import html

from reporting.domain import departments, past, publication, review
from reporting.domain.editions import Content
from reporting.models import Edition, Report
from strategy.models import Department
from tests.public.test_matrix import get, table, words
from tests.world import World, at, day

NOW = at("2022-06-01 10:00")


@pytest.mark.once
@pytest.mark.parametrize(
    ("asked", "now", "end"),
    [
        # The day ends in the service's time zone, on days of 23, 24 and 25 hours.
        ("2014-01-31", "2022-06-01T10:00", "2014-01-31T23:59:59.999999"),
        ("2014-07-31", "2022-06-01T10:00", "2014-07-31T22:59:59.999999"),
        ("2021-03-28", "2022-06-01T10:00", "2021-03-28T22:59:59.999999"),
        ("2021-10-31", "2022-06-01T10:00", "2021-10-31T23:59:59.999999"),
        # Half past midnight in summer: yesterday has ended an hour before midnight in UTC.
        ("2022-05-31", "2022-05-31T23:30", "2022-05-31T22:59:59.999999"),
    ],
)
def test_day_ends_at_its_last_moment(asked: str, now: str, end: str) -> None:
    seen = past.seen(asked, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert seen.at == datetime.fromisoformat(end).replace(tzinfo=UTC)
    assert (str(seen.day), seen.problem) == (asked, "")


@pytest.mark.once
def test_no_day_the_future_and_nonsense_are_now() -> None:
    assert [past.seen(one, NOW) for one in ("", " ", "2022-06-01")] == [past.Seen(NOW, NOW)] * 3
    future = [past.seen(one, NOW) for one in ("2022-06-02", "9999-12-31")]
    nonsense = ["2021-02-29", "0001-01-01", "1899-12-31", "today", "2021-1-1", "２０２１-01-01", "2021-01-01T10:00"]
    others = [past.seen(one, NOW) for one in [*nonsense, "\0", "9" * 10_000, "2021-W01-1"]]
    assert {(one.at, one.day) for one in future + others} == {(NOW, None)}
    assert {one.problem[:30] for one in future} == {"The day that you chose has not"}
    assert {one.problem[:30] for one in others} == {"Write the day like 2014-03-31."}


class TestAsAt(TestCase):
    """Editions that were replaced and withdrawn since, a name that changed, a round and an action that came later."""

    world: World

    @classmethod
    def setUpTestData(cls) -> None:
        with time_machine.travel(at("2020-05-01 10:00"), tick=False):
            cls.world = world = World.small(6, actions=1)
            world.open(2020)
        one, two, three, four, five, six = world.departments
        for number, body in ((1, one), (2, two), (3, three), (4, four), (6, six)):
            cls.taken_in(body, "on_track", f"heron{number}a was seen.", "2021-02-01")
        cls.taken_in(one, "behind", "heron1b was seen.", "2021-04-01")
        second = cls.taken_in(three, "completed", "heron3b was seen.", "2021-04-01")
        cls.taken_in(five, "stopped", "heron5a was seen.", "2021-03-01")
        actor = world.reviewer
        for body in (two, six):
            first = Edition.objects.get(report__department=body)
            publication.withdraw(first, actor=actor, reason="It named a person.", at=at("2021-05-01 10:00"))
        cls.taken_in(six, "completed", "heron6b was seen.", "2021-05-03")  # something of it is public again
        publication.withdraw(second, actor=actor, reason="It was not ready.", at=at("2021-05-02 10:00"))
        departments.rename_department(
            actor=actor, department=four, name="Board", acronym="B", since=day("2021-06-01")
        )
        departments.rename_department(
            actor=actor, department=five, name="Office", acronym="O", since=day("2021-03-02")
        )
        departments.add_department(actor=actor, code="N", slug="new", name="New", opened=day("2021-05"))
        departments.close_department(actor=actor, department=two, closed=day("2021-06-15"))
        with time_machine.travel(at("2022-01-10 10:00"), tick=False):
            world.open(2021)

    @classmethod
    def taken_in(cls, body: Department, status: str, words: str, dated: str) -> Edition:
        report = Report.objects.select_related("round__strategy", "department").get(
            department=body, round__year=2020
        )
        edition = review.accept_published(
            actor=cls.world.reviewer,
            report=report,
            contents={1: Content(status, words, "It will go on.")},
            known_from=day(dated),
        )
        cls.world.publish(edition, dated)
        return edition

    def setUp(self) -> None:
        self.enterContext(time_machine.travel(NOW, tick=False))

    def said(self, **asked: object) -> dict[str, str]:
        return {name: row["1 Boats online"] for name, row in table(get(self.world, year=2020, **asked)).items()}

    def test_matrix_as_it_was(self) -> None:
        """Neither what was withdrawn since, nor what it had taken the place of."""
        now = {
            "Ministry 1": "Behind",
            "Ministry 2": "Not published",
            "Ministry 3": "Not published",
            "Ministry 4": "On track",
            "Ministry 5": "Stopped",
            "Ministry 6": "Completed",
        }
        assert self.said() == now
        now["Ministry 6"] = "Not published"
        early = {**now, "Ministry 1": "On track", "Ministry 5": "Not published"}
        assert self.said(as_at="2021-02-28") == early
        assert self.said(as_at="2021-03-01") == {**early, "Ministry 5": "Stopped"}
        assert self.said(as_at="2021-04-01") == now
        nobody = dict.fromkeys(now, "Not published")
        assert self.said(as_at="2021-01-31") == nobody

    def test_page_says_that_it_is_past_and_offers_now(self) -> None:
        page = get(self.world, year=2020, as_at="2021-02-28", status="on_track")
        assert "This is a past state. It shows what could be read at the end of 28 February 2021" in words(page)
        [link] = [one.get("href") for one in page.iter("a") if one.text == "See what is public now"]
        assert link == f"{self.world.address('matrix/')}?year=2020&status=on_track"
        assert "past state" not in words(get(self.world, year=2020))
        future = words(get(self.world, year=2020, as_at="2022-06-02"))
        assert "The day that you chose has not been yet. This is what is public now." in future
        assert "past state" not in future

    def test_departments_are_called_as_they_were(self) -> None:
        """One that has filed keeps the name of its report, and what it was called then stands beside."""
        heads = get(self.world, year=2021, as_at="2022-02-01").findall(
            ".//section[@aria-labelledby='table']//tbody//th"
        )
        assert [one.text_content() for one in heads] == [
            "Board",
            "Ministry 1",
            "Ministry 3",
            "Ministry 6",
            "New",
            "Office",
        ]
        heads = get(self.world, year=2020).findall(".//section[@aria-labelledby='table']//tbody//th")
        assert [one.text_content() for one in heads][3:5] == [
            "Ministry 4Now called Board",
            "Ministry 5Now called Office",
        ]
        heads = get(self.world, year=2020, as_at="2021-05-31").findall(
            ".//section[@aria-labelledby='table']//tbody//th"
        )
        assert [one.text_content() for one in heads][3:5] == ["Ministry 4", "Ministry 5Then called Office"]

    def test_round_that_was_opened_later_is_not_there(self) -> None:
        page = get(self.world, as_at="2021-12-31")
        assert [one.get("value") for one in page.findall(".//select[@name='year']/option")] == ["2020"]
        assert "No round had been opened by 31 December 2019." in words(get(self.world, as_at="2019-12-31"))

    def test_file_is_of_the_same_day(self) -> None:
        response = Client().get(self.world.address("matrix.csv"), {"year": 2020, "as_at": "2021-02-28"})
        rows = list(csv.DictReader(io.StringIO(response.content.decode())))
        assert {row["department"]: (row["status"], row["edition"], row["as_at"]) for row in rows} == {
            "D01": ("on_track", "FEN/D01/2020/e1", "2021-02-28"),
            "D02": ("not_published", "", "2021-02-28"),
            "D03": ("not_published", "", "2021-02-28"),
            "D04": ("on_track", "FEN/D04/2020/e1", "2021-02-28"),
            "D05": ("not_published", "", "2021-02-28"),
            "D06": ("not_published", "", "2021-02-28"),
        }
        assert "2020-as-at-2021-02-28.csv" in response.headers["Content-Disposition"]

    def test_compare_as_it_was(self) -> None:
        herons = {}
        for as_at in ("", "2021-02-28", "2021-01-31"):
            asked = {"department": [f"ministry-{n}" for n in (1, 2, 3, 6)], "year": 2020, "as_at": as_at}
            body = Client().get(self.world.address("compare/"), asked).content.decode()
            herons[as_at] = [word for word in ("1a", "1b", "2a", "3a", "3b", "6a", "6b") if f"heron{word}" in body]
        assert herons == {"": ["1b", "6b"], "2021-02-28": ["1a"], "2021-01-31": []}

    def test_list_of_departments_as_it_was(self) -> None:
        listed = {}
        for as_at in ("", "2021-05-31", "2021-03-01", "2022-06-02"):
            page = html.fromstring(Client().get("/departments/", {"as_at": as_at}).content)
            rows = page.findall(".//ul[@class='govuk-list govuk-list--spaced st-columns']/li")
            listed[as_at] = [" ".join(one.text_content().split()) for one in rows]
            assert ("past state" in words(page)) == (as_at in ("2021-05-31", "2021-03-01"))
        now = [
            "Board B",
            "Ministry 1 D01",
            "Ministry 2 D02, closed 15 June 2021",
            "Ministry 3 D03",
            "Ministry 6 D06",
            "New N",
            "Office O",
        ]
        before = ["Ministry 1 D01", "Ministry 2 D02", "Ministry 3 D03", "Ministry 4 D04"]
        assert listed == {
            "": now,
            "2021-05-31": [*before, "Ministry 6 D06", "New N", "Office O"],
            "2021-03-01": [*before, "Ministry 5 D05", "Ministry 6 D06"],
            "2022-06-02": now,
        }

    def test_what_is_public_tomorrow_is_in_no_past(self) -> None:
        report = Report.objects.get(department=self.world.departments[0], round__year=2021)
        edition = self.world.cut(report, "heron9 was seen.")
        publication.publish(edition, actor=self.world.reviewer, starts=at("2022-06-02 09:30"))
        for as_at in ("2022-06-01", "2022-06-02", "2022-06-03", "2099-01-01", "2022-05-31"):
            asked = {"department": ["ministry-1", "ministry-2"], "year": 2021, "as_at": as_at}
            assert b"heron9" not in Client().get(self.world.address("compare/"), asked).content
            assert set(table(get(self.world, year=2021, as_at=as_at))["Ministry 1"].values()) == {"Not published"}
        with time_machine.travel(at("2022-06-03 10:00"), tick=False):
            asked["as_at"] = "2022-06-02"
            assert b"heron9" in Client().get(self.world.address("compare/"), asked).content
