"""Dates as precise as they were stated: a day, a month or a year. December 2012 is never 1 December."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr, ["", *([""] * 8), "Sept"])
    for number, name in enumerate(names)
    if name
}
ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?")
ENGLISH = re.compile(r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+)?(?P<month>[A-Za-z]+),?\s+(?P<year>\d{4})")


@dataclass(frozen=True, order=True, slots=True)
class PartialDate:
    """Held as ISO text cut at its precision, which also sorts: 2012 < 2012-12 < 2012-12-05."""

    iso: str

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """From “2012-12-05”, “2012-12”, “2012”, “5 December 2012” or “December 2012”.

        Raises ValueError, with a sentence, for anything that is not a date of the calendar.
        """
        text = text.strip()
        if match := ISO.fullmatch(text):
            year, month, day = match["year"], match["month"], match["day"]
        elif (match := ENGLISH.fullmatch(text)) and match["month"].lower() in MONTHS:
            year, month, day = match["year"], str(MONTHS[match["month"].lower()]), match["day"]
        else:
            raise ValueError(f"“{text}” is not a date: write it like 2012-12-05, 2012-12 or 2012.")
        return cls.of(int(year), int(month) if month else None, int(day) if day else None)

    @classmethod
    def of(cls, year: int, month: int | None = None, day: int | None = None) -> "PartialDate":
        try:
            date(year, month or 1, day or 1)
        except ValueError:
            parts = [str(part) for part in (day, month, year) if part is not None]
            raise ValueError(f"{'/'.join(parts)} is not a day of the calendar.") from None
        text = f"{year:04d}"
        if month:
            text += f"-{month:02d}"
        if month and day:
            text += f"-{day:02d}"
        return cls(text)

    @classmethod
    def of_day(cls, day: date) -> "PartialDate":
        return cls(day.isoformat())

    @property
    def year(self) -> int:
        return int(self.iso[:4])

    @property
    def month(self) -> int | None:
        return int(self.iso[5:7]) if len(self.iso) > 4 else None

    @property
    def day(self) -> int | None:
        return int(self.iso[8:10]) if len(self.iso) > 7 else None

    @property
    def first_day(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    def months_until(self, other: "PartialDate") -> int | None:
        """Whole months from this date to the other; None where one of them names no month."""
        if self.month is None or other.month is None:
            return None
        return (other.year - self.year) * 12 + other.month - self.month

    def __str__(self) -> str:
        parts = [str(self.day)] if self.day else []
        if self.month:
            parts.append(calendar.month_name[self.month])
        return " ".join([*parts, str(self.year)])


def day_in_words(value: date | datetime) -> str:
    """16 January 2015: the day that it is in the service's time zone."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{value.day} {value:%B %Y}"
