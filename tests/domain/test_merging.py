"""Two texts that began as one become one again where their changes do not touch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.merging import LONGEST_MERGED, Difference, merged

pytestmark = pytest.mark.once  # no database

BASE = "One two three four.\n\nFive six seven."


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        (BASE, BASE, BASE),
        ("One 2 three four.\n\nFive six seven.", BASE, "One 2 three four.\n\nFive six seven."),
        (BASE, "One two three four.\n\nFive 6 seven.", "One two three four.\n\nFive 6 seven."),
        (
            "One 2 three four.\n\nFive six seven.",
            "One two three four.\n\nFive 6 seven.",
            "One 2 three four.\n\nFive 6 seven.",
        ),
        ("Zero. " + BASE, BASE + " Eight.", "Zero. " + BASE + " Eight."),
        ("two three four.\n\nFive six seven.", BASE + "\n", "two three four.\n\nFive six seven.\n"),
        ("One 2 three four.\n\nFive six seven.", "One zwei three four.\n\nFive six seven.", None),
        ("One 2 three four.\n\nFive six seven.", "One two drei four.\n\nFive six seven.", None),
        ("One and two three four.\n\nFive six seven.", "One or two three four.\n\nFive six seven.", None),
        ("", "One two three four.\n\nFive 6 seven.", None),
    ],
)
def test_changes_in_different_places_fit_together(mine: str, theirs: str, both: str | None) -> None:
    assert merged(BASE, mine, theirs) == both
    assert merged(BASE, theirs, mine) == both


def test_two_texts_without_a_common_one_are_not_put_together() -> None:
    assert merged("", "Mine.", "Theirs.") is None


def test_very_long_texts_are_left_to_a_person() -> None:
    long = "word " * (LONGEST_MERGED // 5)
    assert merged(long + "end", "start " + long + "end", long + "end.") is None
    assert merged(long, long, long + "more") == long + "more"


TEXTS = st.lists(st.sampled_from(["one ", "two ", "three.\n\n", "- ", "  ", "é"]), max_size=12).map("".join)


@given(TEXTS, TEXTS, TEXTS)
def test_any_merged_text_is_of_both_and_the_same_either_way(base: str, mine: str, theirs: str) -> None:
    found = merged(base, mine, theirs)
    assert found == merged(base, theirs, mine)
    if found is not None:
        assert set(found.split()) <= set(mine.split()) | set(theirs.split())
    assert merged(base, mine, base) == mine
    assert merged(base, mine, mine) == mine


def test_difference_tells_how_each_text_came_about() -> None:
    one = Difference("progress", "One two.", "One two three.", "Zero one two.")
    assert " ".join(piece.words for piece in one.pieces("mine") if piece.kind != "del") == "One two three."
