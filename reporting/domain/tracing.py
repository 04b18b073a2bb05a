"""Dates that moved, traced through successive wordings where nobody recorded a milestone."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from strategy.dates import MONTHS, PartialDate

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
        count = abs(self.months)
        return f"{count} month{'' if count == 1 else 's'} {'later' if self.months > 0 else 'earlier'}"


def mentions(words: str) -> list[PartialDate]:
    """Every month with its year, in reading order."""
    return [PartialDate.of(int(match["year"]), MONTHS[match["month"].lower()]) for match in MENTION.finditer(words)]


def moves(wordings: Sequence[tuple[PartialDate, str]]) -> list[Move]:
    """Mentions of successive wordings that pair up and differ; a date only added or dropped is no move."""
    found = []
    for (_, before), (seen, after) in pairwise(wordings):
        one, other = mentions(before), mentions(after)
        for tag, a, b, c, d in difflib.SequenceMatcher(None, one, other).get_opcodes():
            if tag == "replace" and b - a == d - c:
                found += [Move(x, y, seen) for x, y in zip(one[a:b], other[c:d], strict=True)]
    return found
