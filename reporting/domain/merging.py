"""Two texts that began as one: what differs, and whether both changes fit together."""

import re
from dataclasses import dataclass

from reporting.domain.similarity import Piece, changes, replaced

LONGEST_MERGED = 60_000  # characters; longer texts are shown beside each other and not put together


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of an entry that two people left in different states."""

    name: str
    base: str
    mine: str
    theirs: str

    @property
    def is_choice(self) -> bool:
        """One from a list: it can't be something else."""
        return self.name in {"status", "category"} or self.name.endswith("-answer")

    @property
    def together(self) -> str | None:
        """A text with both changes, where they are in different places."""
        return merged(self.base, self.mine, self.theirs)

    def pieces(self, whose: str) -> list[Piece]:
        """How the common text became this one."""
        return changes(self.base, getattr(self, whose))


def _tokens(text: str) -> list[str]:
    """Words with the space behind them: joined they give the text back."""
    return re.findall(r"\s+|\S+\s*", text)


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int  # among the tokens of the base
    end: int
    tokens: tuple[str, ...]


def _edits(base: list[str], after: list[str]) -> list[_Edit]:
    return [_Edit(a, b, tuple(after[c:d])) for a, b, c, d in replaced(base, after)]


def merged(base: str, mine: str, theirs: str) -> str | None:
    """Both changes in one text; None where they touch each other, so that a person has to choose."""
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    if max(len(base), len(mine), len(theirs)) > LONGEST_MERGED:
        return None
    tokens = _tokens(base)
    edits = sorted({*_edits(tokens, _tokens(mine)), *_edits(tokens, _tokens(theirs))}, key=lambda one: one.start)
    result, done = list[str](), 0
    for place, edit in enumerate(edits):
        if place and edit.start <= edits[place - 1].end:
            return None
        result += [*tokens[done : edit.start], *edit.tokens]
        done = edit.end
    return "".join([*result, *tokens[done:]])
