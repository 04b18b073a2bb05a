"""One strategy as it is public at a moment, cut to what a page needs. The number of queries is fixed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from reporting.domain import corrections, published, standing
from reporting.domain.corrections import Withdrawal
from reporting.domain.published import (
    ActionView,
    Among,
    Body,
    EditionView,
    EntryView,
    RoundView,
    VersionView,
)
from reporting.domain.standing import Standing
from strategy.dates import PartialDate, day_in_words
from strategy.models import Strategy


@dataclass(slots=True)
class Reading:
    strategy: Strategy
    at: datetime
    actions: dict[int, ActionView]
    rounds: list[RoundView]
    bodies: dict[int, Body]
    all_editions: list[EditionView]  # replaced ones included, where they were asked for
    entries: dict[tuple[int, int, int], EntryView]  # by department, action, year
    versions: dict[tuple[int, int], list[VersionView]]  # by department, action
    standings: dict[tuple[int, int], Standing]  # by department, year
    withdrawals: list[Withdrawal] = field(default_factory=list)  # of editions that had been public, by their moment

    @property
    def editions(self) -> list[EditionView]:
        return [edition for edition in self.all_editions if edition.is_public]

    @property
    def years(self) -> list[int]:
        return [one.year for one in self.rounds]

    def round(self, year: int) -> RoundView | None:
        return next((one for one in self.rounds if one.year == year), None)

    @property
    def latest_published(self) -> RoundView | None:
        """The newest round that somebody's public report belongs to."""
        years = {edition.year for edition in self.editions}
        return next((one for one in reversed(self.rounds) if one.year in years), None)

    def version(self, department: int, action: int) -> VersionView | None:
        """The commitment that is current: the one from the latest publication."""
        rows = [row for row in self.versions.get((department, action), []) if row.is_public]
        return rows[-1] if rows else None

    def due(self, year: int) -> list[Body]:
        """The bodies of a round, by name."""
        found = [self.bodies[body] for body, when in self.standings if when == year]
        return sorted(found, key=lambda body: body.name.casefold())

    def published_in(self, year: int) -> list[Body]:
        return [body for body in self.due(year) if self.standings[body.id, year].is_published]

    @property
    def first_date(self) -> EditionView | None:
        return min(self.all_editions, key=lambda edition: edition.starts, default=None)

    @property
    def latest_date(self) -> EditionView | None:
        return max(self.editions, key=lambda edition: edition.starts, default=None)

    def history(self, report: int | None = None) -> list[EditionView | Withdrawal]:
        """Of one report or of all that were read: editions and withdrawals, the newest first."""
        found: list[EditionView | Withdrawal] = [
            one for one in (*self.all_editions, *self.withdrawals) if report in {None, one.report_id}
        ]
        return sorted(found, key=lambda one: one.on if isinstance(one, Withdrawal) else one.starts, reverse=True)

    def as_at(self, year: int) -> PartialDate | None:
        """The newest date of publication in a round."""
        return max((edition.dated for edition in self.editions if edition.year == year), default=None)


def read(
    strategy: Strategy,
    at: datetime,
    *,
    department: Among = None,
    action: int | None = None,
    texts: bool = True,
    years: Collection[int] | None = None,
    replaced: bool = False,
) -> Reading:
    """`department` is an id, or several; `action` a number. Without `texts` no entries are read; `years`: those of
    some years alone."""
    rounds = published.rounds(strategy)
    editions = published.editions(strategy, at, department=department, replaced=replaced)
    withdrawals = corrections.withdrawals(strategy, at, department=department)
    reading = Reading(
        strategy=strategy,
        at=at,
        actions=published.actions(strategy, action),
        rounds=rounds,
        bodies=published.bodies(at),
        all_editions=editions,
        entries={},
        versions=published.versions(strategy, at, department=department, action=action, replaced=replaced),
        standings=standings(strategy, rounds, editions, withdrawals, at, department=department),
        withdrawals=withdrawals,
    )
    if texts:
        add_texts(reading, action=action, years=years)
    return reading


def add_texts(reading: Reading, *, action: int | None = None, years: Collection[int] | None = None) -> None:
    """What the public editions of these years, or of all, say under an action, or under each."""
    public = reading.editions
    wanted = [edition for edition in public if years is None or edition.year in years]
    rows = published.entries(reading.strategy, wanted, action=action)
    published.add_activities(reading.strategy, rows, public, reading.rounds, reading.at)
    reading.entries = {(row.department_id, row.action, row.year): row for row in rows}


def standings(
    strategy: Strategy,
    rounds: Iterable[RoundView],
    editions: Iterable[EditionView],
    withdrawals: Iterable[Withdrawal],
    at: datetime,
    *,
    department: Among = None,
) -> dict[tuple[int, int], Standing]:
    """How departments stand in these rounds; where no report is public, with what is known of why."""
    found = standing.standings(rounds, editions, at, department=department)
    for key, name in standing.answered_for(strategy, at, department=department).items():
        if key in found and not found[key].is_published:
            found[key] = replace(found[key], reason=f"The report of {name} answers for it.")
    for one in withdrawals:
        key = one.department_id, one.year
        if key in found and not found[key].is_published and found[key].word != "excused":
            found[key] = replace(found[key], reason=f"Withdrawn on {day_in_words(one.on)}: {one.reason}")
    return found
