"""What was corrected and withdrawn in the open: read at one moment, like everything that is public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.utils import timezone

from reporting.domain import references
from reporting.domain.published import Among, among
from reporting.models import ChangeKind, Edition, Publication
from reporting.models.publication import public_at
from strategy.dates import PartialDate
from strategy.models import Strategy

WITHDRAWN = Publication.Ending.WITHDRAWN
MOST = 50  # rows of the register at once


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An edition that had been public and is so no more."""

    report_id: int
    department_id: int
    year: int
    number: int
    name: str
    on: datetime
    reason: str
    reference: str


def had_been_public(through: str = "publication__") -> Q:
    """Its window lasted: one that was withdrawn before its hour never opened."""
    return Q(**{f"{through}ends": None}) | Q(**{f"{through}ends__gt": F(f"{through}starts")})


def withdrawals(strategy: Strategy, at: datetime, *, department: Among = None) -> list[Withdrawal]:
    rows = Edition.objects.filter(
        had_been_public(),
        report__round__strategy=strategy,
        publication__ending=WITHDRAWN,
        publication__ends__lte=at,
    )
    if department is not None:
        rows = rows.filter(report__department_id__in=among(department))
    columns: list[Any] = [
        "report_id",
        "report__department_id",
        "report__round__year",
        "number",
        "department_name",
        "publication__ends",
        "publication__reason",
        "report__department__code",
    ]
    return [
        Withdrawal(*[*row[:7], references.edition(strategy.code, row[7], row[2], row[3])])
        for row in rows.order_by("publication__ends", "number").values_list(*columns)
    ]


def was_public(report: int, number: int, at: datetime) -> bool:
    """Whether anyone could read this edition before that moment."""
    seen = had_been_public() & Q(publication__starts__lte=at)
    return Edition.objects.filter(seen, report_id=report, number=number).exists()


# The register ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A correction, or a withdrawal."""

    moment: datetime
    dated: PartialDate  # as readers see it
    strategy: str
    strategy_slug: str
    department_slug: str
    name: str
    year: int
    number: int
    kind: str  # "minor", "major", or empty where nobody said
    note: str
    is_withdrawal: bool
    reference: str

    @property
    def kind_label(self) -> str:
        return str(ChangeKind(self.kind).label) if self.kind else ""


def _register(at: datetime) -> QuerySet[Any]:
    """Windows of editions that took another one's place, while the report is public; and withdrawals.

    What a withdrawn edition had said of itself is gone with it: of it stands the reason.
    """
    of_report = Publication.objects.filter(edition__report=OuterRef("edition__report"))
    before = of_report.filter(had_been_public(""), starts__lt=OuterRef("starts"))
    current = of_report.filter(public_at(at, ""))
    correction = Q(starts__lte=at) & had_been_public("") & Exists(before) & Exists(current)
    withdrawn = Q(ending=WITHDRAWN, ends__lte=at)
    rows = Publication.objects.exclude(edition=None).filter(
        withdrawn & had_been_public("") | ~withdrawn & correction
    )
    return rows.annotate(moment=Case(When(withdrawn, then="ends"), default="starts")).order_by("-moment", "-pk")


def register(at: datetime, *, before: str = "") -> tuple[list[Entry], bool] | None:
    """The newest first, and whether there are more. `before`: after the row of that edition's reference.

    None where that edition is not in the register at that moment.
    """
    rows = _register(at)
    if before:
        last = _find(rows, before)
        if last is None:
            return None
        rows = rows.filter(Q(moment__lt=last[0]) | Q(moment=last[0], pk__lt=last[1]))
    found = list(
        rows.values_list(
            "moment",
            "dated",
            "edition__report__round__strategy__title",
            "edition__report__round__strategy__slug",
            "edition__report__department__slug",
            "edition__department_name",
            "edition__report__round__year",
            "edition__number",
            "edition__change_kind",
            "edition__change_note",
            "note",
            "ending",
            "ends",
            "reason",
            "edition__report__round__strategy__code",
            "edition__report__department__code",
        )[: MOST + 1]
    )
    return [_entry(row, at) for row in found[:MOST]], len(found) > MOST


def _entry(row: Sequence[Any], at: datetime) -> Entry:
    moment, dated, *of, change_note, note, ending, ends, reason, strategy, department = row
    gone = ending == WITHDRAWN and ends <= at
    reference = references.edition(strategy, department, *of[-3:-1])
    dated = PartialDate.of_day(timezone.localdate(ends)) if gone else dated
    return Entry(moment, dated, *[*of, reason if gone else note or change_note, gone, reference])


def _find(rows: QuerySet[Publication], reference: str) -> tuple[datetime, int] | None:
    if not reference.isprintable():  # PostgreSQL holds no such text
        return None
    parts = reference.split("/")
    if len(parts) != 4 or not parts[2].isdecimal() or not parts[3][1:].isdecimal() or len(reference) > 100:
        return None
    strategy, department, year, number = parts[0], parts[1], int(parts[2]), int(parts[3][1:])
    if year > 9999 or number > 32767:
        return None
    of = {
        "edition__report__round__strategy__code": strategy,
        "edition__report__department__code": department,
        "edition__report__round__year": year,
        "edition__number": number,
    }
    key: list[Any] = ["moment", "pk"]
    found: tuple[datetime, int] | None = rows.filter(**of).values_list(*key).first()
    return found
