"""What the pages say before somebody decides: who is told, what readers see, what else is known."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from reporting.domain import differences, publication
from reporting.domain.releases import Readiness
from reporting.models import Edition, EditionEntry, Report, Round, User


@dataclass(frozen=True, slots=True)
class Repetition:
    """How many entries say nearly what the year before said."""

    same: int
    total: int


def repetition(round: Round, editions: Sequence[Edition]) -> Repetition:
    """The progress of every entry beside last year's: all of them in two questions."""
    now = {
        (row[0], row[1]): row[2]
        for row in EditionEntry.objects.filter(edition__in=editions).values_list(
            "edition__report__department", "action", "progress"
        )
    }
    before = EditionEntry.objects.filter(
        edition__report__round__strategy=round.strategy_id,
        edition__report__round__year=round.year - 1,
        edition__report__department__in=[edition.report.department_id for edition in editions],
        edition__publication__isnull=False,
    ).order_by("edition__number")
    last = {
        (row[0], row[1]): row[2]
        for row in before.values_list("edition__report__department", "action", "progress")  # the last edition wins
    }
    same = sum(differences.nearly_the_same(last[key], progress) for key, progress in now.items() if key in last)
    return Repetition(same, len(now))


def told(departments: Collection[int]) -> int:
    """How many people get an e-mail when these departments' reports are published."""
    people = User.objects.filter(memberships__department__in=departments, is_active=True, is_system=False)
    return people.distinct().count()


@dataclass(frozen=True, slots=True)
class Consequences:
    reports: int
    entries: int
    first: int  # of them first editions
    corrections: list[str]  # “Ministry 1: edition 2 takes the place of edition 1”
    example: str
    silent: list[str]
    silent_word: str  # as readers will see them
    excused: list[Report]
    people: int


def of(ready: Readiness, starts: datetime) -> Consequences:
    editions = ready.editions
    replaced = {
        row[0]: row[1]
        for row in Edition.objects.filter(
            report__in=[edition.report_id for edition in editions], publication__isnull=False
        )
        .exclude(publication__ending="withdrawn")
        .order_by("number")
        .values_list("report", "number")
    }
    corrections = [
        f"{name_of(one.report)}: edition {one.number} takes the place of edition {replaced[one.report_id]}"
        for one in editions
        if one.report_id in replaced
    ]
    due = ready.round.due
    return Consequences(
        reports=len(editions),
        entries=EditionEntry.objects.filter(edition__in=editions).count(),
        first=len(editions) - len(corrections),
        corrections=corrections,
        example=publication.reference_of(editions[0]) if editions else "",
        silent=sorted(name_of(one) for one in [*ready.not_filed, *ready.left_out] if not _is_public(one, starts)),
        silent_word="Not published" if due is None or timezone.localdate(starts) > due else "Not yet due",
        excused=ready.excused,
        people=told([edition.report.department_id for edition in editions]),
    )


def _is_public(report: Report, at: datetime) -> bool:
    """By an edition that is there already. The readiness has read its windows."""
    windows = [getattr(edition, "publication", None) for edition in report.editions.all()]
    return any(one and one.starts <= at and (one.ends is None or at < one.ends) for one in windows)


def name_of(report: Report) -> str:
    return getattr(report.department, "name", "") or report.department.code
