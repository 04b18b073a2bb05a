"""Planned activities: cut from the planned text, and recognised again after a correction."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from reporting.domain import text

SAME_ACTIVITY = 60  # of 100: below it, words in the same place are another activity


@dataclass(frozen=True, slots=True)
class Planned:
    """One paragraph or bullet of the planned text that is an activity."""

    statement: int  # its place among the statements of the text, from 0
    words: str


def split(source: str) -> list[Planned]:
    """Every paragraph and bullet; where a paragraph ends in a colon its last sentence is only a lead-in."""
    planned = []
    for index, statement in enumerate(text.statements(source)):
        words, _ = text.lead_in(statement.plain)
        if words.strip():
            planned.append(Planned(index, words.strip()))
    return planned


def match(earlier: Sequence[tuple[int, str]], now: Sequence[str]) -> list[int | None]:
    """For each text its earlier number: the same words first, then the nearest words; None where new.

    `earlier` are numbers and words. A number is given once.
    """
    left = dict(earlier)
    found: list[int | None] = [None] * len(now)
    for index, words in enumerate(now):
        number = next((number for number, was in left.items() if text.same(was, words)), None)
        if number is not None:
            found[index] = number
            del left[number]
    nearest = sorted(
        (
            (fuzz.token_sort_ratio(was, now[index]), number, index)
            for number, was in left.items()
            for index in range(len(now))
            if found[index] is None
        ),
        key=lambda score: (-score[0], score[1], score[2]),
    )
    for score, number, index in nearest:
        if score >= SAME_ACTIVITY and number in left and found[index] is None:
            found[index] = number
            del left[number]
    return found
