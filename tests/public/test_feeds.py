"""Feeds by the rules of RFC 4287: what has to be there, names that never change, any text, nothing before its hour."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from lxml import etree, html

from reporting.domain import publication, register, strategies
from reporting.web import atom
from tests.public.pages import every_page
from tests.public.test_changes import AFTER, FIRST, HOUR, INSTANT, LATER, corrected, fen, reword, taken_in
from tests.world import World, day

__all__ = ["fen"]
ALL = "/feeds/changes.atom"
EACH = [
    ALL,
    "/feeds/strategies/fenland-better-services-plan.atom",
    "/feeds/actions/fenland-better-services-plan/1.atom",
    "/feeds/departments/ministry-1.atom",
]
ATOM = "{http://www.w3.org/2005/Atom}"
IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
TAG = re.compile(r"tag:127\.0\.0\.1,2026:[A-Za-z0-9/%._~-]+")


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.SITE_ADDRESS = "https://reports.example"


def get(path: str, moment: datetime = AFTER, **headers: str) -> Any:
    with time_machine.travel(moment, tick=False):
        return Client().get(path, headers=headers)


def feed(path: str = ALL, moment: datetime = AFTER) -> etree._Element:
    response = get(path, moment)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return etree.fromstring(response.content, etree.XMLParser(resolve_entities=False, no_network=True))


def said(element: etree._Element, name: str) -> list[str]:
    return [one.text or "" for one in element.findall(ATOM + name)]


def entries(path: str = ALL, moment: datetime = AFTER) -> list[etree._Element]:
    return feed(path, moment).findall(f"{ATOM}entry")


def titles(path: str = ALL, moment: datetime = AFTER) -> list[str]:
    return [said(entry, "title")[0] for entry in entries(path, moment)]


def assert_by_the_rules(root: etree._Element) -> None:
    """RFC 4287, 4.1.1 and 4.1.2; RFC 3339 for dates, RFC 4151 for names."""
    assert root.tag == f"{ATOM}feed"
    names = []
    for element in (root, *root.findall(f"{ATOM}entry")):
        assert {name: len(said(element, name)) for name in ("id", "title", "updated")} == {
            "id": 1,
            "title": 1,
            "updated": 1,
        }
        assert said(element, "title")[0].strip()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", said(element, "updated")[0])
        [author] = element.findall(f"{ATOM}author")
        assert [name for name in said(author, "name") if name.strip()] == said(author, "name") != []
        names += said(element, "id")
        links = [(one.get("rel"), one.get("type"), one.get("href")) for one in element.findall(f"{ATOM}link")]
        assert [address for _, _, address in links if not IRI.fullmatch(address)] == []
        alternates = [kind for rel, kind, _ in links if rel == "alternate"]
        assert alternates == ["text/html"]  # no two of one type
    assert len([link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]) == 1
    assert len(set(names)) == len(names)
    assert [name for name in names if not TAG.fullmatch(name)] == []
    known = {"feed", "id", "title", "subtitle", "updated", "author", "name", "link", "entry", "category", "summary"}
    assert {element.tag.removeprefix(ATOM) for element in root.iter()} <= known
    for entry in root.findall(f"{ATOM}entry"):
        assert len(said(entry, "summary")) == 1
        assert [one.get("term") for one in entry.findall(f"{ATOM}category")] != [None]


def test_feeds_keep_the_rules_and_their_links_lead_somewhere(db: None) -> None:
    World.small(2).full((2020,)).entangle()
    for page in every_page():
        if page.name.startswith("feed-"):
            root = feed(page.address)
            assert_by_the_rules(root)
            links = {one.get("href").removeprefix("https://reports.example") for one in root.iter(f"{ATOM}link")}
            own = [one for one in links if one.startswith("/")]
            assert page.address in own
            assert {get(one).status_code for one in own} == {200}


def test_feed_of_nothing_keeps_the_rules(db: None) -> None:
    root = feed()
    assert_by_the_rules(root)
    assert (root.findall(f"{ATOM}entry"), said(root, "updated")) == ([], ["1970-01-01T00:00:00Z"])


def test_entry_says_what_by_whom_when_and_why(fen: World) -> None:
    corrected(fen, HOUR)
    entry = entries()[0]
    assert {name: said(entry, name) for name in ("id", "title", "updated", "summary")} == {
        "id": ["tag:127.0.0.1,2026:change/edition/FEN/D01/2021/2"],
        "title": ["Ministry 1: report for 2021 corrected, edition 2"],
        "updated": ["2022-05-10T08:30:00Z"],
        "summary": [
            "Correction, minor, 10 May 2022.\nFenland Better Services Plan.\nWhy: The quay was another one."
        ],
    }
    assert said(entry.find(f"{ATOM}author"), "name") == ["Ministry 1"]
    [link] = entry.findall(f"{ATOM}link")
    address = "/strategies/fenland-better-services-plan/editions/ministry-1/2021/2/"
    assert link.get("href") == f"https://reports.example{address}"
    assert said(feed(), "updated") == ["2022-05-10T08:30:00Z"]


def test_names_stay_whatever_comes_later(fen: World, settings: Any) -> None:
    reword(fen, "By July 2021", "2020-10")
    before = {said(entry, "id")[0]: said(entry, "updated") for path in EACH for entry in entries(path)}
    names = [said(feed(path), "id") for path in EACH]
    corrected(fen, HOUR)
    reword(fen, "By July 2022", "2020-09")  # recorded late, between the others
    taken_in(fen, 2, "It had two boats.", LATER)
    settings.SITE_ADDRESS = "https://elsewhere.example"
    after = {said(entry, "id")[0]: said(entry, "updated") for path in EACH for entry in entries(path)}
    assert len(before) == 4
    assert {name: after[name] for name in before} == before
    assert [said(feed(path), "id") for path in EACH] == names
    assert len({name for [name] in names}) == 4


def test_nothing_before_its_hour(fen: World) -> None:
    bodies = [get(path, HOUR - INSTANT).content for path in EACH]
    corrected(fen, HOUR)
    assert [get(path, HOUR - INSTANT).content for path in EACH] == bodies
    title = "Ministry 1: report for 2021 corrected, edition 2"
    assert [titles(path, HOUR)[0] for path in EACH] == [title] * 4
    publication.withdraw(fen.report(2021).editions.get(number=2), actor=fen.reviewer, reason="A name.", at=LATER)
    assert [titles(path, LATER)[0] for path in EACH] == ["Ministry 1: report for 2021, edition 2, withdrawn"] * 4
    assert [b"another one" in get(path, LATER).content for path in EACH] == [False] * 4


def test_feed_holds_what_it_is_called_after(fen: World) -> None:
    taken_in(fen, 2, "It had two boats.", HOUR)
    first, second = (f"Ministry {number}: report for 2021 published" for number in (1, 2))
    added = ["Action 1 (Boats online) added", "Action 2 (Plain letters) added"]
    assert [titles(path) for path in EACH] == [
        [second, first, *added],
        [second, first, *added],
        [second, first, added[0]],
        [first],
    ]


def test_any_text_is_well_formed(fen: World) -> None:
    hostile = "]]><!-- <b>&amp;\u0001\u0008\u000b\u001f\ufffe\uffff \U0001f6a2 \u2028 –"
    reword(fen, hostile, "2021", reason=hostile, authority=hostile)
    [entry] = [one for one in entries() if "wording" in said(one, "title")[0]]
    assert_by_the_rules(feed())
    shown = re.sub("[\u0001\u0008\u000b\u001f\ufffe\uffff]", "�", hostile)
    assert f"Why: {shown}." in said(entry, "summary")[0]
    assert len(list(entry)) == 7  # no element was made of the words


def test_code_of_any_letters_is_a_name(fen: World) -> None:
    strategy = strategies.add_strategy(actor=fen.reviewer, code="Ü <&> 1", title="Odd Plan")
    said_of = {"number": 1, "short_name": "Odd", "wording": "Odd.", "added_on": day("2021")}
    strategies.add_action(actor=fen.reviewer, strategy=strategy, **said_of)
    root = feed("/feeds/actions/odd-plan/1.atom")
    assert_by_the_rules(root)
    assert said(root, "id") == ["tag:127.0.0.1,2026:feed/action/%C3%9C%20%3C%26%3E%201/1"]


def test_what_is_dated_later_makes_no_feed_newer(fen: World) -> None:
    reword(fen, "Boats need no licence", "2030-04")
    assert titles()[0] == "Action 1 (Boats online): wording changed"
    assert said(feed(), "updated") == ["2022-03-01T09:30:00Z"]


def test_feed_is_not_sent_twice(fen: World) -> None:
    for path in EACH:
        tag = get(path).headers["ETag"]
        again = get(path, AFTER + timedelta(days=1), **{"If-None-Match": tag})
        assert (again.status_code, again.content, again.headers["Cache-Control"]) == (304, b"", "public, no-cache")
        assert "Set-Cookie" not in again.headers
    reword(fen, "Otherwise", "2022-06")
    assert get(ALL, **{"If-None-Match": get(ALL, FIRST).headers["ETag"]}).status_code == 200


def test_long_feed_is_read_page_by_page(fen: World, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = titles()
    monkeypatch.setattr(register, "MOST", 2)
    seen, path = [], ALL
    while path:
        root = feed(path)
        assert_by_the_rules(root)
        seen += titles(path)
        links = {one.get("rel"): one.get("href") for one in root.findall(f"{ATOM}link")}
        assert links["self"].removeprefix("https://reports.example") == path
        path = links.get("next", "").removeprefix("https://reports.example")
    assert (seen, len(seen)) == (everything, 3)


@pytest.mark.parametrize("path", ["strategies/none", "actions/fenland-better-services-plan/9", "departments/none"])
def test_feed_of_nobody_is_not_found(fen: World, path: str) -> None:
    assert get(f"/feeds/{path}.atom").status_code == 404


def test_pages_lead_to_their_feeds(fen: World) -> None:
    """In their heads, for feed readers, and in words."""
    plan = "/strategies/fenland-better-services-plan/"
    expected = {
        "/": ALL,
        "/changes/": ALL,
        "/feeds/": ALL,
        plan: EACH[1],
        f"{plan}changes/": EACH[1],
        f"{plan}changes/?action=1": EACH[2],
        f"{plan}actions/1/": EACH[2],
        "/departments/ministry-1/": EACH[3],
        "/changes/?department=ministry-1": EACH[3],
    }
    found = {}
    for address, own in expected.items():
        tree = html.fromstring(get(address).content)
        heads = tree.xpath("//head/link[@rel='alternate'][@type='application/atom+xml']/@href")
        assert own in tree.xpath("//main//a/@href"), address
        found[address] = heads
    assert found == {address: [own] for address, own in expected.items()}


def test_list_of_feeds_names_every_one(fen: World) -> None:
    links = html.fromstring(get("/feeds/").content).xpath("//main//a[@type='application/atom+xml']/@href")
    assert links == [page.address for page in every_page() if page.name.startswith("feed-")]


def test_no_character_that_xml_cannot_hold() -> None:
    every = "".join(map(chr, range(0x11000)))
    cleaned = atom.clean(every)
    assert etree.fromstring(f"<a>{cleaned.replace('&', '&amp;').replace('<', '&lt;')}</a>".encode()).text
    assert {ord(one) for one, other in zip(every, cleaned, strict=True) if one != other} == {
        *(set(range(0x20)) - {9, 10, 13}),
        *range(0xD800, 0xE000),
        0xFFFE,
        0xFFFF,
    }
