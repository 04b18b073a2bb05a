"""Which public pages there are at a moment, and when each of them changed last. A fixed number of questions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, Q

from reporting.domain import corrections, published
from reporting.models import Publication, Report
from reporting.models.publication import public_at
from strategy.models import Action, CommitmentVersion, Department, Strategy

Moment = datetime | None  # nothing of it was ever published: nobody knows when it changed


@dataclass(slots=True)
class Pages:
    """Of one strategy; departments are slugs."""

    actions: list[int]
    years: list[int]
    editions: list[tuple[str, int, int, Moment]] = field(default_factory=list)  # department, year, number
    versions: list[tuple[str, int, int, Moment]] = field(default_factory=list)  # department, action, number
    asked: set[tuple[str, int]] = field(default_factory=set)  # department and year that a report is asked for
    changed: dict[str | int, datetime] = field(default_factory=dict)  # by department, and by year

    @property
    def latest(self) -> Moment:
        return max(self.changed.values(), default=None)

    @property
    def _reporting(self) -> set[str]:
        return {department for department, _ in self.asked}

    @property
    def reports(self) -> list[str]:
        return sorted(self._reporting | {row[0] for row in self.versions})

    @property
    def plans(self) -> list[tuple[str, int]]:
        """Department and year: a round's report plans for the year after, and the next one says what came of it."""
        years = {year + 1 for year in self.years}
        rows = {(department, year + later) for department, year in self.asked for later in (0, 1)}
        return sorted(row for row in rows if row[1] in years)

    def stories(self, action: int) -> list[str]:
        """The departments that have one: what they report on, and what they have committed to."""
        return sorted(self._reporting | {row[0] for row in self.versions if row[1] == action})

    def _note(self, moment: datetime, *of: str | int) -> None:
        for key in of:
            self.changed[key] = max(moment, self.changed.get(key, moment))


def of_strategy(strategy: Strategy, at: datetime) -> Pages:
    numbers = Action.objects.filter(strategy=strategy).order_by("number").values_list("number", flat=True)
    found = Pages(list(numbers), [one.year for one in published.rounds(strategy)])
    slugs = dict(Department.objects.values_list("id", "slug"))
    asked = Report.objects.filter(round__strategy=strategy).values_list("department_id", "round__year")
    found.asked = {(slugs[department], year) for department, year in asked.order_by()}
    for edition in published.editions(strategy, at, replaced=True):
        slug, last = slugs[edition.department_id], _last(edition.starts, edition.ends, at)
        found.editions.append((slug, edition.year, edition.number, last))
        found._note(last, slug, edition.year)
    for one in corrections.withdrawals(strategy, at):
        found._note(one.on, slugs[one.department_id], one.year)
    _add_versions(found, strategy, at)
    return found


def _last(starts: datetime, ends: datetime | None, at: datetime) -> datetime:
    """When it came, or when another one took its place: its page says so."""
    return ends if ends and ends <= at else starts


def _add_versions(found: Pages, strategy: Strategy, at: datetime) -> None:
    visible = public_at(at) | Q(publication__starts__lte=at, publication__ending=Publication.Ending.SUPERSEDED)
    rows = CommitmentVersion.objects.filter(visible, commitment__action__strategy=strategy)
    columns: list[Any] = [
        "commitment__department__slug",
        "commitment__action__number",
        "number",
        "publication__starts",
        "publication__ends",
    ]
    read = list(rows.order_by("commitment", "number").values_list(*columns))
    current = {row[:2] for row in read if row[4] is None or row[4] > at}
    for slug, action, number, starts, ends in read:
        if (slug, action) in current:
            last = _last(starts, ends, at)
            found.versions.append((slug, action, number, last))
            found._note(last, slug)


def of_departments(at: datetime) -> list[tuple[str, Moment]]:
    """Every department, with the last change of what it has published."""
    editions = Publication.objects.filter(starts__lte=at, edition__isnull=False).exclude(ending="withdrawn")
    of = "edition__report__department__slug"
    latest = dict(editions.order_by().values(of).annotate(last=Max("starts")).values_list(of, "last"))
    return [(slug, latest.get(slug)) for slug in Department.objects.order_by("slug").values_list("slug", flat=True)]
