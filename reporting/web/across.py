"""One action across government, for one year: what each department says of it, some departments to a page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reporting.domain import counts
from reporting.domain.published import Body, EntryView, RoundView, VersionView
from reporting.domain.standing import Standing
from reporting.web.assembly import PairYear, story
from reporting.web.paging import Parts, parts
from reporting.web.reading import Reading
from strategy.models import Strategy

DEPARTMENTS = 25  # to a page
EARLIER = 3  # years before the chosen one; those before them are in each department's story


@dataclass(frozen=True, slots=True)
class Index:
    """Who is there, before anything that they say is read."""

    round: RoundView | None
    due: int
    statuses: Mapping[int, str]  # by department, of those whose report answers the action
    commitments: Counter[str]
    status: str  # the filter
    hidden: int  # by the filter
    published: Sequence[Body]
    others: Sequence[Body]
    parts: Parts[Body]

    @property
    def year(self) -> int:
        return self.round.year if self.round else 0

    @property
    def is_one_page(self) -> bool:
        return len(self.parts.pages) == 1


def index(
    strategy: Strategy,
    action: int,
    round: RoundView | None,
    bodies: Mapping[int, Body],
    at: datetime,
    *,
    status: str,
    after: str,
) -> Index:
    """By name: who reported, then who did not."""
    statuses = counts.statuses(round, action, at) if round else {}
    due = counts.due(round) if round else []
    commitments = counts.commitments(strategy, action, at)
    everybody = sorted(
        (bodies[body] for body in {*due, *commitments}), key=lambda body: (body.name.casefold(), body.code)
    )
    chosen = [body for body in everybody if not status or _status(statuses.get(body.id)) == status]
    published = [body for body in chosen if body.id in statuses]
    others = [body for body in chosen if body.id not in statuses]
    return Index(
        round=round,
        due=len(due),
        statuses=statuses,
        commitments=Counter(commitments.values()),
        status=status,
        hidden=len(everybody) - len(chosen),
        published=published,
        others=others,
        parts=parts([*published, *others], lambda body: body.slug, after, DEPARTMENTS),
    )


def _status(said: str | None) -> str:
    return "not_published" if said is None else said or "not_recorded"


@dataclass(frozen=True, slots=True)
class OnAction:
    """What one department says of the action."""

    body: Body
    standing: Standing | None
    shown: list[PairYear]  # the year asked for and the plan for the next
    earlier: list[PairYear]
    left_out: int  # the newest year that is left to its story; 0 for none
    version: VersionView | None
    notes: EntryView | None


def on_action(reading: Reading, body: Body, action: int, year: int) -> OnAction:
    """`reading`: of some years before that one too."""
    entry = reading.entries.get((body.id, action, year))
    rows = [row for row in reversed(story(reading, body.id, action)) if row.year <= year + 1]
    said = [row for row in rows if row.plan or row.progress]
    earlier = [row for row in said if row.year < year or not entry]
    kept = [row for row in earlier if row.year >= year - EARLIER]
    before = [one.year for one in reading.editions if one.department_id == body.id and one.year < year - EARLIER]
    return OnAction(
        body=body,
        standing=reading.standings.get((body.id, year)),
        shown=[row for row in said if row.year >= year] if entry else [],
        earlier=kept,
        left_out=max(before, default=0),
        version=reading.version(body.id, action),
        notes=entry if entry and entry.notes else None,
    )
