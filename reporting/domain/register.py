"""The register of changes and corrections, across government or in part of it, the newest first.

What is public at the moment it is read, and nothing else. Each kind of change is one bounded question, asked from
a place on; the answers are merged. So a page costs the same however much there is.
"""

from dataclasses import dataclass
from datetime import datetime

from reporting.domain import changelog_dates, changelog_windows
from reporting.domain.changelog import Change, Place, Source, Wanted, older
from reporting.domain.published import Body

MOST = 50  # changes on a page
MOST_TEXT = 60_000  # characters of all their texts
# In this order at one moment.
SOURCES: list[Source] = [*changelog_windows.SOURCES, *changelog_dates.SOURCES]
BY_NAME = {source.name: rank for rank, source in enumerate(SOURCES)}


@dataclass(frozen=True, slots=True)
class Page:
    changes: list[Change]
    next: Place | None  # where the next page begins; None at the end


def page(wanted: Wanted, at: datetime, bodies: dict[int, Body], after: Place | None = None) -> Page:
    """`bodies`: all departments, as they are called at that moment."""
    most = MOST
    names = {body.code: body.name for body in bodies.values()}
    found: list[Change] = []
    for rank, source in enumerate(SOURCES):
        if not source.answers(wanted):
            continue
        rows = source.rows(wanted, at)
        if after:
            rows = rows.filter(older(source, after, follows=rank > BY_NAME[after.source]))
        rows = rows.order_by(f"-{source.when}", *source.keys)[: most + 1]
        found += [source.make(row, source.place(row), names) for row in rows]
    # Sorting keeps the order of those that are alike in this.
    found.sort(key=lambda change: (change.place.day, change.place.moment), reverse=True)
    shown = found[:most]
    following = shown[-1].place if len(found) > most else None
    if wanted.kind == "date":
        shown = [change for change in shown if change.moves]
    return Page(_bounded(shown), following)


def _bounded(changes: list[Change]) -> list[Change]:
    """Once there is much text on the page, the others are read on the pages they lead to."""
    kept, size = [], 0
    for change in changes:
        if change.texts:
            size += len(change.texts.before) + len(change.texts.after)
        kept.append(change if size <= MOST_TEXT else change.without_texts())
    return kept


def place(typed: str) -> Place | None:
    """What an address asks for; None, the beginning, where it is no place."""
    if not typed.isprintable() or len(typed) > 200:  # PostgreSQL holds no NUL
        return None
    when, _, rest = typed.partition("/")
    name, *keys = rest.split("/")
    if name not in BY_NAME:
        return None
    return SOURCES[BY_NAME[name]].parsed(when, keys)


def address_of(place: Place) -> str:
    """As `place` reads it."""
    when = place.clock if SOURCES[BY_NAME[place.source]].has_hour else place.day
    return f"{when}/{place.name}"
