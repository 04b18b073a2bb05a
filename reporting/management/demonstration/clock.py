"""When things happened in the demonstration: everything is counted from the day on which it is made."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from reporting.management.demonstration import UNPUBLISHED_PHRASE
from strategy.dates import PartialDate

DAYS_TO_REPORT = 60
BEFORE_TODAY = 21  # days from the opening of the present round; from then on its due date is about five weeks off
YEARS_SHOWN = 2 * 364  # days from the first round to the present one: the same day of the week
# From October on a round asks for the year that is ending, before that for the one that has ended.
FIRST_MONTH = 10
TOKEN = re.compile(r"\{(?:Y(?P<years>[+-]\d+)?|month(?P<days>[+-]\d+)|(?P<unpublished>unpublished))\}")


class Clock:
    """Days are counted from the Monday on which the first round opened."""

    def __init__(self, now: datetime) -> None:
        today = timezone.localdate(now)
        self.present = today - timedelta(days=today.weekday() + BEFORE_TODAY)
        self.first = self.present - timedelta(days=YEARS_SHOWN)
        self.year = today.year if today.month >= FIRST_MONTH else today.year - 1

    def date(self, day: int) -> date:
        return self.first + timedelta(days=day)

    def at(self, day: int, hour: int = 9, minute: int = 0) -> datetime:
        return timezone.make_aware(datetime.combine(self.date(day), time(hour, minute)))

    def day(self, day: int) -> PartialDate:
        return PartialDate.of_day(self.date(day))

    def month(self, day: int) -> PartialDate:
        return PartialDate.of(self.date(day).year, self.date(day).month)

    def first_of_next_month(self, day: int) -> PartialDate:
        return PartialDate.of_day((self.date(day).replace(day=1) + timedelta(days=32)).replace(day=1))

    def fill(self, words: Any) -> Any:
        """The same words, or tables and lists of them, with years and months in place of {Y-1} and {month+430}."""
        if isinstance(words, dict):
            return {key: self.fill(value) for key, value in words.items()}
        if isinstance(words, list):
            return [self.fill(value) for value in words]
        return TOKEN.sub(self._said, words) if isinstance(words, str) else words

    def _said(self, token: re.Match[str]) -> str:
        if token["unpublished"]:
            return UNPUBLISHED_PHRASE
        if token["days"]:
            return str(self.month(int(token["days"])))
        return str(self.year + int(token["years"] or 0))


@dataclass
class Timeline:
    """What is to happen, told in any order and done in the order of time, as the chain of events has it."""

    steps: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)

    def add(self, at: datetime, step: Callable[[], object]) -> None:
        self.steps.append((at, step))

    def play(self, progress: Callable[[int, int], None]) -> None:
        for done, (_, step) in enumerate(sorted(self.steps, key=lambda timed: timed[0])):
            progress(done, len(self.steps))
            step()
