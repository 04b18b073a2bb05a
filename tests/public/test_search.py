"""Search: what is public is found by its words, what isn't by none; hostile queries are queries without result."""

import re
from urllib.parse import quote, urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from lxml import html

from reporting.domain import publication, searching, strategies
from reporting.domain.passages import catch_up
from reporting.models import Passage
from tests.world import SECRET, World, at, day


def ask(q: str = "", **said: object) -> html.HtmlElement:
    response = Client().get(f"/search/?{urlencode({'q': q, **said})}")
    assert response.status_code == 200
    return html.fromstring(response.content.decode())


def heading(page: html.HtmlElement) -> str:
    return str(page.xpath("string(//h2[@id='results'])"))


def links(page: html.HtmlElement) -> list[str]:
    return [str(one) for one in page.xpath("//ol[@class='st-results']//h3/a/@href")]


def marked(page: html.HtmlElement) -> list[str]:
    return [str(one.text) for one in page.iter("mark")]


class TestFound(TestCase):
    """One department's words in every place that is searched, beside three that say the usual."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = world = World.small(3).full((2020,))
        strategies.reword_action(
            actor=world.reviewer, action=world.actions[0], text="Boats are hired by pigeon", dated=day("2020-06")
        )
        world.open(2021)
        evidence = [{"address": "https://example.org/x", "title": "Ledger of otters", "date": "2021"}]
        words = {"progress": "The *herons* were counted.", "planned": "- Counting storks", "notes": "An ibis came."}
        world.reported(2021, evidence=evidence, **words)
        world.commit("Swans will be licensed.", 3)
        world.publish(world.commit("Geese are licensed online.", 3, world.departments[1]), "2019-06")

    def test_every_text_is_found_where_it_stands(self) -> None:
        story, three = self.world.address("departments/ministry-1/actions/{}/"), range(1, 4)
        found = {word: set(links(ask(word))) for word in ("heron", "stork", "ibis", "otter", "pigeon", "geese")}
        assert found == {
            "heron": {f"{story.format(number)}#year-2021" for number in three},
            "stork": {f"{story.format(number)}#year-2022" for number in three},
            "ibis": {f"{story.format(number)}#year-2021" for number in three},
            "otter": {f"{story.format(number)}#year-2021" for number in three},
            "pigeon": {self.world.address("actions/1/")},
            "geese": {self.world.address("departments/ministry-2/actions/3/")},
        }
        assert links(ask("swan")) == []  # recorded, and not published

    def test_words_are_marked_by_their_stems_and_nothing_else_is_markup(self) -> None:
        page = ask("count herons", action="FEN-1")
        assert marked(page) == ["herons", "counted"]
        snippet = page.xpath("//ol[@class='st-results']//p")[0].text_content()
        assert snippet == "The herons were counted."

    def test_every_word_must_be_there_and_a_departments_name_is_a_word(self) -> None:
        assert heading(ask("herons storks")).startswith("Nothing found")
        assert heading(ask("D01 herons")).startswith("3 results")
        assert heading(ask("D02 herons")).startswith("Nothing found")

    def test_filters_narrow_one_by_one_and_are_removed_one_by_one(self) -> None:
        said = {"strategy": self.world.strategy.slug, "department": "ministry-1", "action": "FEN-2"}
        said |= {"year": "2021", "status": "on_track"}
        numbers = [heading(ask("boats OR letters".split()[2], **dict([one]))).split()[0] for one in said.items()]
        page = ask("letters", **said)
        assert heading(page) == "1 result for “letters”"
        assert numbers == [*numbers]
        chips = page.xpath("//ul[@class='st-chips']/li/a")
        assert [chip.text_content().partition(": ")[2] for chip in chips[:-1]] == [
            "Fenland Better Services Plan",
            "Ministry 1",
            "FEN-2 Plain letters",
            "2021",
            "On track",
        ]
        for name, chip in zip(said, chips, strict=False):
            left = {key: value for key, value in said.items() if key != name}
            assert chip.get("href") == f"/search/?{urlencode({'q': 'letters', **left})}"
        assert chips[-1].get("href") == "/search/?q=letters"

    def test_unknown_values_are_none(self) -> None:
        known = html.tostring(ask("herons"))
        wrong = {
            "strategy": "x",
            "department": "\0",
            "action": "FEN-99",
            "year": "9" * 400,
            "status": "x",
            "page": "-1",
        }
        assert html.tostring(ask("herons", **wrong)) == known

    def test_nothing_found_says_what_to_do_next(self) -> None:
        page = ask("herons zeppelin", year=2021)
        advice = page.xpath("//section[@aria-labelledby='results']//li//a")
        assert [(one.text_content(), one.get("href")) for one in advice][:3] == [
            ("search for the same without filters", "/search/?q=herons+zeppelin"),
            ("“herons” alone", "/search/?q=herons&year=2021"),
            ("“zeppelin” alone", "/search/?q=zeppelin&year=2021"),
        ]

    def test_results_are_for_readers_and_not_for_search_engines(self) -> None:
        robots = "//meta[@name='robots']/@content"
        assert (ask("herons").xpath(robots), ask().xpath(robots)) == (["noindex"], [])
