"""Pages of a government of 24 departments, 16 actions and 3 years: no more queries than of two departments."""

import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from reporting.domain import published
from reporting.web import across, report
from strategy.models import Department
from tests.big import SECRET, Big
from tests.public.embargo import changed, quiet
from tests.public.pages import Page
from tests.public.sizes import NEXT, larger_than, measure, some_of_each, with_more_queries

LARGEST = (
    300_000  # bytes; ten years of 200 departments in a page of less than 1,000,000: tests/torture/test_size.py
)
HEADING = re.compile(r'<h3 [^>]*id="(B\d+)"')
LISTED = re.compile(r'href="[^"]*#(B\d+)">')
PART = re.compile(r"departments \d+ to \d+ of \d+")


@pytest.mark.once  # the same queries are sent to both; tests/torture asks both
class TestSize(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.big = Big.make(24, 16, 3)

    def action(self, **asked: Any) -> Page:
        address = reverse("action", args=["big-plan", 1])
        return Page("action", f"{address}?{'&'.join(f'{name}={value}' for name, value in asked.items())}")

    def test_pages_ask_no_more_and_stay_small(self) -> None:
        with quiet():
            found = measure(some_of_each(2))
        assert with_more_queries(found) == []
        assert larger_than(LARGEST, found) == []
        assert {one.status for one in found} <= {200, 302, 404}

    def test_question_for_each_department_is_found(self) -> None:
        """The check can fail."""
        real = across.on_action

        def wasteful(reading: Any, body: Any, *more: Any) -> Any:
            Department.objects.get(pk=body.id)
            return real(reading, body, *more)

        with changed(across, "on_action", wasteful):
            found = measure([self.action()])
        assert len(with_more_queries(found)) == 1
        assert larger_than(1000, found) != []


@pytest.mark.once
class TestPaging(TestCase):
    """Thirty departments, of whom an action's page shows ten; six years, of which a report's page shows two."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.big = Big.make(30, 2, 6)

    def page(self, address: str) -> str:
        with changed(across, "DEPARTMENTS", 10), changed(report, "ENTRIES", 4):
            return Client().get(address).content.decode()

    def pages(self, address: str) -> list[str]:
        """A page and all that its "next" leads on to."""
        found = []
        while address:
            found.append(self.page(address))
            following = NEXT.search(found[-1].encode())
            address = urljoin(address, unescape(following[1].decode())) if following else ""
        return found

    def test_every_department_stands_on_one_page_of_an_action_in_the_order_of_the_contents(self) -> None:
        pages = self.pages(reverse("action", args=["big-plan", 1]))
        bodies = {body.code: body.name for body in published.bodies(timezone.now()).values()}
        codes = [code for page in pages for code in HEADING.findall(page)]
        assert sorted(codes) == sorted(bodies)
        assert [PART.search(page)[0] for page in pages] == [
            f"departments {n} to {n + 9} of 30" for n in (1, 11, 21)
        ]  # type: ignore[index]
        assert {tuple(LISTED.findall(page.partition("page by page")[2])) for page in pages} == {tuple(codes)}
        reported = [code for page in pages for code in HEADING.findall(page.split("No answer published for")[0])]
        assert reported == sorted(reported, key=lambda code: bodies[code].casefold())
        assert SECRET not in "".join(pages)

    def test_filters_stay_when_the_page_is_turned(self) -> None:
        pages = self.pages(reverse("action", args=["big-plan", 1]) + "?year=2013&status=not_recorded")
        assert len(pages) == 3
        assert all("Published for 2013" in page and "&amp;status=not_recorded" in page for page in pages)

    def test_unknown_department_is_the_same_as_none(self) -> None:
        address = reverse("action", args=["big-plan", 1])
        first = self.page(address)
        for after in ("nobody", "%00", "x" * 10_000, "body-000%ED%A0%80"):
            assert self.page(f"{address}?after={after}") == first

    def test_years_before_the_last_ones_stand_in_the_story(self) -> None:
        page = self.page(reverse("action", args=["big-plan", 1]))
        sentence = 'What was reported for 2014 and before stands in <a class="govuk-link" href="'
        assert sentence in page
        assert "Planned activities in 2015" in page
        assert "Progress during 2014" not in page

    def test_every_year_of_a_report_stands_on_one_page(self) -> None:
        address = reverse("report", args=["big-plan", "body-000"])
        pages = self.pages(address)
        progress = [sorted(set(re.findall(r">Progress during (\d+)<", page)), reverse=True) for page in pages]
        assert progress == [["2018", "2017"], ["2016", "2015"], ["2014", "2013"]]
        planned = [sorted(set(re.findall(r">Planned activities in (\d+)<", page)), reverse=True) for page in pages]
        assert planned == [["2019", "2018", "2017"], ["2016", "2015"], ["2014"]]
        for unknown in ("1999", "x", "%00", "9" * 5000):
            assert self.page(f"{address}?before={unknown}") == pages[0]
