"""Repeated and changed words, found and shown neutrally."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel, Postfix, Prefix

from reporting.domain import text

WORTH_A_REMARK = 4  # words; two short answers may well be alike
MOST_COMPARED = 100_000_000  # words of one text times words of the other; only hostile texts have more


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands. `year` is that of the progress, or the one that is planned for."""

    action: int
    year: int
    kind: str  # "progress" or "planned"
    department: int = 0  # 0 where all are of one

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


def as_characters(*lists: Iterable[str]) -> list[str]:
    """Each list with one character for each of its words or lines, the same for the same: quick to compare."""
    known: dict[str, str] = {}
    return ["".join(known.setdefault(one, chr(len(known))) for one in several) for several in lists]


def replaced(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Where they differ, from and to in each, as few as can be. In a time that hostile texts can't stretch."""
    one, other = as_characters(before, after)
    start = Prefix.similarity(one, other)
    one, other = one[start:], other[start:]
    end = Postfix.similarity(one, other)
    one, other = one[: len(one) - end], other[: len(other) - end]
    if not one and not other:
        return []
    if len(one) * len(other) > MOST_COMPARED:
        return [(start, start + len(one), start, start + len(other))]
    found, gone, came = [], 0, 0
    same = [
        (code.src_start, code.dest_start, code.src_end - code.src_start)
        for code in Indel.opcodes(one, other)
        if code.tag == "equal"
    ]
    for a, c, count in [*same, (len(one), len(other), 0)]:
        if a > gone or c > came:
            found.append((start + gone, start + a, start + came, start + c))
        gone, came = a + count, c + count
    return found


def changes(before: str, after: str) -> list[Piece]:
    """How one text became the other, word by word. Joined by spaces the pieces give both texts back."""
    one, other = before.split(), after.split()
    pieces, shown = [], 0
    for a, b, c, d in [*replaced(one, other), (len(one), len(one), len(other), len(other))]:
        runs = [("", one[shown:a]), ("del", one[a:b]), ("ins", other[c:d])]
        pieces += [Piece(kind, " ".join(words)) for kind, words in runs if words]
        shown = b
    return pieces
