"""What was public at the end of a day that has been, as far as it can still be read.

As at a day means: as readers saw it then, with departments called as they were called then. It never goes
forward, and it brings nothing back: an edition that was withdrawn since is gone for that day, too, and so is one
that gave way to an edition that was withdrawn. What was replaced can be read at its address, and is shown.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from reporting.domain import references, standing
from reporting.domain.published import ActionView, Body, EditionView, RoundView
from reporting.domain.standing import Standing
from reporting.models import Edition, Publication, Round
from reporting.models.publication import public_at
from strategy.dates import PartialDate, day_in_words
from strategy.models import Strategy

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST = 1900  # rounds are not of earlier years


@dataclass(frozen=True, slots=True)
class Seen:
    """A moment as readers see it: `at`, which is now unless a day was asked for, told at `now`."""

    at: datetime
    now: datetime
    day: date | None = None  # None: now
    problem: str = ""  # why a day that was asked for is not shown

    def has_come(self, dated: PartialDate | None) -> bool:
        """On that day; a date without a day of its own has come with its first one. Always, for now."""
        return self.day is None or dated is None or dated.iso <= self.day.isoformat()


def seen(words: str, now: datetime) -> Seen:
    """As at the end of the day that is written like 2014-03-31, in the service's time zone; else now."""
    words = words.strip()
    if not words:
        return Seen(now, now)
    try:
        day = date.fromisoformat(words) if DAY.fullmatch(words) else None
    except ValueError:
        day = None
    if day is None or day.year < EARLIEST:
        return Seen(now, now, problem="Write the day like 2014-03-31. This is what is public now.")
    today = timezone.localdate(now)
    if day > today:
        return Seen(now, now, problem="The day that you chose has not been yet. This is what is public now.")
    if day == today:
        return Seen(now, now)
    following = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return Seen(following - timedelta(microseconds=1), now, day)


def readable(seen: Seen) -> Q:
    """Of editions: public at that moment, and of a past one still to be read."""
    if seen.day is None:
        return public_at(seen.at)
    kept = Q(publication__ends=None) | Q(publication__ends__gt=seen.now)
    kept |= Q(publication__ending=Publication.Ending.SUPERSEDED)
    current = Publication.objects.filter(public_at(seen.now, ""), edition__report=OuterRef("report"))
    return public_at(seen.at) & kept & Q(Exists(current))


def years(strategy: Strategy, seen: Seen) -> set[int]:
    """Of which something could be read."""
    rows = Edition.objects.filter(readable(seen), report__round__strategy=strategy)
    return set(rows.order_by().values_list("report__round__year", flat=True).distinct())


def editions(
    strategy: Strategy, seen: Seen, *, years: Collection[int], departments: Collection[int] | None = None
) -> list[EditionView]:
    """Of those years, and of those departments, by year and name as filed."""
    rows = Edition.objects.filter(
        readable(seen), report__round__strategy=strategy, report__round__year__in=list(years)
    )
    if departments is not None:
        rows = rows.filter(report__department_id__in=list(departments))
    found = []
    for row in rows.order_by("report__round__year", "department_name", "report__department__code").values_list(
        "id",
        "report_id",
        "number",
        "report__department_id",
        "report__round__year",
        "department_name",
        "department_acronym",
        "nil_reason",
        "publication__starts",
        "publication__ends",
        "publication__dated",
        "publication__date_stated",
        "report__department__code",
    ):
        starts, ends, dated, stated, code = row[8:]
        reference = references.edition(strategy.code, code, row[4], row[2])
        found.append(EditionView(*row[:8], "", "", "", starts, ends, dated, stated, reference, is_public=True))
    return found


def standings(
    strategy: Strategy, seen: Seen, rounds: Sequence[RoundView], editions: Sequence[EditionView]
) -> dict[tuple[int, int], Standing]:
    """By department and year, with the reason where something other than silence is behind it."""
    found = standing.standings(rounds, editions, seen.at)
    filed = {edition.report_id: edition for edition in editions}
    for report, covered in standing.covered(filed).items():
        for body in covered:
            key = body, filed[report].year
            if key in found and not found[key].is_published:
                found[key] = replace(found[key], reason=f"The report of {filed[report].name} answers for it.")
    for key, (on, reason) in _withdrawn(strategy, seen, [one.year for one in rounds]).items():
        if key in found and not found[key].is_published and found[key].word != "excused":
            found[key] = replace(found[key], reason=f"Withdrawn on {day_in_words(on)}: {reason}")
    return found


def _withdrawn(
    strategy: Strategy, seen: Seen, years: Collection[int]
) -> dict[tuple[int, int], tuple[datetime, str]]:
    """By department and year, when and why an edition that had been public by then was withdrawn since."""
    rows = Edition.objects.filter(
        report__round__strategy=strategy,
        report__round__year__in=list(years),
        publication__ending=Publication.Ending.WITHDRAWN,
        publication__starts__lte=seen.at,
        publication__ends__gt=F("publication__starts"),
        publication__ends__lte=seen.now,
    )
    columns = ("report__department_id", "report__round__year", "publication__ends", "publication__reason")
    return {
        (body, year): (ends, reason)
        for body, year, ends, reason in rows.order_by("publication__ends", "number").values_list(*columns)
    }


def rounds(strategy: Strategy, seen: Seen, published: Collection[int]) -> list[RoundView]:
    """Those that had been opened by then, and those that something was published of.

    A round of old reports is opened when they are taken in: it counts from the end of its year.
    """
    rows = Round.objects.filter(strategy=strategy).order_by("year")
    columns: list[Any] = ["opened_at", "id", "year", "due", "asks_status", "asks_answers"]
    found = []
    for opened, *row in rows.values_list(*columns):
        view = RoundView(*row)
        if seen.day is None or opened <= seen.at or view.year < seen.day.year or view.year in published:
            found.append(view)
    return found


def actions(found: dict[int, ActionView], seen: Seen) -> dict[int, ActionView]:
    """Those that had been added, worded as they were."""
    kept = {number: action for number, action in found.items() if seen.has_come(action.added_on)}
    for action in kept.values():
        worded = [wording for wording in action.wordings if seen.has_come(wording.dated)]
        action.wordings = worded or action.wordings[:1]
    return kept


def bodies(found: dict[int, Body], seen: Seen) -> dict[int, Body]:
    """Those that there were; what was closed later was open."""
    return {
        key: body if seen.has_come(body.closed) else replace(body, closed=None)
        for key, body in found.items()
        if seen.has_come(body.opened)
    }
