"""200 departments, 50 actions, ten years: 100,000 entries. No page asks more, and none is larger than 1 MB."""

import pytest
from django.db import connection

from tests.big import Big
from tests.public.embargo import quiet
from tests.public.sizes import larger_than, measure, some_of_each, table, with_more_queries

LARGEST = 1_000_000  # bytes


def test_200_departments_50_actions_10_years(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    Big.make(200, 50, 10)
    with quiet():
        measure(some_of_each(1)[:3])  # what is loaded and compiled once
        found = measure(some_of_each(2))
    with capsys.disabled():
        print(f"\n{connection.vendor}: the largest page of each kind; status, queries, bytes, seconds")
        print(table(found))
    assert with_more_queries(found) == []
    assert larger_than(LARGEST, found) == []
    assert {one.status for one in found} <= {200, 302, 404}
