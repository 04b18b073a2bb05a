"""Search: what is public is found by its words, what isn't by none; hostile queries are queries without result."""

from unittest.mock import MagicMock, Mock, patch
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

    def test_name_is_marked_by_its_stem_too_and_comes_after_the_words_themselves(self) -> None:
        self.world.reported(
            2021, self.world.departments[1], progress="One ministry counts herons.", planned="Eels."
        )
        page = ask("ministries", year="2021", action="FEN-1")
        titles = [one.text_content() for one in page.findall(".//ol[@class='st-results']//h3")]
        assert titles[0] == "Ministry 2, action 1: progress during 2021"
        assert len(titles) > 2
        assert set(marked(page)) == {"Ministry", "ministry"}

    def test_every_word_must_be_there_and_a_departments_name_is_a_word(self) -> None:
        assert heading(ask("herons storks")).startswith("Nothing found")
        assert heading(ask("D01 herons")).startswith("3 results")
        assert heading(ask("D02 herons")).startswith("Nothing found")

    def test_filters_narrow_one_by_one_and_are_removed_one_by_one(self) -> None:
        said = {"strategy": self.world.strategy.slug, "department": "ministry-1", "action": "FEN-2"}
        said |= {"year": "2021", "status": "on_track"}
        numbers = {name: len(links(ask("herons", **{name: value}))) for name, value in said.items()}
        assert numbers == {"strategy": 3, "department": 3, "action": 1, "year": 3, "status": 3}
        others = {"department": "ministry-2", "action": "FEN-3", "year": "2020", "status": "behind"}
        assert [len(links(ask("herons", **{**said, name: value}))) for name, value in others.items()] == [
            0,
            1,
            0,
            0,
        ]
        page = ask("herons", **said)
        assert heading(page) == "1 result for “herons”"
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
            assert chip.get("href") == f"/search/?{urlencode({'q': 'herons', **left})}"
        assert chips[-1].get("href") == "/search/?q=herons"

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


HOSTILE = [
    '"',
    '"herons',
    "herons AND NOT storks",
    "herons OR ibis NEAR/2 storks",
    "NEAR(herons storks, 2)",
    "title:herons ^herons {body}: herons",
    "bir* -herons +herons",
    "((herons",
    "herons'); DROP TABLE reporting_passage; --",
    "%s %(x)s {0} %",
    "\\'\\ & | ! <-> :*",
    "her\0ons",
    "herons " * 2000,
    "h" * 10_000,
    "é" * 3000 + " \u0301\u0301",
    "🐦 herons 🐦",
    "…!?—",
    "ǅ ß İ ﬁ ² ½ 𝔥𝔢𝔯𝔬𝔫𝔰 पक्षी 鷺",
    "<script>alert(1)</script>",
    "the and of",
]


class TestHostile(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        world = World.small(2, actions=1)
        world.open(2021)
        world.reported(2021, progress="herons")

    def test_every_query_is_answered_and_shown_as_it_was_typed(self) -> None:
        for query in HOSTILE:
            page = ask(query)
            box = page.xpath("string(//input[@name='q']/@value)")
            assert box == searching.cleaned(query), query
            assert page.xpath("//script[@type='module'][contains(., 'alert')]") == [], query
        # Signs part words and command nothing; words are words, whatever they mean elsewhere.
        found = [query for query in HOSTILE if len(links(ask(query))) == 1]
        assert found == ['"herons', "((herons", "her\0ons", "herons " * 2000, "🐦 herons 🐦"]

    def test_bytes_that_are_no_text_are_answered(self) -> None:
        for query in ("%00", "%ff%fe", "%ed%a0%80", "%ed%b0%80herons", "%", "%zz&q=herons&page=1e9&year=%00"):
            assert Client().get(f"/search/?q={query}").status_code == 200
        assert (
            Client().get("/search/?q=\udc80herons".encode("utf-8", "surrogatepass").decode("latin-1")).status_code
            == 200
        )

    def test_more_than_is_read_is_said(self) -> None:
        many = " ".join(f"word{number}" for number in range(20))
        assert "These words were looked for: word0, word1," in ask(many).text_content()
        assert "word12" not in ask(many).xpath("string(//section[@aria-labelledby='results']/p)")


class TestWindows(TestCase):
    """Found from the hour on, and not a moment before; and never again."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = World.small(2, actions=2).full((2020,))

    def found(self, moment: str, word: str) -> int:
        return len(searching.search([word], at(moment)).hits)

    def test_scheduled_edition_is_found_from_its_hour_on_without_any_job(self) -> None:
        world = self.world
        edition = world.corrected(world.report(2020), progress="Otters.")
        publication.publish(edition, actor=world.reviewer, starts=at("2098-01-01 09:30"))
        moments = ["2098-01-01 09:29:59.999999", "2098-01-01 09:30"]
        assert [self.found(moment, "otter") for moment in moments] == [0, 2]
        # What it takes the place of is found up to then.
        assert [self.found(moment, "D01") for moment in moments] == [6, 6]
        assert [self.found(moment, "2020") for moment in moments] == [4, 2]

    def test_withdrawn_edition_is_never_found_again(self) -> None:
        world = self.world
        edition = world.corrected(world.report(2020), progress="Otters.")
        publication.publish(edition, actor=world.reviewer, starts=at("2022-01-01 09:30"))
        publication.withdraw(edition, actor=world.reviewer, reason="It named a person.", at=at("2022-01-02 09:30"))
        moments = ["2022-01-02 09:29", "2022-01-02 09:30", "2099-01-01 00:00"]
        assert [self.found(moment, "otter") for moment in moments] == [2, 0, 0]

    def test_version_that_gave_way_is_not_found(self) -> None:
        world = self.world
        world.publish(world.commit("Otters instead.", known_from="2021-05"), "2021-05-01")
        assert [self.found(when, "otter") for when in ("2021-04-30 12:00", "2021-05-01 12:00")] == [0, 1]
        assert [self.found(when, "commit") for when in ("2021-04-30 12:00", "2021-05-01 12:00")] == [4, 3]

    def test_what_is_hidden_changes_no_byte_of_a_search(self) -> None:
        """Neither a count nor the order: the index's own statistics would tell how often a word is in it."""
        queries = ["boats online", "D01 boats", "letters", "commits", "more boats", "did 2020"]
        self.world.open(2021)
        before = [Client().get(f"/search/?q={quote(query)}").content for query in queries]
        for report in (self.world.report(2021), self.world.report(2020, self.world.departments[1])):
            text = "Boats did online letters commits more. " * 40
            make = self.world.file if report.round.year == 2021 else self.world.corrected
            make(report, progress=f"{text} {SECRET}", planned=text)
        assert [Client().get(f"/search/?q={quote(query)}").content for query in queries] == before

    def test_short_name_that_is_corrected_is_found_and_the_old_one_is_not(self) -> None:
        strategies.correct_short_name(actor=self.world.reviewer, action=self.world.actions[0], short_name="Barges")
        address = self.world.address("actions/1/")
        assert (links(ask("barges")), address in links(ask("boats"))) == ([address], True)

    def test_index_made_anew_finds_the_same(self) -> None:
        queries = ["boats", "letters 2020", "D02 commits"]
        before = [links(ask(query)) for query in queries]
        call_command("rebuild_modelsearch_index", verbosity=0)
        assert [links(ask(query)) for query in queries] == before

    def test_rows_that_came_by_another_way_are_caught_up_with(self) -> None:
        before = set(links(ask("boats")))
        Passage.objects.all().delete()
        assert links(ask("boats")) == []
        catch_up()
        catch_up()
        assert set(links(ask("boats"))) == before
        assert Passage.objects.count() == len(
            set(Passage.objects.values_list("part", "entry", "version", "wording"))
        )


@pytest.mark.once
class TestSearchServer(TestCase):
    """Where another than the database searches: here one that finds the same, and one that does not answer."""

    @classmethod
    def setUpTestData(cls) -> None:
        World.small(2, actions=2).full((2020,))

    def test_words_are_marked_and_results_stay_in_the_order_of_the_server(self) -> None:
        with patch.object(searching, "_in_database", return_value=False):
            page = ask("COMMITS")
        assert (heading(page), marked(page)) == ("4 results for “COMMITS”", ["commits"] * 4)

    def test_server_that_is_down_is_said(self) -> None:
        down = Mock(**{"search.return_value": MagicMock(**{"__getitem__.side_effect": OSError("refused")})})
        with (
            patch.object(searching, "_in_database", return_value=False),
            patch.object(searching, "get_search_backend", return_value=down),
            patch.object(searching.logger, "exception") as logged,
        ):
            response = Client().get("/search/?q=boats")
        assert (response.status_code, logged.call_count) == (503, 1)
        assert "Search does not work at the moment" in response.content.decode()


class TestMany(TestCase):
    """More hits than are ranked, and pages of them; as many questions for one as for all."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = World.small(12, actions=2).full((2020, 2021))

    def test_pages_hold_every_hit_once(self) -> None:
        first = ask("ministry")
        assert heading(first) == f"{12 * 10} results for “ministry”, page 1 of 6"
        found, address = [], "/search/?q=ministry"
        while address:
            page = html.fromstring(Client().get(address).content.decode())
            found += [
                (link, marked.text_content())
                for link, marked in zip(links(page), page.xpath("//ol[@class='st-results']//h3/a"), strict=True)
            ]
            address = page.xpath("string(//a[@rel='next']/@href)")
        assert (len(found), len(set(found))) == (120, 120)

    def test_only_the_newest_are_ranked_and_the_page_says_so(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(searching, "MOST_RANKED", 30)
            page = ask("ministry")
            assert heading(page) == "120 results for “ministry”, page 1 of 2"
            assert "only the newest 30 were ranked" in page.text_content()
            years = {
                one.passage.year
                for number in (1, 2)
                for one in searching.search(["ministry"], at("2023-01-01 00:00"), page=number).hits
            }
        assert years == {2022, 2021}

    def test_questions_are_as_many_for_one_result_as_for_all(self) -> None:
        counts = {}
        for query in ("ministry", "ministry 2 commits 1", "zeppelin"):
            with CaptureQueriesContext(connection) as asked:
                ask(query)
            counts[query] = len(asked)
        most = 8 if connection.vendor == "sqlite" else 7
        assert counts == {"ministry": most, "ministry 2 commits 1": most, "zeppelin": counts["zeppelin"]}
        assert counts["zeppelin"] <= most
