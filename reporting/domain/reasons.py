"""Why entries go back: the list that administrators keep, and how often each reason was given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from reporting.domain import events, references
from reporting.domain.errors import NotPossible
from reporting.models import Report, Return, ReturnedEntry, ReturnReason, User
from strategy.models import Department

NO_REASON = "No reason given"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take a text cell for


def reference(reason: ReturnReason) -> str:
    return f"return-reason/{reason.pk}"


@transaction.atomic
def add_reason(*, actor: User, title: str, position: int = 0, at: datetime | None = None) -> ReturnReason:
    _refuse_title(title)
    made = ReturnReason.objects.create(title=title, position=position)
    events.record("return_reason.added", reference(made), actor=actor, at=at, title=title, position=position)
    return made


@transaction.atomic
def change_reason(
    *,
    actor: User,
    reason: ReturnReason,
    position: int | None = None,
    active: bool | None = None,
    at: datetime | None = None,
) -> ReturnReason:
    """Its place, and whether it is offered. Its words stay: what was counted under them was meant so."""
    said = {"position": position, "active": active}
    said = {name: value for name, value in said.items() if value is not None and value != getattr(reason, name)}
    if said:
        for name, value in said.items():
            setattr(reason, name, value)
        reason.save(update_fields=list(said))
        events.record("return_reason.changed", reference(reason), actor=actor, at=at, **said)
    return reason


def _refuse_title(title: str) -> None:
    if not title.strip():
        raise NotPossible("Write the reason.")
    if ReturnReason.objects.filter(title__iexact=title.strip()).exists():
        raise NotPossible(f"“{title}” is in the list already: choose other words, or offer that one again.")


def last_return(report: Report) -> Return | None:
    """The one that waits for an answer, with its entries and why each of them went back."""
    if report.state != Report.State.RETURNED:
        return None
    entries = ReturnedEntry.objects.select_related("entry__action", "reason")
    rows = report.returns.prefetch_related(Prefetch("entries", queryset=entries))
    return rows.order_by("made_at").last()


def given(returned: Return | None) -> dict[int, str]:
    """By the action's number, the reason; none where none was chosen."""
    rows = returned.entries.all() if returned else []
    return {row.entry.action.number: row.reason.title for row in rows if row.reason}


# Counted ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """One entry that went back once."""

    strategy: str
    strategy_title: str
    year: int
    department: Department
    department_name: str
    action: int
    reason: str
    returned_at: datetime
    due: date | None

    @property
    def reference(self) -> str:
        return references.pair(self.strategy, self.action, self.department.code)


def counted(round: int | None = None, department: int | None = None) -> list[Counted]:
    """Every return of an entry, the newest first; of one round, of one department, or of both."""
    rows: QuerySet[ReturnedEntry] = ReturnedEntry.objects.all()
    if round is not None:
        rows = rows.filter(returned__report__round=round)
    if department is not None:
        rows = rows.filter(returned__report__department=department)
    named = Department.objects.named(timezone.localdate())
    found = rows.select_related("returned__report__round__strategy", "entry__action", "reason").prefetch_related(
        Prefetch("returned__report__department", queryset=named)
    )
    return [_counted(row) for row in found.order_by("-returned__made_at", "entry__action__number")]


def _counted(row: ReturnedEntry) -> Counted:
    report = row.returned.report
    return Counted(
        strategy=report.round.strategy.code,
        strategy_title=report.round.strategy.title,
        year=report.round.year,
        department=report.department,
        department_name=getattr(report.department, "name", None) or report.department.code,
        action=row.entry.action.number,
        reason=row.reason.title if row.reason else NO_REASON,
        returned_at=row.returned.made_at,
        due=row.returned.due,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    reasons: list[tuple[str, int, int]]  # title, entries, departments; the most frequent first
    departments: list[tuple[str, list[int], int]]  # name, entries for each reason in that order, all of them

    @property
    def entries(self) -> int:
        return sum(entries for _, entries, _ in self.reasons)

    @property
    def most(self) -> int:
        return max((entries for _, entries, _ in self.reasons), default=0)


def tally(rows: Iterable[Counted]) -> Tally:
    rows = list(rows)
    bodies: dict[str, set[int]] = {}
    for row in rows:
        bodies.setdefault(row.reason, set()).add(row.department.pk)
    count = {title: sum(row.reason == title for row in rows) for title in bodies}
    titles = sorted(count, key=lambda title: (-count[title], title))
    named = {row.department.pk: row.department_name for row in rows}
    by_body = [
        (name, [sum(row.department.pk == key and row.reason == title for row in rows) for title in titles])
        for key, name in named.items()
    ]
    return Tally(
        [(title, count[title], len(bodies[title])) for title in titles],
        sorted(((name, each, sum(each)) for name, each in by_body), key=lambda one: (-one[2], one[0])),
    )


COLUMNS = (
    "strategy",
    "year",
    "department",
    "department_name",
    "action",
    "reference",
    "reason",
    "returned_on",
    "changes_due",
)


def table(rows: Iterable[Counted]) -> list[list[str]]:
    """For a file: a head, and one line for each return of an entry. No cell is taken for a formula."""
    lines = [
        [
            row.strategy,
            str(row.year),
            row.department.code,
            row.department_name,
            str(row.action),
            row.reference,
            row.reason,
            timezone.localdate(row.returned_at).isoformat(),
            row.due.isoformat() if row.due else "",
        ]
        for row in rows
    ]
    return [list(COLUMNS), *[[_harmless(cell) for cell in line] for line in lines]]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
