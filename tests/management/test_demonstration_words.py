"""The words and the days of the demonstration, before any database has them."""

import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from reporting.management.demonstration.clock import DAYS_TO_REPORT, YEARS_SHOWN, Clock
from reporting.management.demonstration.seed import all_words

RUN = 6  # words in a row that may not come from a source


def strings(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, dict | list):
        for one in said.values() if isinstance(said, dict) else said:
            yield from strings(one)


def runs(words: str) -> set[tuple[str, ...]]:
    plain = re.findall(r"[^\W_]+", re.sub(r"<[^>]+>", " ", html.unescape(words)).lower())
    return {tuple(plain[start : start + RUN]) for start in range(len(plain) - RUN + 1)}


@pytest.mark.real
def test_no_run_of_words_comes_from_a_source(shared_data: Path) -> None:
    """Names of departments are facts; everything else is in words of our own."""
    sources: set[tuple[str, ...]] = set()
    for path in shared_data.rglob("*"):
        if path.is_file() and path.name != "README.md":
            sources |= runs(path.read_text(encoding="utf-8", errors="replace"))
    assert len(sources) > 10_000
    for words in all_words().values():
        told = {key: value for key, value in words.items() if key != "departments"}
        for sentence in strings(told):
            assert not runs(sentence) & sources, sentence


@pytest.mark.parametrize("hour", [0, 23])
def test_present_round_is_open_on_any_day(hour: int) -> None:
    for number in range(800):
        now = timezone.make_aware(datetime(2026, 1, 1, hour, 30) + timedelta(days=number))
        clock = Clock(now)
        assert clock.at(YEARS_SHOWN + 18, 17) < now < clock.at(YEARS_SHOWN + 30, 9, 30)
        assert 33 <= (clock.date(YEARS_SHOWN + DAYS_TO_REPORT) - timezone.localdate(now)).days <= 39
        assert 0 <= (now.year - clock.year) <= 1
        assert clock.date(0).weekday() == 0
