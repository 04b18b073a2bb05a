"""What the pages count and put side by side, from one reading."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reporting.domain import published, standing
from reporting.domain.counts import RoundCount
from reporting.domain.published import ActionView, Body, EntryView, RoundView, VersionView
from reporting.domain.standing import Standing
from reporting.models import Status
from reporting.web.reading import Reading
from strategy.models import Department, Strategy

STATUS_ORDER = ["completed", "on_track", "behind", "not_started", "stopped", "not_applicable"]
# What is counted in a round, in one order everywhere: completed first, not published last.
COUNTED = {
    "published": "published",
    **{value: str(Status(value).label).lower() for value in STATUS_ORDER},
    "not_recorded": "status not recorded",
    "nil": "with a nil return",
    "excused": "excused",
    "not_yet_due": "not yet due",
    "not_published": "not published",
}


@dataclass(slots=True)
class ActionRow:
    """One action in a table: how many departments said what of it in a round."""

    action: ActionView
    counts: list[tuple[str, str, int]]  # kind, words, number; in one order everywhere
    total: int


def rows_by_theme(
    actions: Iterable[ActionView],
    latest: RoundCount | None,
    said: Mapping[int, Counter[str]],
    alike: Counter[str],
) -> list[tuple[str, list[ActionRow]]]:
    """`said`: by an action's number, how many reports of that round give it which status. `alike`: see `counts`."""
    groups: dict[str, list[ActionRow]] = {}
    for action in actions:
        groups.setdefault(action.theme, []).append(_row(action, latest, said, alike))
    return list(groups.items())


def _row(
    action: ActionView, latest: RoundCount | None, said: Mapping[int, Counter[str]], alike: Counter[str]
) -> ActionRow:
    if latest is None or action.due_from > latest.round.year:
        return ActionRow(action, [], 0)
    statuses = said.get(action.number, Counter())
    numbers = Counter(alike)
    left_out = latest.due - statuses.total() - alike.total()  # by a public report
    numbers["not_published"] += max(left_out, 0)
    if latest.round.asks_status:
        numbers.update({status or "not_recorded": number for status, number in statuses.items()})
    else:
        numbers["published"] = statuses.total()
    counts = [(kind.replace("_", "-"), words, numbers[kind]) for kind, words in COUNTED.items() if numbers[kind]]
    return ActionRow(action, counts, latest.due)


@dataclass(slots=True)
class PairYear:
    """One year of a pair: what was planned for it, beside what was reported."""

    year: int
    round: RoundView | None
    plan: EntryView | None = None  # of the report of the year before
    progress: EntryView | None = None
    standing: Standing | None = None


def story(reading: Reading, department: int, action: int) -> list[PairYear]:
    """Every year that a round asked about, and the one that the last report plans for."""
    years = sorted(set(reading.years) | {year + 1 for (_, _, year) in reading.entries})
    rows = []
    for year in years:
        before, now = (reading.entries.get((department, action, when)) for when in (year - 1, year))
        row = PairYear(year, reading.round(year), standing=reading.standings.get((department, year)))
        row.plan = before if before and before.planned else None
        row.progress = now
        due = reading.actions[action].due_from
        if row.plan or row.progress or (row.standing and year >= due):
            rows.append(row)
    return rows


@dataclass(slots=True)
class ReportAction:
    """What one department says under one action, in the order of time."""

    action: ActionView
    notes: list[EntryView]
    version: VersionView | None
    has_other_wordings: bool
    years: list[PairYear]


def by_action(reading: Reading, department: int, years: Collection[int]) -> list[ReportAction]:
    """Only the actions that the department says something about; of these years."""
    rows = []
    for action in reading.actions.values():
        said = [row for row in story(reading, department, action.number) if row.year in years]
        shown = [row for row in said if row.plan or row.progress]
        version = reading.version(department, action.number)
        notes = [row.progress for row in shown if row.progress and row.progress.notes]
        if shown or version:
            others = len(reading.versions.get((department, action.number), [])) > 1
            rows.append(ReportAction(action, notes, version, others, shown))
    return rows


def numbers(reading: Reading) -> list[tuple[str, str]]:
    """The figures at the head of one department's report: the newest round, and what was planned for it."""
    rows: list[tuple[str, str]] = []
    for one in reversed(reading.rounds):
        entries = [entry for entry in reading.entries.values() if entry.year == one.year]
        if not entries or len(rows) > 2:
            continue
        if not rows:
            due = sum(action.due_from <= one.year for action in reading.actions.values())
            rows.append((f"{len(entries)} of {due}", f"actions answered for {one.year}"))
        planned = sum(len(entry.activities) for entry in entries)
        rows.append((str(planned), f"{'activity' if planned == 1 else 'activities'} planned for {one.year + 1}"))
    return rows


@dataclass(slots=True)
class Completeness:
    """How complete one department's report for a round is."""

    body: Body
    standing: Standing
    answered: int
    planned: int
    counts: list[tuple[str, str, int]]


def completeness(
    stand: Iterable[tuple[Body, Standing]], entries: Mapping[int, Counter[str]], planned: Mapping[int, int]
) -> list[Completeness]:
    """`entries` and `planned`: what the database counted of each department's report, by its id."""
    rows = []
    for body, one in stand:
        said = entries.get(body.id, Counter())
        counts = [(kind.replace("_", "-"), Status(kind).label, said[kind]) for kind in STATUS_ORDER if said[kind]]
        rows.append(Completeness(body, one, said.total(), planned.get(body.id, 0), counts))
    return rows


def by_notice(bodies: Iterable[Body]) -> list[tuple[str, list[Body]]]:
    """Bodies with a notice of their own, such as invented ones, stand apart under it."""
    groups: dict[str, list[Body]] = {}
    for body in bodies:
        groups.setdefault(body.notice, []).append(body)
    return sorted(groups.items())


@dataclass(slots=True)
class OnStrategy:
    strategy: Strategy
    rounds: list[tuple[RoundView, Standing]]
    commitments: Counter[str]


def of_department(department: Department, at: datetime) -> list[OnStrategy]:
    """Where a department stands in every strategy that it has to do with."""
    rows = []
    for strategy in published.strategies():
        rounds = published.rounds(strategy)
        editions = published.editions(strategy, at, department=department.pk)
        standings = standing.standings(rounds, editions, at, department=department.pk)
        versions = published.versions(strategy, at, department=department.pk)
        if standings or versions:
            states = Counter([one for one in found if one.is_public][-1].state for found in versions.values())
            years = [
                (one, standings[department.pk, one.year])
                for one in rounds
                if (department.pk, one.year) in standings
            ]
            rows.append(OnStrategy(strategy, list(reversed(years)), states))
    return rows
