"""How departments stand in a round, in the public's words: never whether something is drafted or submitted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Min, Q
from django.utils import timezone

from reporting.domain.published import Among, EditionView, RoundView, among
from reporting.models import Coverage, Report
from reporting.models.publication import public_at
from strategy.models import Strategy


@dataclass(frozen=True, slots=True)
class Standing:
    """How a department stands in a round, in the public's words."""

    word: str
    reason: str = ""
    edition: EditionView | None = None

    @property
    def is_published(self) -> bool:
        return self.edition is not None


def standings(
    rounds: Iterable[RoundView], editions: Iterable[EditionView], at: datetime, *, department: Among = None
) -> dict[tuple[int, int], Standing]:
    """By department and year, for every body that was due, in the public's words."""
    by_id = {one.id: one for one in rounds}
    current = {(edition.department_id, edition.year): edition for edition in editions if edition.is_public}
    rows = Report.objects.filter(round_id__in=list(by_id))
    if department is not None:
        rows = rows.filter(department_id__in=among(department))
    window = "editions__publication__"
    # Without those that ended before they began: an edition withdrawn before its hour was never public.
    lasting = Q(**{f"{window}ends": None}) | Q(**{f"{window}ends__gt": F(f"{window}starts")})
    first = Min(f"{window}starts", filter=Q(**{f"{window}starts__lte": at}) & lasting)
    found = {}
    columns = ("department_id", "round_id", "excused_reason")  # grouped by these, not by what is not public
    for body, key, excused, started in (
        rows.values(*columns)
        .annotate(started=first)
        .order_by("round__year", "department_id")
        .values_list(*columns, "started")
    ):
        one = by_id[key]
        edition = current.get((body, one.year))
        if edition:
            word = "published late" if one.due and started >= _day_after(one.due) else "published"
            found[body, one.year] = Standing(word, edition=edition)
        elif excused:
            found[body, one.year] = Standing("excused", excused)
        else:
            found[body, one.year] = Standing("not published" if one.is_due(at) else "not yet due")
    return found


def _day_after(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def covered(reports: Iterable[int]) -> dict[int, list[int]]:
    """The bodies that each of these reports answers for beside its own, by the report."""
    found: dict[int, list[int]] = defaultdict(list)
    for report, body in Coverage.objects.filter(report_id__in=list(reports)).values_list("report", "department"):
        found[report].append(body)
    return found


def answered_for(strategy: Strategy, at: datetime, *, department: Among = None) -> dict[tuple[int, int], str]:
    """By body and year, the name of the department whose public report answers for it."""
    rows = Coverage.objects.filter(
        public_at(at, "report__editions__publication__"), report__round__strategy=strategy
    )
    if department is not None:
        rows = rows.filter(department_id__in=among(department))
    columns = rows.values_list("department_id", "report__round__year", "report__editions__department_name")
    return {(body, year): name for body, year, name in columns}
