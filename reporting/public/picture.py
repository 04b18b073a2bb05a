"""A round at a glance: a square for each department and action, in the colour and the outline of its word."""

from collections import defaultdict
from dataclasses import dataclass

from reporting.domain.matrix import WORDS, Matrix

STEP, SIDE = 15, 12  # from one square to the next, and how long its side is


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    paths: list[tuple[str, str]]  # for each kind all its squares as one path: a tenth of the bytes


def of(matrix: Matrix) -> Picture:
    squares: dict[str, list[str]] = defaultdict(list)
    for down, row in enumerate(matrix.rows):
        for across, cell in enumerate(row.cells):
            squares[cell.kind].append(f"M{across * STEP + 1} {down * STEP + 1}h{SIDE}v{SIDE}h-{SIDE}z")
    paths = [(kind.replace("_", "-"), "".join(squares[kind])) for kind in WORDS if squares[kind]]
    return Picture(len(matrix.actions) * STEP, len(matrix.rows) * STEP, paths)
