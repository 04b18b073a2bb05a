"""One text against the one before it: in marks, and in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reporting.domain import text
from reporting.domain.changelog import Texts
from reporting.domain.published import VersionView, Wording
from reporting.domain.similarity import Piece, changes
from reporting.domain.tracing import Move, moves
from strategy.dates import PartialDate

LONGEST = 2000  # characters of a text that stand in a list of many
A_YEAR = "[0-9]{4}"  # as databases ask: texts with a date have one
READ = LONGEST + 1  # and one more, which says that there are more


STATES = {"made": "made", "not_applicable": "not applicable", "not_received": "not received"}


@dataclass(frozen=True, slots=True)
class Step:
    """From one wording of an action, or version of a commitment, to the next: in marks and in words."""

    after: Wording | VersionView
    pieces: list[Piece]
    words: str


def of_action(wordings: Sequence[Wording]) -> list[Step]:
    return [
        _step(after, (before.dated, before.text), (after.dated, after.text)) for before, after in pairwise(wordings)
    ]


def of_commitment(versions: Sequence[VersionView]) -> list[Step]:
    """Of Markdown, the words that readers see; where nothing was promised, those of the reason."""
    said = [(one.known_from, text.plain(one.text or one.reason)) for one in versions]
    return [
        _step(versions[place + 1], before, after, (versions[place].state, versions[place + 1].state))
        for place, (before, after) in enumerate(pairwise(said))
    ]


def _step(
    after: Wording | VersionView,
    old: tuple[PartialDate, str],
    new: tuple[PartialDate, str],
    states: tuple[str, str] = ("", ""),
) -> Step:
    pieces = changes(old[1], new[1])
    became = "" if states[0] == states[1] else f"{STATES[states[0]]} became {STATES[states[1]]}"
    said = [became, in_words(pieces, moves([old, new]))]
    return Step(after, pieces, "; ".join(one for one in said if one))


def in_words(pieces: Iterable[Piece], moved: Sequence[Move] = ()) -> str:
    """“2 words removed, 5 added; the date March 2014 became July 2014”. Empty where nothing differs."""
    counts = {"del": 0, "ins": 0, "": 0}
    for piece in pieces:
        counts[piece.kind] += len(piece.words.split())
    said = [f"{_words(counts['del'])} removed"] if counts["del"] else []
    if counts["ins"]:
        said.append(f"{counts['ins']} added" if said else f"{_words(counts['ins'])} added")
    parts = [", ".join(said)] if said else []
    parts += [f"the date {move.before} became {move.after}" for move in moved]
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
