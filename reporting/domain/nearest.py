"""What an address that leads nowhere may have meant: the strategies and departments whose names are nearest to it.

It looks at the words of the address and at what is always public: never at what is published, or will be.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from django.utils import timezone

from reporting.domain import published
from strategy.models import Department

MOST = 3
LONGEST = 120  # of a slug: what is longer resembles none


def strategies(word: str) -> list[tuple[str, str]]:
    """Slugs and titles, the nearest first."""
    return _near(word, {one.slug: one.title for one in published.strategies()})


def departments(word: str) -> list[tuple[str, str]]:
    """Slugs and names of today; by its acronym or code too."""
    columns: list[Any] = ["slug", "name", "acronym", "code"]
    rows = list(Department.objects.named(timezone.localdate()).values_list(*columns))
    for slug, name, *short in rows:
        if word.casefold() in {one.casefold() for one in short if one}:
            return [(slug, name)]
    return _near(word, {slug: name for slug, name, *_ in rows})


def _near(word: str, known: Mapping[str, str]) -> list[tuple[str, str]]:
    if len(word) > LONGEST:
        return []
    word = word.lower()
    found = [word] if word in known else get_close_matches(word, known, n=MOST, cutoff=0.6)
    return [(slug, known[slug]) for slug in found]
