"""Hours as people type and read them: 9:30am, in the country's zone."""

import re
from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from strategy.dates import day_in_words

WORDS = {"midnight": time(0), "noon": time(12), "midday": time(12)}
ZONES = {"GMT": "Greenwich Mean Time", "BST": "British Summer Time"}
TYPED = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm)?")


def read(typed: str) -> time | None:
    """From “9:30am”, “9.30 am”, “4pm”, “16:00” or “midday”. None where it is no time of day."""
    words = typed.casefold().replace("a.m.", "am").replace("p.m.", "pm").replace(" ", "")
    if words in WORDS:
        return WORDS[words]
    match = TYPED.fullmatch(words)
    if not match or not (match[2] or match[3]):
        return None  # a bare 9 may be either
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def hour(moment: datetime) -> str:
    """9:30am, 4pm, midday"""
    local = timezone.localtime(moment)
    if local.minute == 0 and local.hour in {0, 12}:
        return "midday" if local.hour else "midnight"
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def day(moment: datetime) -> str:
    """Thursday 25 February 2016"""
    return f"{timezone.localtime(moment):%A} {day_in_words(moment)}"


def in_full(moment: datetime) -> str:
    return f"{hour(moment)} on {day(moment)}"


def in_short(moment: datetime) -> str:
    """9:30am on 25 February; with the year where it is not the next one of that name."""
    local = timezone.localtime(moment)
    is_near = abs(moment - timezone.now()) < timedelta(days=300)
    return f"{hour(moment)} on {local.day} {local:%B}" + ("" if is_near else f" {local.year}")


def place() -> str:
    """London"""
    return settings.TIME_ZONE.rpartition("/")[2].replace("_", " ")


def zone(moment: datetime) -> str:
    """Greenwich Mean Time"""
    name = str(timezone.localtime(moment).tzname())
    return ZONES.get(name, name)


def left(now: datetime, moment: datetime) -> str:
    """2 days and 23 hours"""
    minutes = max(0, int((moment - now) / timedelta(minutes=1)))
    parts = [(minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    said = [f"{number:,} {word}{'' if number == 1 else 's'}" for number, word in parts if number][:2]
    return " and ".join(said) or "less than a minute"
