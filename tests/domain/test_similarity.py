"""Repeated words are found, changed words are shown; neither is judged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.similarity import Piece, Place, changes, repeats

pytestmark = pytest.mark.once  # no database

ONE, TWO, THREE = Place(1, 2013, "progress"), Place(1, 2014, "progress"), Place(2, 2015, "planned")


def test_same_words_in_several_places_name_each_other() -> None:
    words = "We have begun to look at it."
    assert repeats([(ONE, words), (TWO, words), (THREE, words)]) == {
        ONE: [TWO, THREE],
        TWO: [ONE, THREE],
        THREE: [ONE, TWO],
    }


@pytest.mark.parametrize("other", ["WE have   begun\nto look at it.", "- We have **begun** to look at it."])
def test_spacing_case_and_markup_do_not_count(other: str) -> None:
    assert repeats([(ONE, "We have begun to look at it."), (TWO, other)]) == {ONE: [TWO], TWO: [ONE]}


@pytest.mark.parametrize(
    "one, other",
    [
        ("We have begun to look at it.", "We have begun to look at them."),
        ("No progress made.", "No progress made."),  # three words may well be alike
        ("", ""),
    ],
)
def test_other_words_and_short_ones_are_no_repetition(one: str, other: str) -> None:
    assert repeats([(ONE, one), (TWO, other)]) == {}


def test_four_words_are_a_repetition() -> None:
    assert repeats([(ONE, "No progress was made."), (TWO, "No progress was made.")]) == {ONE: [TWO], TWO: [ONE]}


def test_place_says_where_in_words() -> None:
    assert [str(ONE), str(THREE)] == ["progress during 2013", "planned activities in 2015"]


def test_changes_word_by_word() -> None:
    assert changes("By March 2014 all boats", "By July 2014 all boats and herons") == [
        Piece("", "By"),
        Piece("del", "March"),
        Piece("ins", "July"),
        Piece("", "2014 all boats"),
        Piece("ins", "and herons"),
    ]


@pytest.mark.parametrize(
    "before, after, pieces",
    [
        ("the same", "the same", [Piece("", "the same")]),
        ("", "new words", [Piece("ins", "new words")]),
        ("old words", "", [Piece("del", "old words")]),
        ("", "", []),
    ],
)
def test_changes_of_all_or_nothing(before: str, after: str, pieces: list[Piece]) -> None:
    assert changes(before, after) == pieces


@given(st.text(alphabet="ab \n"), st.text(alphabet="ab \n"))
def test_changes_give_both_texts_back(before: str, after: str) -> None:
    pieces = changes(before, after)
    assert " ".join(piece.words for piece in pieces if piece.kind != "ins").split() == before.split()
    assert " ".join(piece.words for piece in pieces if piece.kind != "del").split() == after.split()
