"""Which statements of a plan are activities, and which activity is which after a correction."""

import pytest

from reporting.domain.activities import Planned, match, split


@pytest.mark.parametrize(
    "source, planned",
    [
        ("One.\n\nTwo.", [(0, "One."), (1, "Two.")]),
        ("- one\n- two\n  - three", [(0, "one"), (1, "two"), (2, "three")]),
        ("1. one\n2. two", [(0, "one"), (1, "two")]),
        ("We will:\n- one\n- two", [(1, "one"), (2, "two")]),
        ("First this. Then we will:\n- one", [(0, "First this."), (1, "one")]),
        ("- this: and that\n- these:", [(0, "this: and that")]),
        ("**Bold** [link](https://example.org) `code`", [(0, "Bold link `code`")]),
        (" \n\n", []),
    ],
)
def test_split_into_paragraphs_and_bullets_without_lead_ins(source: str, planned: list[tuple[int, str]]) -> None:
    assert split(source) == [Planned(*row) for row in planned]


EARLIER = [(1, "Mend every boat in the harbour"), (2, "Count all the herons"), (4, "Paint the lighthouse white")]


@pytest.mark.parametrize(
    "now, numbers",
    [
        (["Mend every boat in the harbour", "Count all the herons", "Paint the lighthouse white"], [1, 2, 4]),
        (["Paint the lighthouse white", "Mend every boat in the harbour"], [4, 1]),
        (["Count  all the\nherons"], [2]),
        (["Count all of the herons twice"], [2]),
        (["Something else entirely"], [None]),
        (["Paint the lighthouse red", "Paint the lighthouse white"], [None, 4]),
        (["Paint the lighthouse red", "Paint the lighthouse blue"], [4, None]),
        ([], []),
    ],
)
def test_match_by_the_same_words_then_by_the_nearest(now: list[str], numbers: list[int | None]) -> None:
    assert match(EARLIER, now) == numbers


def test_match_gives_a_number_once() -> None:
    assert match([(1, "The same"), (2, "The same")], ["The same", "The same", "The same"]) == [1, 2, None]
