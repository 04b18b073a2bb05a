"""One text against the one before it: in marks, and in words."""

from collections.abc import Iterable, Sequence

from reporting.domain.changelog import Texts
from reporting.domain.similarity import Piece, changes
from reporting.domain.tracing import Move

LONGEST = 2000  # characters of a text that stand in a list of many
READ = LONGEST + 1  # and one more, which says that there are more


def in_words(pieces: Iterable[Piece], moves: Sequence[Move] = ()) -> str:
    """“2 words removed, 5 added; the date March 2014 became July 2014”. Empty where nothing differs."""
    counts = {"del": 0, "ins": 0, "": 0}
    for piece in pieces:
        counts[piece.kind] += len(piece.words.split())
    said = [f"{_words(counts['del'])} removed"] if counts["del"] else []
    if counts["ins"]:
        said.append(f"{counts['ins']} added" if said else f"{_words(counts['ins'])} added")
    parts = [", ".join(said)] if said else []
    parts += [f"the date {move.before} became {move.after}" for move in moves]
    return "; ".join(parts)


def _words(count: int) -> str:
    return f"{count} word{'' if count == 1 else 's'}"


def compared(before: str, after: str) -> Texts | None:
    """None where there are no words at all. Without its pieces where one of them is too long for a list."""
    if not before and not after:
        return None
    if max(len(before), len(after)) > LONGEST:
        return Texts("", "", [], "", is_cut=True)
    pieces = changes(before, after)
    return Texts(before, after, pieces, in_words(pieces) if before else "")


def shortened(words: str) -> str:
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"
