"""Dates that moved, traced through successive wordings where nobody recorded a milestone."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from strategy.dates import MONTHS, PartialDate

MOST_PAIRED = 100_000  # dates of one wording times dates of the next; only hostile texts have more
MENTION = re.compile(rf"\b(?P<month>{'|'.join(MONTHS)})\.?\s+(?P<year>\d{{4}})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Move:
    before: PartialDate
    after: PartialDate
    seen: PartialDate  # the date of the wording that says so first

    @property
    def months(self) -> int:
        return self.before.months_until(self.after) or 0

    def __str__(self) -> str:
        """“4 months later”; how far, only where both dates say."""
        which = "later" if self.after > self.before else "earlier"
        if self.months:
            return f"{_count(abs(self.months), 'month')} {which}"
        if self.before.day and self.after.day and self.before != self.after:
            return f"{_count(abs((self.after.first_day - self.before.first_day).days), 'day')} {which}"
        if self.before.year != self.after.year:
            return which
        return "the same date" if self.before == self.after else f"within {self.after.year}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def mentions(words: str) -> list[PartialDate]:
    """Every month with its year, in reading order."""
    return [PartialDate.of(int(match["year"]), MONTHS[match["month"].lower()]) for match in MENTION.finditer(words)]


def moves(wordings: Sequence[tuple[PartialDate, str]]) -> list[Move]:
    """Mentions of successive wordings that pair up and differ; a date only added or dropped is no move."""
    return [
        Move(before, after, seen)
        for (_, old), (seen, new) in pairwise(wordings)
        for before, after, _place, _now in _paired(mentions(old), mentions(new))
        if before != after
    ]


def chains(wordings: Sequence[tuple[PartialDate, str]]) -> list[list[Move]]:
    """The same moves, those of one date together: it may have moved more than once."""
    found: list[list[Move]] = []
    moved: dict[int, list[Move]] = {}  # by the place of the mention in the wording
    for (_, old), (seen, new) in pairwise(wordings):
        now = {}
        for before, after, place, place_now in _paired(mentions(old), mentions(new)):
            chain = moved.get(place, [])
            if before != after:
                if not chain:
                    found.append(chain)
                chain.append(Move(before, after, seen))
            now[place_now] = chain
        moved = now
    return found


def total(chain: Sequence[Move]) -> Move:
    """From the first date to the last."""
    return Move(chain[0].before, chain[-1].after, chain[-1].seen)


def _paired(
    one: Sequence[PartialDate], other: Sequence[PartialDate]
) -> Iterator[tuple[PartialDate, PartialDate, int, int]]:
    """Dates of one wording with those of the next that they stayed or became, and where they stand in each.

    Of too many none: nobody can say which became which, and hostile texts would take their time.
    """
    if len(one) * len(other) > MOST_PAIRED:
        return
    for tag, a, b, c, d in difflib.SequenceMatcher(None, one, other).get_opcodes():
        if tag in {"equal", "replace"} and b - a == d - c:
            yield from ((one[a + step], other[c + step], a + step, c + step) for step in range(b - a))
