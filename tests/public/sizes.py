"""How big and how quick pages are: those of every pattern, and those that they lead on to."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from time import perf_counter
from urllib.parse import urljoin

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reporting.domain import text
from tests.public.pages import Page, every_page
from tests.public.test_queries import QUERIES

WHOLE = ("book",)  # begin the names of pages that are whole on purpose: of any size
FOLLOWED = 3  # pages that one page's "next" leads on to
NEXT = re.compile(rb'<a [^>]*href="([^"]*)"[^>]* rel="next"')


@dataclass(frozen=True)
class Measured:
    name: str
    address: str
    status: int
    queries: int
    bytes: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.name:<16} {self.status} {self.queries:>4} {self.bytes:>10,} {self.seconds:>7.2f}  {self.address}"


def measure(pages: Iterable[Page]) -> list[Measured]:
    """Each page, and those after it where it is one of several. No text has been parsed before."""
    return [found for page in pages for found in _with_the_next(page)]


def _with_the_next(page: Page) -> Iterator[Measured]:
    address = page.address
    for _ in range(FOLLOWED + 1):
        text._parse_cached.cache_clear()
        with CaptureQueriesContext(connection) as queries:
            began = perf_counter()
            response = Client().get(address)
            body = response.getvalue()
            seconds = perf_counter() - began
        yield Measured(page.name, address, response.status_code, len(queries), len(body), seconds)
        following = NEXT.search(body)
        if not following:
            return
        address = urljoin(address, unescape(following[1].decode()))


def some_of_each(count: int) -> list[Page]:
    """So many of each name, from the first to the last: the pages at both ends are often the odd ones."""
    alike: dict[str, list[Page]] = {}
    for page in every_page():
        alike.setdefault(page.name, []).append(page)
    return [
        pages[index]
        for pages in alike.values()
        for index in sorted({step * (len(pages) - 1) // max(count - 1, 1) for step in range(count)})
    ]


def with_more_queries(found: Iterable[Measured]) -> list[str]:
    """Pages that ask more often than in the small worlds of test_queries.py: one more for what was corrected."""
    return [str(one) for one in found if one.status == 200 and one.queries > QUERIES[one.name] + _more(one)]


def _more(one: Measured) -> int:
    return one.name in {"edition", "corrections"}  # it is compared with the one before; the place of a row is found


def larger_than(limit: int, found: Iterable[Measured]) -> list[str]:
    return [str(one) for one in found if one.bytes > limit and not one.name.startswith(WHOLE)]


def table(found: Iterable[Measured]) -> str:
    """The largest of each name, the slowest first."""
    largest: dict[str, Measured] = {}
    for one in sorted(found, key=lambda one: one.bytes):
        largest[one.name] = one
    return "\n".join(str(one) for one in sorted(largest.values(), key=lambda one: -one.seconds))
