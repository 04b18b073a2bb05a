"""What the help says of one department's published report: all of it, so that no change of it goes unseen."""

import csv
from pathlib import Path

import pytest

from reporting.domain import text
from reporting.domain.advice import Remark, Text, remarks, vague
from reporting.domain.similarity import Place
from reporting.exchange.blocks import to_markdown
from reporting.exchange.headings import Catalogue
from reporting.exchange.readers import read
from reporting.exchange.recogniser import recognise

pytestmark = [pytest.mark.real, pytest.mark.once]
NAMES = ("MOD", "Ministry of Defence")


@pytest.fixture
def texts(shared_data: Path) -> list[Text]:
    with (shared_data / "actions.csv").open(encoding="utf-8", newline="") as file:
        wordings = {int(row["number"]): (row["title_2012"], row["title_2015"]) for row in csv.DictReader(file)}
    known = {number: tuple(filter(None, wording)) for number, wording in wordings.items()}
    catalogue = Catalogue.of("GDS", "Government Digital Strategy", known, {"MOD": NAMES})
    sections = recognise(read(shared_data / "mod-report-2015.txt"), catalogue).sections
    return [
        Text(Place(one.action, one.when.year, one.kind), to_markdown(one.blocks))
        for one in sections
        if one.when and one.kind in ("progress", "planned")
    ]


def pairs(found: list[Remark], kind: str) -> dict[tuple[str, int, int], list[tuple[str, int, int]]]:
    """Kind, year and action of each text, and of the texts that it is like: the nearest first."""
    return {
        (one.place.kind, one.place.year, one.place.action): [
            (place.kind, place.year, place.action) for place in (one.other, *one.also) if place
        ]
        for one in found
        if one.kind == kind
    }


def test_all_that_stands_elsewhere_too(texts: list[Text]) -> None:
    assert len(texts) == 60
    found = remarks(texts)
    delayed = {5: [12, 13, 6, 9], 6: [5, 9, 12, 13], 9: [12, 13, 5, 6], 12: [13, 9, 5, 6], 13: [12, 9, 5, 6]}
    assert pairs(found, "same_as_other_entry") == {
        **{
            ("progress", 2013, action): [("progress", 2013, other) for other in others]
            for action, others in delayed.items()
        },
        ("progress", 2013, 1): [("progress", 2013, 10)],
        ("progress", 2013, 10): [("progress", 2013, 1)],
        ("planned", 2014, 5): [("planned", 2014, 6)],
        ("planned", 2014, 6): [("planned", 2014, 5)],
    }
    assert pairs(found, "same_as_own_other_box") == {
        ("planned", 2014, 4): [("progress", 2013, 4)],
        ("planned", 2015, 15): [("progress", 2014, 15)],
    }
    assert {one.kind for one in found} == {"same_as_other_entry", "same_as_own_other_box"}
    assert len(found) == 11


def test_passage_shared_by_two_plans(texts: list[Text]) -> None:
    sources = {one.place: one.source for one in texts}
    five, six = Place(5, 2014, "planned"), Place(6, 2014, "planned")
    for place, other in ((five, six), (six, five)):
        [remark] = remarks(texts, [place])
        assert (remark.place, remark.other) == (place, other)
        assert sorted(len(passage.words.split()) for passage in remark.passages) == [6, 7, 15]
        for passage in remark.passages:
            assert passage.words in text.plain(sources[place])
            assert passage.words.rstrip(".").casefold() in text.plain(sources[other]).casefold()


def test_shares_are_of_the_words_alike(texts: list[Text]) -> None:
    shares = {(one.place.kind, one.place.year, one.place.action): one.share for one in remarks(texts)}
    assert shares == {
        ("progress", 2013, 1): 21,
        ("progress", 2013, 5): 100,
        ("progress", 2013, 6): 71,
        ("progress", 2013, 9): 73,
        ("progress", 2013, 10): 42,
        ("progress", 2013, 12): 100,
        ("progress", 2013, 13): 100,
        ("planned", 2014, 4): 68,
        ("planned", 2014, 5): 70,
        ("planned", 2014, 6): 93,
        ("planned", 2015, 15): 81,
    }


def test_all_plans_that_are_vague(texts: list[Text]) -> None:
    """By kind and year: the actions, each as often as it has such an activity."""
    found: dict[str, list[int]] = {}
    for one in texts:
        for remark in vague(one, NAMES):
            rows = found.setdefault(f"{remark.kind} {remark.place.year}", [])
            rows += [remark.place.action] * len(remark.passages)
    assert found == {
        "vague_continues 2014": [4, 11, 14],
        "vague_continues 2015": [4, 5, 14, 15, 16],
        "vague_no_date 2014": [2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14],
        "vague_no_date 2015": [1, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16],
        "vague_no_owner 2014": [13, 14],
        "vague_no_owner 2015": [1, 1, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11, 11, 15, 16],
    }
