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

from tests.public.pages import Page, every_page

LIMIT = 1_000_000  # bytes of HTML
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
    """Each page, and those after it where it is one of several."""
    return [found for page in pages for found in _with_the_next(page)]


def _with_the_next(page: Page) -> Iterator[Measured]:
    address = page.address
    for _ in range(FOLLOWED + 1):
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
