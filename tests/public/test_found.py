"""How the pages are found: the map names exactly those that are there, and each says which one it is."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from lxml import etree, html

from config.urls import urlpatterns
from reporting.domain import departments, publication, strategies
from reporting.models import Publication
from reporting.public.sitemap import SPACE
from reporting.web.found import as_data
from tests.public.pages import every_page, first_of_each
from tests.world import SECRET, World, at, day

SITE = "http://127.0.0.1:8000"
# Their words are another page's, which is the one to be found; the last is an answer to a form.
NOT_LISTED = {"paragraph", "commitment-paragraph", "alerts-sent"}


def read(address: str) -> list[tuple[str, str]]:
    """Each address of a map with its date."""
    response = Client().get(address)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/xml"), address
    root = etree.fromstring(response.content)
    assert root.tag in {f"{{{SPACE}}}urlset", f"{{{SPACE}}}sitemapindex"}
    assert response.content.decode().startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    return [(one.findtext("{*}loc"), one.findtext("{*}lastmod") or "") for one in root]


def maps() -> list[str]:
    rows = read("/sitemap.xml")
    assert all(address.startswith(f"{SITE}/") for address, _ in rows)
    return [address.removeprefix(SITE) for address, _ in rows]


def listed() -> dict[str, str]:
    rows = [row for one in maps() for row in read(one)]
    assert len(rows) == len(dict(rows)) <= 50_000
    return {address.removeprefix(SITE): moment for address, moment in rows}


def there() -> set[str]:
    """The pages that answer; files, whose addresses end without a slash, are none."""
    pages = [page for page in every_page() if page.name not in NOT_LISTED and page.address.endswith("/")]
    return {page.address for page in pages if Client().get(page.address).status_code == 200}


class TestEveryState(TestCase):
    """All that can be public and all that can't, another strategy, and a department that has no part in any."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.world = world = World.small(10, actions=1).full((2020,))
        world.secrets()
        corrected = world.corrected(world.report(2020, world.departments[0]), progress="It was otherwise.")
        publication.publish(corrected, actor=world.reviewer)
        departments.add_department(actor=world.reviewer, code="NEW", slug="new", name="New Ministry")
        other = strategies.add_strategy(actor=world.reviewer, code="QLP", title="Quiet Lanes Plan")
        said = {"number": 1, "short_name": "Carts", "wording": "By day", "added_on": day("2022")}
        world.actions.append(strategies.add_action(actor=world.reviewer, strategy=other, **said))
        world.publish(world.commit("Carts will rest.", 2, dated="2022-02"), "2022-02")
        cls.listed = listed()

    def test_map_names_every_page_that_is_there_and_no_other(self) -> None:
        assert set(self.listed) == there()

    def test_dates_of_the_map_are_those_of_what_is_public(self) -> None:
        rows, of = self.listed, self.world.address()
        assert rows[f"{of}departments/ministry-2/"] == "2021-02-01T00:00:00+00:00"
        assert rows[f"{of}editions/ministry-2/2020/1/"] == "2021-02-01T00:00:00+00:00"
        corrected = Publication.objects.get(edition__report=self.world.report(2020), edition__number=2).starts
        assert rows[f"{of}editions/ministry-1/2020/1/"] == rows[f"{of}editions/ministry-1/2020/2/"]
        assert rows[f"{of}departments/ministry-1/"] == rows["/departments/ministry-1/"]
        assert rows[f"{of}editions/ministry-1/2020/2/"][:16] == corrected.isoformat()[:16]
        assert (rows["/departments/new/"], rows["/privacy/"]) == ("", "")
        assert not [moment for moment in rows.values() if moment > "2098"]

    def test_nothing_unpublished_is_described_or_listed(self) -> None:
        assert Publication.objects.filter(starts=at("2098-01-01 09:30")).exists()
        pages = [page for page in self.listed if re.search(r"ministry-(2|3|9|10)/", page)]
        said = [str(value) for address in pages for one in described(address) for value in values(one)]
        said += [f"{address} {moment}" for address, moment in self.listed.items()]
        for hidden in (SECRET, "2098", self.world.leader.name, self.world.reviewer.name):
            assert not [words for words in said if hidden in words]


def test_map_of_a_service_with_nothing_in_it(db: None) -> None:
    assert set(listed()) == there()


@pytest.mark.once
@pytest.mark.parametrize("count, years", [(2, (2020,)), (5, (2020, 2021))])
def test_maps_ask_a_fixed_number_of_questions(db: None, count: int, years: tuple[int, ...]) -> None:
    of, counted = World.small(count).full(years).address(), []
    for name in (
        "/sitemap.xml",
        "/sitemap-pages.xml",
        f"{of}sitemap.xml",
        f"{of}actions/1/sitemap.xml",
        "/robots.txt",
    ):
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(name).status_code == 200
        counted.append(len(queries))
    assert counted == [2, 2, 8, 8, 0]


@pytest.mark.once
def test_robots_are_kept_from_what_is_for_people_who_are_signed_in() -> None:
    response = Client().get("/robots.txt")
    lines = response.content.decode().splitlines()
    staff = {f"Disallow: /{pattern.pattern}" for pattern in urlpatterns if str(pattern.pattern)}
    links = {"Disallow: /alerts/confirm/", "Disallow: /alerts/stop/"}
    assert set(lines[1:-2]) == staff | links
    assert (lines[0], lines[-1]) == ("User-agent: *", f"Sitemap: {SITE}/sitemap.xml")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


# On the pages ------------------------------------------------------------------------------------------


def canonical(address: str) -> str:
    links = html.fromstring(Client().get(address).content).xpath("//link[@rel='canonical']/@href")
    assert len(links) < 2
    return links[0].removeprefix(SITE) if links else ""


def described(address: str) -> list[dict[str, Any]]:
    """What the page says that it is."""
    texts = html.fromstring(Client().get(address).content).xpath("//script[@type='application/ld+json']")
    assert len(texts) < 2
    if not texts:
        return []
    assert "<" not in (texts[0].text or "")
    said = json.loads(texts[0].text)
    assert said["@context"] == "https://schema.org"
    return said["@graph"]


def values(said: Any) -> Iterator[Any]:
    if isinstance(said, dict):
        said = list(said.values())
    if isinstance(said, list):
        for one in said:
            yield from values(one)
    else:
        yield said


@pytest.fixture
def published(db: None) -> World:
    return World.small(2, actions=2).full((2020,))


def test_every_page_names_its_own_address_without_a_query(published: World) -> None:
    for page in first_of_each():
        if page.name not in NOT_LISTED and Client().get(page.address).status_code == 200:
            assert canonical(f"{page.address}?year=2020&status=on_track&as_at=2021-05-01&utm=y") == page.address
    assert {canonical(one) for one in ("/nothing/", published.address("editions/ministry-1/2020/9/"))} == {""}
    edition = published.address("editions/ministry-1/2020/1/")
    assert canonical(f"{edition}1-progress-1/") == edition


def test_pages_say_what_they_are(published: World) -> None:
    of, kinds = published.address(), {}
    for name in ("", "matrix/", "years/2020/", "departments/ministry-1/", "departments/ministry-1/actions/1/"):
        kinds[name] = [one["@type"] for one in described(of + name)]
    kinds["edition"] = [one["@type"] for one in described(f"{of}editions/ministry-1/2020/1/")]
    kinds["department"] = [one["@type"] for one in described("/departments/ministry-1/")]
    kinds["privacy"] = [one["@type"] for one in described("/privacy/")]
    kinds["home"] = [one["@type"] for one in described("/")]
    crumbs = "BreadcrumbList"
    assert kinds == {
        "": ["Dataset", crumbs],
        "matrix/": ["Dataset", crumbs],
        "years/2020/": ["Dataset", crumbs],
        "departments/ministry-1/": ["Report", crumbs],
        "departments/ministry-1/actions/1/": ["Report", crumbs],
        "edition": ["Report", crumbs],
        "department": ["GovernmentOrganization", crumbs],
        "privacy": [crumbs],
        "home": [],
    }


def test_edition_and_its_place_are_described(published: World) -> None:
    address = published.address("editions/ministry-1/2020/1/")
    report, crumbs = described(address)
    assert report["url"] == SITE + address
    assert (report["identifier"], report["datePublished"], report["temporalCoverage"]) == (
        "FEN/D01/2020/e1",
        "2021-02-01",
        "2020",
    )
    assert (report["author"]["@type"], report["author"]["name"]) == ("GovernmentOrganization", "Ministry 1")
    rows = [(one["position"], one["name"], one.get("item", "")) for one in crumbs["itemListElement"]]
    assert rows[:2] == [(1, "Home", f"{SITE}/"), (2, "Fenland Better Services Plan", SITE + published.address())]
    assert rows[-1] == (len(rows), report["name"], "")


def test_name_can_not_end_the_description(db: None) -> None:
    world = World.small(1)
    evil = "</script><script>alert(1)</script>&<!--"
    departments.rename_department(
        actor=world.reviewer, department=world.departments[0], name=evil, acronym="E", since=day("2020")
    )
    organization, _ = described("/departments/ministry-1/")
    assert organization["name"] == evil
    assert "<" not in str(as_data({"name": f"{evil}\u2028"})).removeprefix("<script").removesuffix("</script>")
