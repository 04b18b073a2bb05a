"""Dates that moved between wordings."""

import pytest

from reporting.domain.tracing import Move, chains, mentions, moves, total
from strategy.dates import PartialDate
from tests.world import day

pytestmark = pytest.mark.once  # no database


def traced(*wordings: str) -> list[tuple[str, str, str, str]]:
    found = moves([(PartialDate.of(2012 + place), words) for place, words in enumerate(wordings)])
    return [(str(move.before), str(move.after), str(move.seen), str(move)) for move in found]


def test_mentions_are_months_with_their_years_in_reading_order() -> None:
    words = (
        "By March 2014 (not in 2013, nor on 5 May 2014), Sept 2015 or DECEMBER  2016; may 12 not; Marching 2014."
    )
    assert [str(one) for one in mentions(words)] == ["March 2014", "May 2014", "September 2015", "December 2016"]


@pytest.mark.parametrize(
    "before, after, change",
    [
        ("All by March 2014", "All by July 2014", ("March 2014", "July 2014", "2013", "4 months later")),
        ("By March 2014", "By February 2014", ("March 2014", "February 2014", "2013", "1 month earlier")),
        ("By December 2013", "By January 2014", ("December 2013", "January 2014", "2013", "1 month later")),
    ],
)
def test_date_that_differs_is_a_move(before: str, after: str, change: tuple[str, str, str, str]) -> None:
    assert traced(before, after) == [change]


@pytest.mark.parametrize(
    "wordings",
    [
        ("By March 2014", "By March 2014, at last"),
        ("By March 2014", "Soon"),
        ("Soon", "By March 2014"),
        ("By March 2014", "By March 2014, and all by July 2015"),
        ("By March 2014, and all by July 2015", "All by July 2015"),
        ("By 2014", "By 2015"),
        ("By March 2014",),
        (),
    ],
)
def test_date_that_stays_or_is_only_added_or_dropped_is_no_move(wordings: tuple[str, ...]) -> None:
    assert traced(*wordings) == []


def test_one_of_two_dates_moved() -> None:
    assert traced("Boats by March 2014, herons by May 2014", "Boats by March 2014, herons by June 2014") == [
        ("May 2014", "June 2014", "2013", "1 month later")
    ]


def test_two_dates_moved_pair_up_in_order() -> None:
    assert traced("March 2014 and May 2014", "April 2014 and July 2014") == [
        ("March 2014", "April 2014", "2013", "1 month later"),
        ("May 2014", "July 2014", "2013", "2 months later"),
    ]


def test_dates_that_do_not_pair_up_are_no_move() -> None:
    assert traced("March 2014", "May 2014 and July 2014") == []


def test_every_move_of_successive_wordings() -> None:
    assert traced("March 2014", "July 2014", "July 2014", "June 2014") == [
        ("March 2014", "July 2014", "2013", "4 months later"),
        ("July 2014", "June 2014", "2015", "1 month earlier"),
    ]


def test_move_across_years_in_months() -> None:
    assert str(Move(day("2012-11"), day("2015-01"), day("2015"))) == "26 months later"


@pytest.mark.parametrize(
    "before, after, words",
    [
        ("2014-03-05", "2014-03-09", "4 days later"),
        ("2014-03-05", "2014-04", "1 month later"),
        ("2014-03", "2015", "later"),
        ("2014", "2013-12", "earlier"),
        ("2014-03", "2014", "within 2014"),
        ("2014-03", "2014-03-09", "within 2014"),
        ("2014-03", "2014-03", "the same date"),
    ],
)
def test_move_says_no_more_than_its_dates(before: str, after: str, words: str) -> None:
    assert str(Move(day(before), day(after), day("2015"))) == words


def test_moves_of_one_date_are_one_chain_with_a_total() -> None:
    """Beside another date that stays, and one that comes to stand before it."""
    wordings = [
        "Boats by March 2014, herons by May 2014",
        "Boats by July 2014, herons by May 2014",
        "Bells by June 2011, boats by July 2014, herons by May 2014",
        "Bells by June 2011, boats by September 2014, herons by April 2014",
    ]
    found = chains([(PartialDate.of(2012 + place), words) for place, words in enumerate(wordings)])
    assert [[str(move.after) for move in chain] for chain in found] == [
        ["July 2014", "September 2014"],
        ["April 2014"],
    ]
    assert [str(total(chain)) for chain in found] == ["6 months later", "1 month earlier"]


def test_date_that_was_dropped_begins_no_chain_anew() -> None:
    wordings = [
        (PartialDate.of(2012 + place), words)
        for place, words in enumerate(["By March 2014", "By July 2014", "Soon", "By July 2014", "By August 2014"])
    ]
    assert [[str(move) for move in chain] for chain in chains(wordings)] == [["4 months later"], ["1 month later"]]


def test_of_too_many_dates_none_is_traced() -> None:
    """As many as no real text has would take as long as the one who wrote them likes."""

    def dates(month: str, number: int) -> str:
        return ", ".join(f"{month} {1000 + place}" for place in range(number))

    assert len(traced(dates("May", 300), dates("June", 300))) == 300
    assert traced(dates("May", 400), dates("June", 400)) == []
