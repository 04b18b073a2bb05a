"""Repeated and changed words, found and shown neutrally."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from reporting.domain import text

WORTH_A_REMARK = 4  # words; two short answers may well be alike


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands. `year` is that of the progress, or the one that is planned for."""

    action: int
    year: int
    kind: str  # "progress" or "planned"

    def __str__(self) -> str:
        what = "progress during" if self.kind == "progress" else "planned activities in"
        return f"{what} {self.year}"


def repeats(texts: Iterable[tuple[Place, str]]) -> dict[Place, list[Place]]:
    """For each place the other ones with the same words, in the order given."""
    by_words: dict[str, list[Place]] = defaultdict(list)
    for place, source in texts:
        words = text.plain(source).casefold().split()
        if len(words) >= WORTH_A_REMARK:
            by_words[" ".join(words)].append(place)
    return {
        place: [other for other in places if other != place]
        for places in by_words.values()
        if len(places) > 1
        for place in places
    }


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: kept, removed or added."""

    kind: str  # "", "del" or "ins"
    words: str


def changes(before: str, after: str) -> list[Piece]:
    """How one text became the other, word by word. Joined by spaces the pieces give both texts back."""
    one, other = re.findall(r"\S+", before), re.findall(r"\S+", after)
    pieces = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("", " ".join(one[a:b])))
            continue
        if b > a:
            pieces.append(Piece("del", " ".join(one[a:b])))
        if d > c:
            pieces.append(Piece("ins", " ".join(other[c:d])))
    return pieces
