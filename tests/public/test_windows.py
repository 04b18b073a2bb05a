"""Pages show what is public at the moment they are asked for: starts <= now < ends, to the microsecond."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from reporting.domain import filing, publication
from reporting.domain.errors import NotPossible
from reporting.models import Edition, Event, Publication
from strategy.models import CommitmentVersion
from tests.public.test_leaks import rows_of_year
from tests.world import World, at, day

INSTANT = timedelta(microseconds=1)
FIRST, SECOND, THIRD = at("2022-03-01 09:30"), at("2022-05-10 00:00"), at("2022-07-01 12:00:00.250000")
SOMEWHERE = {"report", "edition"}
EVERYWHERE = {"report", "action", "story", "year", "home", "department", "edition"}


@pytest.fixture
def fen(db: None) -> World:
    """Two departments in the round of 2021, nothing published."""
    with time_machine.travel(at("2022-01-10 10:00"), tick=False):
        world = World.small(2)
        world.open(2021, due=FIRST.date())
    return world


def filed(world: World, words: str, on: str) -> Edition:
    """An edition with these words, known from that day and not public."""
    return world.cut(world.report(2021), words, known_from=on)


def body(address: str, moment: datetime) -> str:
    """What the page says at that moment; nothing where it is not found."""
    with time_machine.travel(moment, tick=False):
        response = Client().get(address)
    return response.content.decode() if response.status_code == 200 else ""


def shown(world: World, edition: Edition, words: str, moment: datetime, among: set[str] = EVERYWHERE) -> set[str]:
    """Those pages that show the edition at that moment: its words, or a link to it where a page has none."""
    link = f'href="{world.address(f"editions/ministry-1/2021/{edition.number}/")}"'
    places = {
        "report": (world.address("departments/ministry-1/"), words),
        "action": (world.address("actions/1/"), words),
        "story": (world.address("departments/ministry-1/actions/1/"), words),
        "year": (world.address("years/2021/"), link),
        "home": ("/", link),
        "department": ("/departments/ministry-1/", link),
        "edition": (world.address(f"editions/ministry-1/2021/{edition.number}/"), words),
    }
    return {name for name in among if places[name][1] in body(places[name][0], moment)}


def windows() -> list[tuple[datetime, datetime | None, str]]:
    return list(Publication.objects.order_by("pk").values_list("starts", "ends", "ending"))


@pytest.mark.parametrize("starts", [FIRST, THIRD])
def test_edition_appears_everywhere_at_its_start(fen: World, starts: datetime) -> None:
    edition = filed(fen, "Boats went online.", "2022-02-01")
    publication.publish(edition, actor=fen.reviewer, starts=starts, at=at("2022-02-02"))
    assert shown(fen, edition, "Boats went online.", starts - INSTANT) == set()
    assert shown(fen, edition, "Boats went online.", starts) == EVERYWHERE


@pytest.mark.parametrize("ends", [SECOND, THIRD])
def test_edition_is_gone_everywhere_at_its_end_when_withdrawn(fen: World, ends: datetime) -> None:
    edition = filed(fen, "Boats went online.", "2022-02-01")
    publication.publish(edition, actor=fen.reviewer, starts=FIRST)
    publication.withdraw(edition, actor=fen.reviewer, reason="It names a person.", at=ends)
    assert windows() == [(FIRST, ends, "withdrawn")]
    assert shown(fen, edition, "Boats went online.", ends - INSTANT) == EVERYWHERE
    assert shown(fen, edition, "Boats went online.", ends) == set()


def test_counts_and_standings_flip_at_the_start(fen: World) -> None:
    edition = filed(fen, "Boats went online.", "2022-02-01")
    publication.publish(edition, actor=fen.reviewer, starts=FIRST)
    before, after = ({}, {})
    for moment, found in ((FIRST - INSTANT, before), (FIRST, after)):
        with time_machine.travel(moment, tick=False):
            found["year"] = rows_of_year(fen.address("years/2021/"))
        found["strategy"] = "1 of 2" in body(fen.address(), moment)
        found["home"] = "<strong>1 of 2</strong>" in body("/", moment)
    assert before == {
        "year": {"Ministry 1": "Not yet due", "Ministry 2": "Not yet due"},
        "strategy": False,
        "home": False,
    }
    assert after == {
        "year": {"Ministry 1": "Published", "Ministry 2": "Not yet due"},
        "strategy": True,
        "home": True,
    }


def test_standing_turns_when_the_last_day_is_over(fen: World) -> None:
    edition = filed(fen, "Boats went online.", "2022-02-01")
    midnight = at("2022-03-02 00:00")  # the last day is 1 March
    publication.publish(edition, actor=fen.reviewer, starts=midnight)
    standings = []
    for moment in (midnight - INSTANT, midnight):
        with time_machine.travel(moment, tick=False):
            standings.append(rows_of_year(fen.address("years/2021/")))
    assert standings == [
        {"Ministry 1": "Not yet due", "Ministry 2": "Not yet due"},
        {"Ministry 1": "Published late", "Ministry 2": "Not published"},
    ]


def test_successor_scheduled_sets_both_windows_at_once(fen: World) -> None:
    first = filed(fen, "Boats went online.", "2022-02-01")
    publication.publish(first, actor=fen.reviewer, starts=FIRST)
    second = filed(fen, "Some boats went online.", "2022-04-01")
    publication.publish(second, actor=fen.reviewer, starts=SECOND, at=at("2022-04-02"))
    assert windows() == [(FIRST, SECOND, "superseded"), (SECOND, None, "")]
    assert shown(fen, first, "Boats went online.", SECOND - INSTANT) == EVERYWHERE
    assert shown(fen, second, "Some boats went online.", SECOND - INSTANT) == set()
    assert shown(fen, first, "Boats went online.", SECOND) == {"edition"}
    assert shown(fen, second, "Some boats went online.", SECOND) == EVERYWHERE


def test_successor_refused_leaves_both_windows_as_they_were(fen: World) -> None:
    first, second = filed(fen, "One.", "2022-02-01"), filed(fen, "Two.", "2022-04-01")
    publication.publish(first, actor=fen.reviewer, starts=FIRST)
    publication.publish(second, actor=fen.reviewer, starts=SECOND)
    events = Event.objects.count()
    with pytest.raises(NotPossible, match=r"FEN/D01/2021/e2 already has its time of publication."):
        publication.publish(second, actor=fen.reviewer, starts=THIRD)
    assert windows() == [(FIRST, SECOND, "superseded"), (SECOND, None, "")]
    assert Event.objects.count() == events


def test_edition_replaced_says_what_stands_in_its_place(fen: World) -> None:
    first = filed(fen, "Boats went online.", "2022-02-01")
    publication.publish(first, actor=fen.reviewer, starts=FIRST)
    second = filed(fen, "Some boats went online.", "2022-04-01")
    publication.publish(second, actor=fen.reviewer, starts=SECOND)
    notice = "This edition is kept on record."
    address = fen.address("editions/ministry-1/2021/{}/")
    link = f'<a class="govuk-link" href="{address.format(2)}">Edition 2</a> stands in its place'
    assert [sign in body(address.format(1), SECOND - INSTANT) for sign in (notice, link)] == [False, False]
    assert [sign in body(address.format(1), SECOND) for sign in (notice, link)] == [True, True]
    assert notice not in body(address.format(2), SECOND)


def test_withdrawn_successor_takes_the_one_before_with_it(fen: World) -> None:
    """An edition that was replaced does not come back by itself: it was replaced for a reason."""
    first, second = filed(fen, "One went.", "2022-02-01"), filed(fen, "Two went.", "2022-04-01")
    publication.publish(first, actor=fen.reviewer, starts=FIRST)
    publication.publish(second, actor=fen.reviewer, starts=SECOND)
    publication.withdraw(second, actor=fen.reviewer, reason="It names a person.", at=THIRD)
    assert shown(fen, second, "Two went.", THIRD, SOMEWHERE) == set()
    assert shown(fen, first, "One went.", THIRD, SOMEWHERE) == set()


def test_withdrawn_before_its_start_leaves_the_one_before_public(fen: World) -> None:
    first, second = filed(fen, "One went.", "2022-02-01"), filed(fen, "Two went.", "2022-04-01")
    publication.publish(first, actor=fen.reviewer, starts=FIRST)
    publication.publish(second, actor=fen.reviewer, starts=SECOND)
    publication.withdraw(second, actor=fen.reviewer, reason="Too early.", at=SECOND - timedelta(days=1))
    assert windows() == [(FIRST, None, ""), (SECOND, SECOND, "withdrawn")]
    for moment in (SECOND - INSTANT, SECOND, THIRD):
        assert shown(fen, first, "One went.", moment, SOMEWHERE) == SOMEWHERE
        assert shown(fen, second, "Two went.", moment, SOMEWHERE) == set()


def test_withdrawn_before_its_start_leaves_a_third_one_its_time(fen: World) -> None:
    first, second, third = (
        filed(fen, words, on) for words, on in (("A.", "2022-02-01"), ("B.", "2022-04-01"), ("C.", "2022-04-02"))
    )
    for edition, starts in ((first, FIRST), (second, SECOND), (third, THIRD)):
        publication.publish(edition, actor=fen.reviewer, starts=starts)
    publication.withdraw(second, actor=fen.reviewer, reason="Too early.", at=SECOND - INSTANT)
    assert windows() == [(FIRST, THIRD, "superseded"), (SECOND, SECOND, "withdrawn"), (THIRD, None, "")]


def test_withdrawn_edition_is_not_in_the_history_of_the_ones_around_it(fen: World) -> None:
    first, second, third = (
        filed(fen, words, f"2022-02-0{number}") for number, words in enumerate(("A.", "B.", "C."), 1)
    )
    publication.publish(first, actor=fen.reviewer, starts=FIRST)
    publication.publish(second, actor=fen.reviewer, starts=SECOND)
    publication.withdraw(second, actor=fen.reviewer, reason="It names a person.", at=SECOND + INSTANT)
    publication.publish(third, actor=fen.reviewer, starts=THIRD)
    page = body(fen.address("departments/ministry-1/"), THIRD)
    found = {number: f"editions/ministry-1/2021/{number}/" in page for number in (1, 2, 3)}
    assert found == {1: True, 2: False, 3: True}
    readable = {
        number: bool(body(fen.address(f"editions/ministry-1/2021/{number}/"), THIRD)) for number in (1, 2, 3)
    }
    assert readable == {1: True, 2: False, 3: True}


def test_withdrawing_needs_a_public_edition_and_a_reason(fen: World) -> None:
    edition = filed(fen, "Boats went online.", "2022-02-01")
    with pytest.raises(NotPossible, match=r"FEN/D01/2021/e1 is not public: there is nothing to withdraw."):
        publication.withdraw(edition, actor=fen.reviewer, reason="It names a person.")
    publication.publish(edition, actor=fen.reviewer, starts=FIRST)
    with pytest.raises(NotPossible, match="Say why it is withdrawn"):
        publication.withdraw(edition, actor=fen.reviewer, reason="  ")
    publication.withdraw(edition, actor=fen.reviewer, reason="It names a person.", at=SECOND)
    with pytest.raises(NotPossible, match="is not public"):
        publication.withdraw(edition, actor=fen.reviewer, reason="Again.", at=SECOND)


def test_older_publication_recorded_later_never_becomes_current(fen: World) -> None:
    newer = fen.cut(fen.report(2021), "As said in June.", known_from="2022-06-01")
    fen.publish(newer, "2022-06-01")
    older = fen.cut(fen.report(2021), "As said in April.", known_from="2022-04-01")
    fen.publish(older, "2022-04-01")
    june, april = at("2022-06-01"), at("2022-04-01")
    assert windows() == [(june, None, ""), (april, june, "superseded")]
    assert shown(fen, older, "As said in April.", april - INSTANT, SOMEWHERE) == set()
    assert shown(fen, older, "As said in April.", april, SOMEWHERE) == SOMEWHERE
    assert shown(fen, older, "As said in April.", june, SOMEWHERE) == {"edition"}
    assert shown(fen, newer, "As said in June.", june, SOMEWHERE) == SOMEWHERE


def test_older_publication_without_a_date_is_on_record_and_never_current(fen: World) -> None:
    newer = fen.cut(fen.report(2021), "As said in June.", known_from="2022-06-01")
    fen.publish(newer, "2022-06-01")
    older = fen.cut(fen.report(2021), "As said before.", known_from="2021")
    recorded = at("2022-09-01 10:00")
    publication.publish(older, actor=fen.reviewer, dated=day("2022-09-01"), date_stated=False, at=recorded)
    assert windows()[1] == (recorded, recorded, "superseded")
    for moment in (recorded - INSTANT, recorded, recorded + INSTANT):
        assert shown(fen, newer, "As said in June.", moment, SOMEWHERE) == SOMEWHERE
    assert shown(fen, older, "As said before.", recorded - INSTANT, SOMEWHERE) == set()
    assert shown(fen, older, "As said before.", recorded, SOMEWHERE) == {"edition"}


def test_publication_without_a_date_starts_now_and_says_so(fen: World) -> None:
    edition = fen.cut(fen.report(2021), "Boats went online.", known_from="2021")
    recorded = at("2022-09-01 10:00")
    publication.publish(edition, actor=fen.reviewer, dated=day("2022-09-01"), date_stated=False, at=recorded)
    assert windows() == [(recorded, None, "")]
    assert shown(fen, edition, "Boats went online.", recorded - INSTANT, SOMEWHERE) == set()
    assert shown(fen, edition, "Boats went online.", recorded, SOMEWHERE) == SOMEWHERE
    said = "Published here 1 September 2022; the source states no date."
    assert said in body(fen.address("departments/ministry-1/"), recorded)
    assert said in body(fen.address("editions/ministry-1/2021/1/"), recorded)
    assert "date not stated" in body(fen.address("years/2021/"), recorded)
    assert "date not stated" in body("/", recorded)


def test_publication_with_a_month_starts_with_the_month_and_is_printed_as_a_month(fen: World) -> None:
    edition = fen.cut(fen.report(2021), "Boats went online.", known_from="2022-05")
    fen.publish(edition, "2022-05")
    start = at("2022-05-01 00:00")
    assert shown(fen, edition, "Boats went online.", start - INSTANT, SOMEWHERE) == set()
    assert shown(fen, edition, "Boats went online.", start, SOMEWHERE) == SOMEWHERE
    page = body(fen.address("departments/ministry-1/"), start)
    assert "Published May 2022." in page
    assert "1 May 2022" not in page


def test_correction_of_the_same_date_starts_now(fen: World) -> None:
    first = fen.cut(fen.report(2021), "As misprinted.", known_from="2022-04-01")
    fen.publish(first, "2022-04-01")
    second = fen.cut(fen.report(2021), "As corrected.", known_from="2022-04-01")
    recorded = at("2022-09-01 10:00")
    publication.publish(second, actor=fen.reviewer, dated=day("2022-04-01"), at=recorded)
    assert windows() == [(at("2022-04-01"), recorded, "superseded"), (recorded, None, "")]
    assert shown(fen, first, "As misprinted.", recorded - INSTANT, SOMEWHERE) == SOMEWHERE
    assert shown(fen, second, "As corrected.", recorded - INSTANT, SOMEWHERE) == set()
    assert shown(fen, first, "As misprinted.", recorded, SOMEWHERE) == {"edition"}
    assert shown(fen, second, "As corrected.", recorded, SOMEWHERE) == SOMEWHERE


def test_body_that_is_answered_for_is_so_while_that_report_is_public(fen: World) -> None:
    edition = filed(fen, "Boats went online.", "2022-02-01")
    filing.cover(actor=fen.leader, report=edition.report, department=fen.departments[1])
    publication.publish(edition, actor=fen.reviewer, starts=FIRST)
    publication.withdraw(edition, actor=fen.reviewer, reason="It names a person.", at=SECOND)
    said = "The report of Ministry 1 answers for it."
    places = [fen.address("years/2021/"), fen.address("departments/ministry-2/"), fen.address("actions/1/")]
    moments = {FIRST - INSTANT: False, FIRST: True, SECOND - INSTANT: True, SECOND: False}
    for moment, public in moments.items():
        assert [said in body(place, moment) for place in places] == [public] * 3


def test_other_departments_and_years_keep_their_windows(fen: World) -> None:
    fen.open(2020)
    other = [fen.report(2021, fen.departments[1]), fen.report(2020)]
    for report in other:
        fen.publish(fen.cut(report, "Something else."), "2022-01-15")
    before = windows()
    fen.publish(filed(fen, "Boats went online.", "2022-02-01"), "2022-02-01")
    assert windows()[: len(before)] == before == [(at("2022-01-15"), None, "")] * 2


# Commitments -----------------------------------------------------------------------------------------

PLACES = {"report": "departments/ministry-1/", "action": "actions/1/", "story": "departments/ministry-1/actions/1/"}


def committed(world: World, words: str, moment: datetime) -> set[str]:
    return {name for name, place in PLACES.items() if words in body(world.address(place), moment)}


def test_commitment_appears_at_its_start_and_is_gone_when_withdrawn(fen: World) -> None:
    version = fen.commit("We will renew licences online.", known_from="2022-02")
    publication.publish(version, actor=fen.reviewer, starts=FIRST)
    assert committed(fen, "We will renew licences online.", FIRST - INSTANT) == set()
    assert committed(fen, "We will renew licences online.", FIRST) == set(PLACES)
    assert "Commitments: 1 made" in body("/departments/ministry-1/", FIRST)
    publication.withdraw(version, actor=fen.reviewer, reason="It was another body's.", at=THIRD)
    assert committed(fen, "We will renew licences online.", THIRD - INSTANT) == set(PLACES)
    assert committed(fen, "We will renew licences online.", THIRD) == set()
    assert "Commitments: 1 made" not in body("/departments/ministry-1/", THIRD)


def test_commitment_worded_anew_is_current_and_the_earlier_wording_stays_in_the_story(fen: World) -> None:
    first, second = "We will renew licences online.", "We hope to renew licences online."
    publication.publish(fen.commit(first, known_from="2022-02"), actor=fen.reviewer, starts=FIRST)
    publication.publish(fen.commit(second, known_from="2022-04"), actor=fen.reviewer, starts=SECOND)
    assert windows() == [(FIRST, SECOND, "superseded"), (SECOND, None, "")]
    assert (committed(fen, first, SECOND - INSTANT), committed(fen, second, SECOND - INSTANT)) == (
        set(PLACES),
        set(),
    )
    assert (committed(fen, first, SECOND), committed(fen, second, SECOND)) == ({"story"}, set(PLACES))


def test_commitment_from_an_older_publication_recorded_later_stays_in_the_story(fen: World) -> None:
    newer, older = "We hope to renew licences online.", "We will renew licences online."
    fen.publish(fen.commit(newer, known_from="2022-04"), "2022-04")
    fen.publish(fen.commit(older, known_from="2022-02"), "2022-02")
    assert windows() == [(at("2022-04-01"), None, ""), (at("2022-02-01"), at("2022-04-01"), "superseded")]
    assert committed(fen, older, at("2022-02-01")) == set(PLACES)
    assert (committed(fen, older, THIRD), committed(fen, newer, THIRD)) == ({"story"}, set(PLACES))
    current = CommitmentVersion.objects.get(publication__ends=None)
    assert (current.number, current.text) == (1, newer)
