"""Every round with what waits, what is scheduled and what is public: in a fixed number of queries."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from reporting.models import Edition, Publication, Release, Report, Round
from reporting.models.publication import public_at


@dataclass(frozen=True, slots=True)
class RoundRow:
    round: Round
    total: int
    waiting: int
    with_centre: int
    public: int
    scheduled: list[Release]

    @property
    def is_quiet(self) -> bool:
        return not (self.waiting or self.scheduled or self.with_centre)


def rounds(at: datetime) -> list[RoundRow]:
    """The newest year first."""
    submitted = Q(state__in=[Report.State.SUBMITTED, Report.State.IN_REVIEW])
    counted = {
        row["round"]: row
        for row in Report.objects.order_by()
        .values("round")
        .annotate(total=Count("pk"), with_centre=Count("pk", filter=submitted))
    }
    later = Edition.objects.filter(report=OuterRef("report"), number__gt=OuterRef("number"))
    ahead = Publication.objects.filter(edition__report=OuterRef("report"), starts__gt=at).exclude(
        ending=Publication.Ending.WITHDRAWN
    )
    waiting = Edition.objects.filter(
        ~Exists(later), ~Exists(ahead), publication=None, report__state=Report.State.ACCEPTED
    )
    waits = Counter(waiting.values_list("report__round", flat=True))
    public = Counter(Edition.objects.filter(public_at(at)).values_list("report__round", flat=True))
    scheduled: dict[int, list[Release]] = defaultdict(list)
    for release in scheduled_releases(at):
        scheduled[release.round_id].append(release)
    return [
        RoundRow(
            one,
            counted.get(one.pk, {}).get("total", 0),
            waits[one.pk],
            counted.get(one.pk, {}).get("with_centre", 0),
            public[one.pk],
            scheduled[one.pk],
        )
        for one in Round.objects.select_related("strategy").order_by("-year", "strategy__title")
    ]


def scheduled_releases(at: datetime, round: Round | None = None) -> list[Release]:
    """Whose hour has not come, with the `number` of their editions."""
    rows = Release.objects.filter(starts__gt=at, stopped_at=None).order_by("starts", "pk")
    if round is not None:
        rows = rows.filter(round=round)
    still = ~Q(publications__ending=Publication.Ending.WITHDRAWN)
    return list(rows.annotate(number=Count("publications", filter=still)))
