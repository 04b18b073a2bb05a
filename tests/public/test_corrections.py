"""Corrections and withdrawals as readers see them, and not before their hour."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from lxml import html

from reporting.domain import audit, filing, publication, releases, review
from reporting.models import Edition
from tests.world import World, at

FIRST, HOUR = at("2022-03-01 09:30"), at("2022-05-10 09:30")
LATER, AFTER = at("2022-07-01 12:00"), at("2022-08-01 12:00")
INSTANT = timedelta(microseconds=1)
TEXT = "The quay office counted the lamps of the north quay and painted all of them green."
NOTE = "The quay was another one."
REASON = "It named a person."


@pytest.fixture
def fen(db: None) -> World:
    """Two departments whose first editions of 2021 are public from FIRST on."""
    with time_machine.travel(at("2022-01-10 10:00"), tick=False):
        world = World.small(2)
        world.open(2021)
        for body in world.departments:
            publication.publish(
                world.file(world.report(2021, body), progress=TEXT), actor=world.reviewer, starts=FIRST
            )
    return world


def correct(world: World, *, note: str = NOTE, kind: str = "minor", assess: bool = True, **words: Any) -> Edition:
    """The next edition of the first department's report: accepted, and in no window yet."""
    report = review.reopen(actor=world.reviewer, report=world.report(2021), reason="A mistake.")
    world.write(report, **{"progress": TEXT.replace("north", "south"), **words})
    filing.describe_change(actor=world.leader, report=report, note=note, kind=kind)
    report = review.start_review(actor=world.reviewer, report=filing.sign_off(actor=world.leader, report=report))
    if assess:
        said = {"assessment": "not_evidenced", "reason": "Nobody has *seen* it."}
        review.assess(actor=world.reviewer, report=report, action=world.actions[0], **said)
    return review.accept_report(actor=world.reviewer, report=report)


def get(path: str, moment: Any) -> Any:
    with time_machine.travel(moment, tick=False):
        return Client().get(path)


def words(path: str, moment: Any) -> str:
    main = html.fromstring(get(path, moment).content).find(".//main")
    return " ".join(main.text_content().split())


def register(moment: Any, path: str = "/corrections/") -> list[list[str]]:
    rows = html.fromstring(get(path, moment).content).findall(".//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def edition(world: World, number: int, body: int = 1) -> str:
    return world.address(f"editions/ministry-{body}/2021/{number}/")


ROW = "Ministry 1: report for 2021, edition {}Fenland Better Services Plan"


# Corrections -------------------------------------------------------------------------------------------


def test_correction_is_in_the_open_at_its_hour_and_not_before(fen: World) -> None:
    with time_machine.travel(at("2022-04-01"), tick=False):
        correct(fen)
        releases.release(actor=fen.reviewer, round=fen.report(2021).round, starts=HOUR)
    places = ["/", "/corrections/", fen.address("departments/ministry-1/"), edition(fen, 1)]
    before = [get(path, HOUR - INSTANT).content.decode() for path in places]
    assert [
        sign for sign in (NOTE, "orrection, minor", "2021/e2", "another one") for page in before if sign in page
    ] == []
    assert get(edition(fen, 2), HOUR - INSTANT).status_code == 404
    assert [NOTE.rstrip(".") in get(path, HOUR).content.decode() for path in places] == [True] * 4
    assert get(edition(fen, 2), HOUR).status_code == 200
    assert (register(HOUR - INSTANT), register(HOUR)) == ([], [["10 May 2022", ROW.format(2), "Minor", NOTE]])


def test_page_of_a_correction_shows_what_it_changed(fen: World) -> None:
    publication.publish(correct(fen, status="behind"), actor=fen.reviewer, starts=HOUR)
    page = html.fromstring(get(edition(fen, 2), HOUR).content).find('.//section[@aria-labelledby="changes"]')
    said = " ".join(page.text_content().split())
    # Of all three actions the status and the progress, and of one the assessment with its reason.
    assert "Against edition 1, 6 passages were removed and 8 added, in 3 of 3 entries." in said
    found = [(one.tag, one.text) for one in page.iter("del", "ins")][2:]
    assert found[:4] == [("del", "On track"), ("ins", "Behind"), ("del", "north"), ("ins", "south")]
    assert ("ins", "Not evidenced") in found
    assert [one.text for one in page.iter("h3")] == [
        "Action 1: Boats online",
        "Action 2: Plain letters",
        "Action 3: Open records",
    ]
    assert b"What this edition changed" not in get(edition(fen, 1), HOUR).content


def test_page_of_a_third_edition_compares_it_with_the_second(fen: World) -> None:
    publication.publish(correct(fen), actor=fen.reviewer, starts=HOUR)
    publication.publish(correct(fen, progress=TEXT.replace("north", "west")), actor=fen.reviewer, starts=LATER)
    assert "Against edition 2" in words(edition(fen, 3), LATER)
    assert "Against edition 1" in words(edition(fen, 2), LATER)
    assert "north" not in words(edition(fen, 3), LATER).partition("Contents")[0]


def test_withdrawn_edition_is_compared_with_nothing(fen: World) -> None:
    publication.publish(correct(fen, progress="Secret."), actor=fen.reviewer, starts=HOUR)
    publication.withdraw(Edition.objects.get(number=2), actor=fen.reviewer, reason=REASON, at=LATER)
    publication.publish(correct(fen), actor=fen.reviewer, starts=AFTER)
    assert "Against edition 1" in words(edition(fen, 3), AFTER)
    assert "Secret" not in words(edition(fen, 3), AFTER)


def test_mended_note_is_shown_everywhere(fen: World) -> None:
    corrected = correct(fen)
    publication.publish(corrected, actor=fen.reviewer, starts=HOUR)
    publication.correct_note(corrected, actor=fen.reviewer, note="The quay was the south one.")
    places = ["/", "/corrections/", fen.address("departments/ministry-1/"), edition(fen, 1), edition(fen, 2)]
    pages = [get(path, HOUR).content.decode() for path in places]
    assert ["The quay was the south one" in page for page in pages] == [True] * 5
    assert [NOTE.rstrip(".") in page for page in pages] == [False] * 5


def test_history_names_the_kind_and_the_note(fen: World) -> None:
    publication.publish(correct(fen, kind="major"), actor=fen.reviewer, starts=HOUR)
    for path in (fen.address("departments/ministry-1/"), edition(fen, 1), edition(fen, 2)):
        page = words(path, HOUR)
        assert "History of this report: 2 editions" in page
        assert "FEN/D01/2021/e2 (correction, major): The quay was another one." in page


# Assessments -------------------------------------------------------------------------------------------


def test_assessment_stands_apart_from_the_departments_status(fen: World) -> None:
    publication.publish(correct(fen, status="completed"), actor=fen.reviewer, starts=HOUR)
    places = ["departments/ministry-1/", "departments/ministry-1/actions/1/", "actions/1/"]
    for path in (*map(fen.address, places), edition(fen, 2)):
        page = html.fromstring(get(path, HOUR).content)
        [box] = page.findall('.//div[@class="st-assessment"]')
        assert " ".join(box.text_content().split()) == (
            "Assessment by Cabinet Office Reviewer’s assessment: Not evidenced Nobody has seen it."
        )
        statement = " ".join(box.getparent().text_content().split())
        assert statement.startswith("Progress during 2021 Status: Completed ")
        assert b"Cabinet Office" not in get(path, HOUR - INSTANT).content


# Withdrawals -------------------------------------------------------------------------------------------


def test_withdrawn_edition_is_gone_with_its_reason(fen: World) -> None:
    first = Edition.objects.get(report__department=fen.departments[0])
    publication.withdraw(first, actor=fen.reviewer, reason=REASON, at=HOUR)
    answers = [
        get(edition(fen, 1), moment).status_code for moment in (FIRST - INSTANT, FIRST, HOUR - INSTANT, HOUR)
    ]
    assert answers == [404, 200, 200, 410]
    assert f"Withdrawn on 10 May 2022: {REASON}" in words(edition(fen, 1), HOUR)
    assert "lamps" not in words(edition(fen, 1), AFTER)
    assert get(edition(fen, 1), AFTER).headers["Cache-Control"] == "public, no-cache"
    report = fen.address("departments/ministry-1/")
    assert get(report, HOUR).status_code == 200
    assert f"Withdrawn on 10 May 2022: {REASON}" in words(report, HOUR)
    assert REASON not in words(report, HOUR - INSTANT)
    assert register(HOUR - INSTANT) == []
    assert register(HOUR) == [["10 May 2022", ROW.format(1), "Withdrawn", REASON]]
    assert get(edition(fen, 2), HOUR).status_code == 404


def test_withdrawn_before_its_hour_was_never_there(fen: World) -> None:
    publication.publish(correct(fen), actor=fen.reviewer, starts=HOUR)
    publication.withdraw(Edition.objects.get(number=2), actor=fen.reviewer, reason=REASON, at=HOUR - INSTANT)
    for moment in (HOUR - INSTANT, HOUR, AFTER):
        assert get(edition(fen, 2), moment).status_code == 404
        assert register(moment) == []
        assert [REASON in words(path, moment) for path in ("/", fen.address("departments/ministry-1/"))] == [
            False
        ] * 2


def test_edition_goes_with_the_one_that_took_its_place(fen: World) -> None:
    publication.publish(correct(fen), actor=fen.reviewer, starts=HOUR)
    publication.withdraw(Edition.objects.get(number=2), actor=fen.reviewer, reason=REASON, at=LATER)
    assert [get(edition(fen, number), LATER).status_code for number in (1, 2, 3)] == [410, 410, 404]
    assert "Edition 2 took the place of this one and was withdrawn on 1 July 2022" in words(edition(fen, 1), LATER)
    assert "lamps" not in words(edition(fen, 1), LATER)
    assert register(LATER) == [["1 July 2022", ROW.format(2), "Withdrawn", REASON]]
    assert NOTE not in get("/corrections/", LATER).content.decode()


def test_correction_leaves_the_register_with_the_one_that_took_its_place(fen: World) -> None:
    """Its note may say what was withdrawn."""
    publication.publish(correct(fen), actor=fen.reviewer, starts=HOUR)
    publication.publish(correct(fen, note="Once more."), actor=fen.reviewer, starts=HOUR + INSTANT)
    publication.withdraw(Edition.objects.get(number=3), actor=fen.reviewer, reason=REASON, at=LATER)
    assert [row[3] for row in register(LATER - INSTANT)] == ["Once more.", NOTE]
    assert [row[3] for row in register(LATER)] == [REASON]


def test_withdrawn_edition_stays_gone_when_another_follows(fen: World) -> None:
    first = Edition.objects.get(report__department=fen.departments[0])
    publication.withdraw(first, actor=fen.reviewer, reason=REASON, at=HOUR)
    publication.publish(correct(fen), actor=fen.reviewer, starts=LATER)
    assert [get(edition(fen, number), LATER - INSTANT).status_code for number in (1, 2)] == [410, 404]
    assert [get(edition(fen, number), LATER).status_code for number in (1, 2)] == [410, 200]
    assert "Read edition 2, which stands in its place." in words(edition(fen, 1), LATER)
    assert "edition 2" not in words(edition(fen, 1), LATER - INSTANT).casefold()
    history = words(fen.address("departments/ministry-1/"), LATER)
    assert "History of this report: 1 edition, 1 withdrawn" in history
    assert f"FEN/D01/2021/e1: withdrawn. {REASON}" in history


def test_replaced_edition_is_withdrawn_like_any_other(fen: World) -> None:
    """It could be read at its address, and in what the next one changed."""
    publication.publish(correct(fen), actor=fen.reviewer, starts=HOUR)
    first = Edition.objects.get(report__department=fen.departments[0], number=1)
    assert get(edition(fen, 1), LATER).status_code == 200
    assert "Against edition 1" in words(edition(fen, 2), LATER)
    publication.withdraw(first, actor=fen.reviewer, reason=REASON, at=LATER)
    assert [get(edition(fen, number), LATER).status_code for number in (1, 2)] == [410, 200]
    assert "Against edition 1" not in words(edition(fen, 2), LATER)
    assert register(LATER)[0] == ["1 July 2022", ROW.format(1), "Withdrawn", REASON]
    assert audit.verify().faults == []


# The register ------------------------------------------------------------------------------------------


def test_register_has_no_first_edition_and_none_recorded_late(fen: World) -> None:
    report = fen.report(2021)
    older = fen.cut(report, "As said before.", known_from="2021")
    publication.publish(older, actor=fen.reviewer, dated=None, date_stated=False, at=HOUR)
    assert register(AFTER) == []


def test_register_is_read_page_by_page(fen: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of one moment, too: none twice and none left out. Its addresses name what is public alone."""
    monkeypatch.setattr("reporting.domain.corrections.MOST", 2)
    other = fen.departments[1]
    for number, starts in enumerate((HOUR, HOUR + INSTANT, LATER), start=2):
        publication.publish(correct(fen, note=f"Note {number}.", assess=False), actor=fen.reviewer, starts=starts)
    publication.publish(
        fen.corrected(fen.report(2021, other), progress="Otherwise."), actor=fen.reviewer, starts=LATER
    )
    publication.publish(correct(fen, note="Not yet public.", assess=False), actor=fen.reviewer, starts=AFTER)
    seen, path, pages = [], "/corrections/", 0
    while path:
        found = register(LATER, path)
        seen += [(row[1], row[3]) for row in found]
        links = [one.get("href") for one in html.fromstring(get(path, LATER).content).iter("a")]
        path = next((one for one in links if "before=" in one), "")
        pages += 1
    assert pages == 2
    assert sorted(note for _, note in seen) == ["Note 2.", "Note 3.", "Note 4.", "What was wrong is right now."]
    assert [note for _, note in seen][-2:] == ["Note 3.", "Note 2."]


def test_register_before_what_is_not_in_it_is_not_found(fen: World) -> None:
    publication.publish(correct(fen), actor=fen.reviewer, starts=HOUR)
    asked = [
        "FEN/D01/2021/e2",
        "FEN/D01/2021/e1",
        "FEN/D09/2021/e2",
        "x",
        "FEN/D01/²/e2",
        "FEN/D01/2021/e9999999999",
        "FEN%00/D01/2021/e1",
    ]
    early, late = (
        [get(f"/corrections/?before={one}", at).status_code for one in asked] for at in (HOUR - INSTANT, HOUR)
    )
    assert early == [404] * 7
    assert late == [200, *[404] * 6]
    secret = get("/corrections/?before=FEN/D01/2021/e2", HOUR - INSTANT)
    assert secret.content == get("/corrections/?before=nothing", HOUR - INSTANT).content


def test_register_prints_a_date_as_precise_as_it_was_stated(fen: World) -> None:
    """Of a correction that was published elsewhere."""
    second = fen.cut(fen.report(2021), "As corrected.", known_from="2022-05")
    fen.publish(second, "2022-05")
    assert [row[:3] for row in register(AFTER)] == [["May 2022", ROW.format(2), "not stated"]]
