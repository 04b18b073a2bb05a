"""What one edition changed against the one before, in marks that people can read."""

from time import process_time

import pytest

from reporting.domain.differences import Changes, between, joined, likeness, nearly_the_same, paragraphs
from reporting.domain.published import EntryView
from reporting.domain.similarity import Piece, changes

pytestmark = pytest.mark.once

LAMPS = "The quay office counted the lamps of the north quay and painted all of them green."


def marked(before: str, after: str) -> list[str]:
    """Paragraph by paragraph: [-removed-] and {+added+}."""
    marks = {"": "{}", "del": "[-{}-]", "ins": "{{+{}+}}"}
    return [
        " ".join(marks[piece.kind].format(piece.words) for piece in pieces) for pieces in paragraphs(before, after)
    ]


def test_same_text_has_no_differences() -> None:
    assert marked(LAMPS, LAMPS) == marked("", "") == []
    assert marked("- One\n- Two", "* One\n* Two") == []


def test_words_within_a_paragraph() -> None:
    assert marked(LAMPS, LAMPS.replace("green", "deep blue")) == [
        "The quay office counted the lamps of the north quay and painted all of them [-green.-] {+deep blue.+}"
    ]


def test_paragraph_that_stayed_is_left_out() -> None:
    assert marked(f"{LAMPS}\n\nIt rained.", f"{LAMPS}\n\nIt snowed all day.\n\nIt rained.") == [
        "{+It snowed all day.+}"
    ]
    assert marked(f"{LAMPS}\n\nIt rained.", LAMPS) == ["[-It rained.-]"]


def test_paragraph_less_than_sixty_percent_alike_is_shown_whole() -> None:
    assert marked("One two three four five.", "One two three six seven eight.") == [
        "[-One two three four five.-]",
        "{+One two three six seven eight.+}",
    ]
    assert marked("One two three four five.", "One two three four six.") == [
        "One two three four [-five.-] {+six.+}",
    ]


def test_likeness_is_of_words() -> None:
    assert likeness("a b c d e", "a b c d f") == 0.8
    assert likeness("", "") == 1.0
    assert likeness("a", "") == 0.0


@pytest.mark.parametrize(
    "kept, pieces",
    [
        ("and", [("del", "One and two"), ("ins", "Three and four")]),
        ("of the", [("del", "One of the two"), ("ins", "Three of the four")]),
        (
            "of all the",
            [("del", "One"), ("ins", "Three"), ("", "of all the"), ("del", "two"), ("ins", "four")],
        ),
    ],
)
def test_changes_are_joined_that_fewer_than_three_words_separate(kept: str, pieces: list[tuple[str, str]]) -> None:
    found = joined(changes(f"One {kept} two", f"Three {kept} four"))
    assert found == [Piece(kind, words) for kind, words in pieces]


def test_joined_pieces_give_both_texts_back() -> None:
    before, after = "a b c d e f g h i j", "x b y d e f z h i k"
    found = joined(changes(before, after))
    assert " ".join(piece.words for piece in found if piece.kind != "ins") == before
    assert " ".join(piece.words for piece in found if piece.kind != "del") == after


def test_paragraphs_find_the_ones_that_they_came_from() -> None:
    before = f"Something of its own stood here.\n\n{LAMPS}"
    after = f"{LAMPS.replace('green', 'blue')}\n\nAnd a new end."
    assert marked(before, after) == [
        "[-Something of its own stood here.-]",
        "The quay office counted the lamps of the north quay and painted all of them [-green.-] {+blue.+}",
        "{+And a new end.+}",
    ]


def test_hostile_length_is_shown_whole_and_soon() -> None:
    one, other = "\n\n".join(["a"] * 2000), "\n\n".join(["b"] * 2000)
    assert len(paragraphs(one, other)) == 4000
    assert marked("a " * 11_000 + "c", "b " + "a " * 11_000)[0].startswith("[-a a")


NUMBERS = [str(number) for number in range(60_000)]
SHUFFLED = [f"{' '.join(NUMBERS[start : start + 40])}" for start in range(0, 490 * 40, 40)]


@pytest.mark.parametrize(
    "before, after",
    [
        ("a " * 1000, "a " * 500 + "b " + "a " * 499),
        ("a " * 8000, "b " + "a b " * 4000),
        (" ".join(NUMBERS), " ".join(NUMBERS[::-1])),
        ("\n\n".join(["a"] * 400), "\n\n".join(["a", "b"] * 300)),
        ("\n\n".join(SHUFFLED), "\n\n".join(f"{words} more" for words in SHUFFLED[::-1])),
    ],
)
def test_hostile_texts_are_compared_in_no_time(before: str, after: str) -> None:
    """One word a thousand times took ten seconds, a text of the longest kind minutes."""
    started = process_time()
    assert paragraphs(before, after)
    pieces = changes(before, after)
    assert process_time() - started < 1.5
    assert " ".join(piece.words for piece in pieces if piece.kind != "ins").split() == before.split()
    assert " ".join(piece.words for piece in pieces if piece.kind != "del").split() == after.split()


def test_nearly_the_same_says_nothing_of_short_texts() -> None:
    assert nearly_the_same("Not yet.", "Not yet.") is False
    assert nearly_the_same(LAMPS, LAMPS.replace("green", "blue")) is True
    assert nearly_the_same(LAMPS, LAMPS.replace("green", "blue").replace("counted", "saw")) is False


def entry(action: int, **fields: object) -> EntryView:
    given = {"status": "", "progress": "", "planned": "", "notes": "", **fields}
    return EntryView(id=action, edition_id=1, department_id=1, year=2021, action=action, **given)  # type: ignore[arg-type]


def names(changed: Changes) -> dict[int, list[str]]:
    return {one.action: [field.name for field in one.fields] for one in changed.entries}


def test_every_field_is_compared() -> None:
    before = [
        entry(
            1,
            status="on_track",
            category="other",
            reason="No boats.",
            notes="Old.",
            progress="One.",
            planned="Two.",
            evidence=[{"address": "https://a.example", "title": "A", "date": ""}],
            assessment="evidenced",
            assessment_reason="Seen.",
        )
    ]
    changed = between(before, [entry(1)], answers={1: []})
    assert names(changed) == {
        1: [
            "Status",
            "Category",
            "Why it is not applicable",
            "Progress during 2021",
            "Planned activities in 2022",
            "Notes",
            "Evidence",
            "Reviewer’s assessment",
            "Reason for the assessment",
        ]
    }
    assert (changed.removed, changed.added, changed.total) == (9, 0, 1)


def test_entries_that_came_and_went_and_stayed() -> None:
    before = [entry(1, progress="One."), entry(2, progress="Two."), entry(3, progress="Three.")]
    after = [entry(2, progress="Two."), entry(3, progress="Four."), entry(4, progress="Five.")]
    changed = between(before, after, answers={})
    assert list(names(changed)) == [1, 3, 4]
    assert (changed.removed, changed.added, changed.total) == (2, 2, 4)


def test_nil_reason_is_of_the_report_as_a_whole() -> None:
    changed = between([], [], answers={}, nil=("No boats.", "No letters."))
    assert names(changed) == {0: ["The one reason for all actions"]}


def test_answers_are_compared_line_by_line() -> None:
    before, after = entry(1), entry(1)
    before.id, after.id = 10, 11
    answers = {10: ["FEN-1/D01/2021/1: Done.", "FEN-1/D01/2021/2: Done."], 11: ["FEN-1/D01/2021/1: Done."]}
    changed = between([before], [after], answers=answers)
    assert changed.entries[0].fields[0].paragraphs == [[Piece("del", "FEN-1/D01/2021/2: Done.")]]
