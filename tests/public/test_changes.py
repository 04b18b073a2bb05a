"""The register of changes: what, by which body, when and why; nothing before its hour; page by page."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from lxml import html

from reporting.domain import commitments, departments, filing, publication, register, review, strategies
from reporting.domain.commitments import Said
from reporting.domain.editions import Content
from reporting.models import Edition
from strategy.models import CommitmentVersion
from tests.world import World, at, day

FIRST, HOUR = at("2022-03-01 09:30"), at("2022-05-10 09:30")
LATER, AFTER = at("2022-07-01 12:00"), at("2022-08-01 12:00")
INSTANT = timedelta(microseconds=1)
ALL, FEN = "/changes/", "/strategies/fenland-better-services-plan/changes/"
Row = tuple[str, str]  # date and title


@pytest.fixture
def fen(db: None) -> World:
    """Two departments; the first one's report for 2021 is public from FIRST on."""
    with time_machine.travel(at("2022-01-10 10:00"), tick=False):
        world = World.small(2, actions=2)
        world.open(2021)
        taken_in(world, 1, "Lamps stand on the quay.", FIRST)
    return world


def taken_in(world: World, body: int, words: str, starts: Any = None) -> Edition:
    report = world.report(2021, world.departments[body - 1])
    contents = {1: Content("on_track", words, f"Plan after: {words}")}
    said = {"contents": contents, "known_from": day("2022-01")}
    edition = review.accept_published(actor=world.reviewer, report=report, **said)
    if starts:
        publication.publish(edition, actor=world.reviewer, starts=starts)
    return edition


def corrected(
    world: World, starts: Any, *, kind: str = "minor", note: str = "The quay was another one."
) -> Edition:
    """The way through drafts: only there a correction says how much it changes."""
    report = review.reopen(actor=world.reviewer, report=world.report(2021), reason="A mistake.")
    world.write(report, progress="Lamps stand on the other quay.", status="on_track")
    filing.describe_change(actor=world.leader, report=report, note=note, kind=kind)
    report = review.start_review(actor=world.reviewer, report=filing.sign_off(actor=world.leader, report=report))
    edition = review.accept_report(actor=world.reviewer, report=report)
    publication.publish(edition, actor=world.reviewer, starts=starts)
    return edition


def get(path: str, moment: Any) -> Any:
    with time_machine.travel(moment, tick=False):
        return Client().get(path)


def entries(path: str, moment: Any = AFTER) -> list[html.HtmlElement]:
    response = get(path, moment)
    assert response.status_code == 200
    return html.fromstring(response.content).xpath("//ol[@class='st-log']/li")


def words(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def rows(path: str = ALL, moment: Any = AFTER) -> list[Row]:
    return [(words(one[0]), words(one.find(".//h2"))) for one in entries(path, moment)]


def entry(title: str, path: str = ALL, moment: Any = AFTER) -> html.HtmlElement:
    [found] = [one for one in entries(path, moment) if title in words(one.find(".//h2"))]
    return found


ADDED = [
    ("May 2019", "Action 1 (Boats online) added"),
    ("May 2019", "Action 2 (Plain letters) added"),
]
PUBLISHED = ("1 March 2022", "Ministry 1: report for 2021 published")


# Reports -----------------------------------------------------------------------------------------------


def test_report_is_in_the_register_at_its_hour_and_not_before(fen: World) -> None:
    taken_in(fen, 2, "Secret.", HOUR)
    second = ("10 May 2022", "Ministry 2: report for 2021 published")
    assert rows(moment=FIRST - INSTANT) == ADDED
    assert (rows(moment=HOUR - INSTANT), rows(moment=HOUR)) == ([PUBLISHED, *ADDED], [second, PUBLISHED, *ADDED])
    assert "Secret" not in get(ALL, HOUR).content.decode()


def test_correction_says_its_kind_its_note_and_where_its_marks_are(fen: World) -> None:
    corrected(fen, HOUR, kind="major")
    assert rows(moment=HOUR - INSTANT)[0] == PUBLISHED
    assert rows(moment=HOUR)[:2] == [("10 May 2022", "Ministry 1: report for 2021 corrected, edition 2"), PUBLISHED]
    found = entry("corrected")
    assert "Correction, major" in words(found)
    assert "Why: The quay was another one." in words(found)
    address = fen.address("editions/ministry-1/2021/2/")
    assert [one.get("href") for one in found.iter("a")] == [address, address]
    assert b"What this edition changed" in get(address, HOUR).content


def test_of_what_was_withdrawn_the_reason_stands_and_nothing_else(fen: World) -> None:
    """The correction, and the edition that went with it."""
    publication.withdraw(corrected(fen, HOUR), actor=fen.reviewer, reason="It named a person.", at=LATER)
    assert rows(moment=LATER - INSTANT)[:2] == [
        ("10 May 2022", "Ministry 1: report for 2021 corrected, edition 2"),
        PUBLISHED,
    ]
    assert rows(moment=LATER) == [("1 July 2022", "Ministry 1: report for 2021, edition 2, withdrawn"), *ADDED]
    assert "Why: It named a person." in words(entry("withdrawn"))
    assert "another one" not in get(ALL, LATER).content.decode()


def test_withdrawn_before_its_hour_was_never_there(fen: World) -> None:
    edition = corrected(fen, HOUR)
    publication.withdraw(edition, actor=fen.reviewer, reason="It named a person.", at=HOUR - INSTANT)
    assert [rows(moment=moment) for moment in (HOUR - INSTANT, HOUR, AFTER)] == [[PUBLISHED, *ADDED]] * 3


# Commitments -------------------------------------------------------------------------------------------


def commit(world: World, text: str, known_from: str, starts: Any) -> CommitmentVersion:
    version = world.commit(text, known_from=known_from)
    publication.publish(version, actor=world.reviewer, starts=starts)
    return version


def test_commitment_changed_is_shown_in_marks_and_in_words(fen: World) -> None:
    commit(fen, "We will sell *licences* at the quay.", "2019-06", FIRST)
    commit(fen, "We will sell licences online, day and night.", "2022-02", HOUR)
    made = "Ministry 1: commitment to action 1 (Boats online) made"
    changed = "Ministry 1: commitment to action 1 (Boats online) changed"
    assert [title for _, title in rows(moment=HOUR - INSTANT)][:2] == [PUBLISHED[1], made]
    assert rows(moment=HOUR)[0] == ("10 May 2022", changed)
    found = entry("commitment to action 1 (Boats online) changed")
    assert "3 words removed, 4 added." in words(found)
    marks = [(one.tag, one.text) for one in found.iter("del", "ins")]
    assert marks == [("del", "at the quay."), ("ins", "online, day and night.")]
    assert found.find(".//a").get("href") == fen.address("departments/ministry-1/actions/1/")


def test_words_of_a_withdrawn_version_are_gone(fen: World) -> None:
    commit(fen, "Licences at the quay.", "2019-06", FIRST)
    gone = commit(fen, "Licences from Mr Heron.", "2022-02", HOUR)
    commit(fen, "Licences at the gate.", "2022-06", LATER)
    assert "Heron" in get(ALL, LATER).content.decode()
    publication.withdraw(gone, actor=fen.reviewer, reason="It named a person.", at=AFTER)
    assert "Heron" not in get(ALL, AFTER).content.decode()
    assert "Why: It named a person." in words(entry("withdrawn"))
    # What came after it is compared with what can still be read.
    marks = [(one.tag, one.text) for one in entry("changed").iter("del", "ins")]
    assert marks == [("del", "quay."), ("ins", "gate.")]


# What has a date and no hour ---------------------------------------------------------------------------


def reword(world: World, text: str, dated: str, **said: str) -> None:
    strategies.reword_action(actor=world.reviewer, action=world.actions[0], text=text, dated=day(dated), **said)


def test_date_in_the_words_of_an_action_moved(fen: World) -> None:
    reword(fen, "Boat licences can be renewed online by July 2021", "2020-10", reason="Mud.", authority="Board")
    found = entry("Action 1 (Boats online): wording and date changed")
    assert words(found[0]) == "October 2020"
    assert "Wording changed Date moved" in words(found)
    assert "March 2021 became July 2021 : 4 months later. Why: Mud. (Board)" in words(found)
    assert (
        rows(f"{ALL}?kind=date")
        == rows(f"{ALL}?kind=wording")
        == [("October 2020", "Action 1 (Boats online): wording and date changed")]
    )


def test_where_dates_are_recorded_the_words_are_not_asked(fen: World) -> None:
    reword(fen, "Boat licences can be renewed online by July 2021", "2020-10")
    promised = {"title": "First licence", "promised": day("2021-03"), "recorded_on": day("2019-05")}
    milestone = strategies.promise_date(actor=fen.reviewer, action=fen.actions[0], **promised)
    for date, recorded, reason in (("2021-07", "2020-10", "Mud."), ("2022-01", "2021-02", "More mud.")):
        strategies.move_date(
            actor=fen.reviewer,
            milestone=milestone,
            promised=day(date),
            recorded_on=day(recorded),
            reason=reason,
            authority="Ferry Board",
        )
    moved = "Action 1 (Boats online): date of “First licence” moved"
    assert rows(f"{ALL}?kind=date") == [("February 2021", moved), ("October 2020", moved)]
    last = words(entries(f"{ALL}?kind=date")[0])
    assert "July 2021 became January 2022 : 6 months later." in last
    assert "First promised for March 2021: 10 months later in total." in last
    assert "Why: More mud. (Ferry Board)" in last
    assert rows(f"{ALL}?kind=wording") == [("October 2020", "Action 1 (Boats online): wording changed")]


def test_what_happened_to_departments(fen: World) -> None:
    one, two = fen.departments
    departments.rename_department(
        actor=fen.reviewer, department=one, name="Heron Board", acronym="HB", since=day("2022-06-02")
    )
    departments.close_department(actor=fen.reviewer, department=two, closed=day("2022-06-01"))
    departments.record_succession(actor=fen.reviewer, old=two, new=one, on=day("2022-06"), kind="merged")
    found = [
        ("2 June 2022", "Ministry 1 is now called Heron Board"),
        ("1 June 2022", "Ministry 2 closed"),
        ("June 2022", "Ministry 2: merged into Heron Board"),
    ]
    assert rows(f"{ALL}?kind=department") == rows(f"{FEN}?kind=department") == found
    assert rows(f"{ALL}?kind=department&department=ministry-1") == [found[0], found[2]]
    assert rows()[:4] == [*found, PUBLISHED]


def test_what_is_dated_later_is_told_at_once_and_says_so(fen: World) -> None:
    reword(fen, "Boats need no licence", "2030-04")
    assert rows()[0] == ("April 2030 from then on", "Action 1 (Boats online): wording changed")


# Filters -----------------------------------------------------------------------------------------------


def test_filters_stand_in_the_address(fen: World) -> None:
    taken_in(fen, 2, "It had two boats.", HOUR)
    commit(fen, "Licences online.", "2019-06", FIRST)
    strategies.add_strategy(actor=fen.reviewer, code="ISL", title="Islands Plan")
    second = ("10 May 2022", "Ministry 2: report for 2021 published")
    made = ("1 March 2022", "Ministry 1: commitment to action 1 (Boats online) made")
    everything = [second, PUBLISHED, made, *ADDED]
    asked = {
        f"{ALL}?strategy=fenland-better-services-plan": everything,
        f"{ALL}?strategy=islands-plan": [],
        f"{ALL}?department=ministry-2": [second],
        f"{ALL}?kind=commitment": [made],
        f"{FEN}?department=ministry-1": [PUBLISHED, made],
        f"{FEN}?action=1": [second, PUBLISHED, made, ADDED[0]],
        f"{FEN}?action=2&kind=report": [],  # the reports say nothing of it
        f"{FEN}?action=9&kind=nothing&department=nobody&strategy=islands-plan": everything,
        f"{ALL}?action=1": everything,  # of which strategy?
    }
    assert {path: rows(path) for path in asked} == asked
    page = html.fromstring(get(f"{FEN}?action=1&kind=report", AFTER).content)
    chosen = page.xpath("//form//option[@selected]/text()")
    assert chosen == ["1 Boats online", "Any department", "Report published"]


HOSTILE = ["%00", "x" * 10_000, "%ED%A0%80", "9" * 400, "0001-01-01T00:00:00Z/edition/FEN/D01/2021/1"]
HOSTILE += ["9999-12-31T23:59:59-12:00/edition/FEN/D01/2021/1", "2022-03-01/edition/FEN/D01/2021/1", "2022/wording"]
HOSTILE += ["2022-03-01T00:00:00/edition/FEN/D01/2021/1", "2022-13/wording/FEN/1", "2022-01/wording/FEN/²"]
HOSTILE += ["2022-03-01T00:00:00Z/edition/FEN/D01/2021/99999999999999999999", "5 May 2022/wording/FEN/1"]


def test_unknown_place_is_the_beginning(fen: World) -> None:
    queries = [*(f"before={one}" for one in HOSTILE), *(f"kind={one}&department={one}" for one in HOSTILE[:4])]
    assert [rows(f"{path}?{query}") for path in (ALL, FEN) for query in queries] == [[PUBLISHED, *ADDED]] * 34


# Page by page ------------------------------------------------------------------------------------------


def pages(path: str) -> list[list[Row]]:
    """What stands on each page, by the links from one to the next."""
    found = []
    while path:
        found.append(rows(path))
        [*following] = html.fromstring(get(path, AFTER).content).xpath("//a[@rel='next']/@href")
        path = following[0] if following else ""
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_every_change_is_on_one_page(fen: World, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Many of one moment, of one day and of one month, with an hour and without."""
    midnight = at("2022-06-01 00:00")
    for number, name in enumerate(["Carts by day", "Soft hooves"], 3):
        strategies.add_action(
            actor=fen.reviewer,
            strategy=fen.strategy,
            number=number,
            short_name=name,
            wording=f"{name} by May 2022",
            added_on=day("2022-06"),
        )
    reword(fen, "By day", "2022-06-01")
    taken_in(fen, 2, "It had two boats.", midnight)
    for body in fen.departments:
        for number in (1, 2):
            publication.publish(fen.commit("So.", number, body), actor=fen.reviewer, starts=midnight)
    commit(fen, "Otherwise.", "2022-05", midnight + timedelta(hours=9))
    departments.close_department(actor=fen.reviewer, department=fen.departments[1], closed=day("2022-06-01"))
    everything = rows()
    assert len(everything) == len(set(everything)) == 13
    monkeypatch.setattr(register, "MOST", size)
    assert [row for page in pages(ALL) for row in page] == everything
    assert {len(page) for page in pages(ALL)[:-1]} == {size}
    of_kind = [row for page in pages(f"{FEN}?kind=commitment&department=ministry-2") for row in page]
    assert of_kind == [row for row in everything if row[1].startswith("Ministry 2: commitment")]


def test_page_of_long_texts_stays_small(fen: World) -> None:
    """Long ones are read where they stand; many of the others are folded, and no more than a page can hold."""
    for number in range(30):
        reword(fen, f"{number} " + "<&\"'> " * 250, f"2020-{number % 12 + 1:02}-{number % 28 + 1:02}")
    reword(fen, "words " * 100_000, "2021")
    page = get(ALL, AFTER)
    assert len(page.content) < 500_000
    [longest] = [one for one in entries(ALL) if words(one[0]) == "2021"]
    assert "Read the words on their page" in words(longest)
    assert len(longest.findall(".//details")) == 0
    assert len(entries(ALL)[3].findall(".//details")) == 1


def test_address_of_a_page_is_made_of_what_is_public(fen: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MOST", 1)
    [following] = html.fromstring(get(ALL, AFTER).content).xpath("//a[@rel='next']/@href")
    assert following == f"/changes/?before={quote('2022-03-01T09:30:00Z/edition/FEN/D01/2021/1', safe='')}"


# Where the changes stand: an action's page, and the story of a commitment --------------------------------


def main(path: str, moment: Any = AFTER) -> str:
    return words(html.fromstring(get(path, moment).content).find(".//main"))


def test_page_of_an_action_says_in_words_what_changed_and_how_far_its_date_moved(fen: World) -> None:
    reword(fen, "Every boat licence can be renewed online by July 2021", "2020-10", reason="Mud.")
    reword(fen, "Every boat licence can be renewed by May 2022", "2021-05")
    page = main(fen.address("actions/1/"))
    assert "October 2020 : 1 word removed, 1 added; the date March 2021 became July 2021. Reason: Mud." in page
    assert "May 2021 : 3 words removed, 2 added; the date July 2021 became May 2022. Reason: not recorded" in page
    assert "October 2020 March 2021 July 2021 Moved 4 months later" in page
    assert "In total, from March 2021 to May 2022: 14 months later ." in page


def promise(world: World, *dates: str, **of: Any) -> None:
    first, *moved = dates
    milestone = strategies.promise_date(
        actor=world.reviewer, title="First licence", promised=day(first), recorded_on=day("2019-05"), **of
    )
    for number, date in enumerate(moved, 1):
        said = {"promised": day(date), "recorded_on": day(f"2020-0{number}"), "reason": "Mud."}
        strategies.move_date(actor=world.reviewer, milestone=milestone, **said)


def test_recorded_date_says_how_far_it_moved_in_total(fen: World) -> None:
    reword(fen, "Every boat licence can be renewed online by July 2021", "2020-10")
    promise(fen, "2021-03", "2021-07", "2021-06", action=fen.actions[0])
    page = main(fen.address("actions/1/"))
    assert "Moved 4 months later" in page
    assert "Moved 1 month earlier" in page
    assert "In total, from March 2021 to June 2021: 3 months later ." in page
    assert "A date in the wording that moved" not in page  # it is told by its milestone
    assert "the date March 2021 became July 2021" in page


@pytest.mark.parametrize(
    "dates, said",
    [
        (["2021-03", "2021-07", "2021-03"], "In total: it is the first date again, March 2021."),
        (["2021-03", "2022"], "In total, from March 2021 to 2022: later ."),
        (["2021-03"], None),
    ],
)
def test_total_says_no_more_than_the_dates(fen: World, dates: list[str], said: str | None) -> None:
    version = commit(fen, "Licences online.", "2019-06", FIRST)
    promise(fen, *dates, commitment=version.commitment)
    page = main(fen.address("departments/ministry-1/actions/1/"))
    assert (said in page) if said else ("In total" not in page)


def test_story_says_in_words_what_changed(fen: World) -> None:
    commit(fen, "Licences *online* by March 2022.", "2019-06", FIRST)
    commit(fen, "Licences online by July 2022.", "2022-02", HOUR)
    said = Said("not_applicable", category="no_such_service", reason="No boats.", dated=day("2022-06"))
    version = commitments.record_version(
        actor=fen.reviewer,
        department=fen.departments[0],
        action=fen.actions[0],
        new=said,
        known_from=day("2022-06"),
    )
    publication.publish(version, actor=fen.reviewer, starts=LATER)
    page = main(fen.address("departments/ministry-1/actions/1/"))
    assert "version 2 : 1 word removed, 1 added; the date March 2022 became July 2022" in page
    assert "version 3 : made became not applicable; 5 words removed, 2 added" in page
    moved = [("10 May 2022", "Ministry 1: commitment to action 1 (Boats online) changed")]
    assert rows(f"{ALL}?kind=date") == moved
    assert "March 2022 became July 2022 : 4 months later." in words(entries(f"{ALL}?kind=date")[0])
    assert "It was made, and is not applicable now." in words(entries(ALL, LATER)[0])
