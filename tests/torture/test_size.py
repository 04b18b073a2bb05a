"""200 departments, 50 actions, ten years: 100,000 entries. No page asks more, and none is larger than 1 MB."""

import pytest
from django.db import connection

from reporting.domain import passages
from tests.big import Big
from tests.public.embargo import quiet
from tests.public.pages import Page
from tests.public.sizes import larger_than, measure, some_of_each, table, with_more_queries

LARGEST = 1_000_000  # bytes
MOST = 10  # questions of a search
SEARCHES = ["service", "online+licence+form", "zeppelin", "service&page=10", "service&status=behind"]
FILTERED = [  # what makes another page of it
    Page("matrix", "/strategies/big-plan/matrix/?status=behind"),
    Page("matrix", "/strategies/big-plan/matrix/?year=2018&as_at=2019-12-31"),
    Page("action", "/strategies/big-plan/actions/20/?year=2018&status=behind"),
]
MAPS = {
    "sitemap": "/sitemap.xml",
    "sitemap-pages": "/sitemap-pages.xml",
    "sitemap-strategy": "/strategies/big-plan/sitemap.xml",
    "sitemap-action": "/strategies/big-plan/actions/1/sitemap.xml",
}


def test_200_departments_50_actions_10_years(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    Big.make(200, 50, 10)
    passages.catch_up()
    with quiet():
        measure(some_of_each(1)[:3])  # what is loaded and compiled once
        found = measure([*some_of_each(2), *FILTERED])
        searches = measure(Page("search", f"/search/?q={words}") for words in SEARCHES)
        maps = measure(Page(name, address) for name, address in MAPS.items())
    with capsys.disabled():
        print(f"\n{connection.vendor}: the largest page of each kind; status, queries, bytes, seconds")
        print(table([*found, *searches, *maps]))
    assert with_more_queries(found) == []
    assert [str(one) for one in searches if one.queries > MOST] == []
    assert larger_than(LARGEST, [*found, *searches, *maps]) == []
    assert {one.status for one in found} <= {200, 302, 404}
    assert {one.status for one in (*searches, *maps)} == {200}
