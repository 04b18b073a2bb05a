"""Twenty searches over what was really published, with answers that are known."""

import pytest
from django.test import Client, TestCase
from lxml import html

from tests.conftest import SHARED_DATA
from tests.exchange.commands import prepare, run

BASE = "/strategies/government-digital-strategy/departments/"
MOD = "ministry-of-defence"
Answer = tuple[str, int, int | None]  # department, action, year of the story or none: the commitment

EXACT: dict[str, Answer] = {
    "broadband": ("department-for-culture-media-sport", 12, None),
    "Lovegrove": ("department-for-business-innovation-skills", 1, None),
    "cadets": (MOD, 11, 2013),
    "placements": (MOD, 4, 2014),
    "Yammer browser": (MOD, 10, 2014),
}
BY_STEM: dict[str, Answer] = {
    "surveys": (MOD, 3, 2014),
    "prisons": ("ministry-of-justice", 5, None),
    "farmers": ("department-for-environment-food-rural-affairs", 5, None),
    "gambled": ("department-for-culture-media-sport", 12, None),
    "recommended": (MOD, 11, 2014),
}
FILTERED: dict[str, Answer] = {
    "training&department=ministry-of-defence&year=2014&action=GDS-3": (MOD, 3, 2014),
    "training&action=GDS-4": ("cabinet-office", 4, None),
    "veterans&year=2015": (MOD, 9, 2015),
    "transactions&department=hm-revenue-customs&action=GDS-2": ("hm-revenue-customs", 2, None),
    "skills&year=2013&strategy=government-digital-strategy": (MOD, 3, 2013),
}
HOSTILE: dict[str, Answer] = dict.fromkeys(
    ("%22broadband", "((broadband*:", "-broadband^+", "%F0%9F%93%B6 broadband%00", "’broadband’s’ %26 |!"),
    EXACT["broadband"],
)


@pytest.mark.real
class TestTwenty(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        prepare(SHARED_DATA)
        run("import_commitments", SHARED_DATA / "commitments-2012.csv", "--strategy", "GDS", "--made", "2012-12")
        run("import_report", SHARED_DATA / "mod-report-2015.txt", "--strategy", "GDS")

    def test_known_answers_are_among_the_first_three(self) -> None:
        searches = EXACT | BY_STEM | FILTERED | HOSTILE
        assert len(searches) == 20
        missed = {}
        for query, (department, action, year) in searches.items():
            wanted = f"{BASE}{department}/actions/{action}/" + (f"#year-{year}" if year else "")
            response = Client().get(f"/search/?q={query}")
            found = html.fromstring(response.content.decode()).xpath("//ol[@class='st-results']//h3/a/@href")
            if response.status_code != 200 or wanted not in found[:3]:
                missed[query] = found[:3]
        assert missed == {}
