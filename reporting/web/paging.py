"""Lists that are too long for one page: cut after a key, which stays where it is when others come before it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """What one page shows of a list. `after`: the key of the row before it; empty on the first page."""

    rows: Sequence[T]
    first: int  # counted from 1
    last: int
    total: int
    after: str

    @property
    def is_all(self) -> bool:
        return len(self.rows) == self.total


@dataclass(frozen=True, slots=True)
class Parts(Generic[T]):
    """All pages of a list, and which of them is asked for."""

    pages: Sequence[Part[T]]
    place: int

    @property
    def here(self) -> Part[T]:
        return self.pages[self.place]

    @property
    def before(self) -> Part[T] | None:
        return self.pages[self.place - 1] if self.place else None

    @property
    def following(self) -> Part[T] | None:
        return self.pages[self.place + 1] if self.place + 1 < len(self.pages) else None


def parts(rows: Sequence[T], key: Callable[[T], str], after: str, size: int) -> Parts[T]:
    """`after`: the key of the last row of the page before. One that isn't known is the same as none."""
    keys = [key(row) for row in rows]
    start = keys.index(after) + 1 if after in keys[:-1] else 0
    starts = sorted({0, *range(start % size, len(rows), size)})
    pages = [
        Part(rows[begin:end], begin + 1, end, len(rows), keys[begin - 1] if begin else "")
        for begin, end in zip(starts, [*starts[1:], max(len(rows), 1)], strict=True)
    ]
    return Parts(pages, starts.index(start))
