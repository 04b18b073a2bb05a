"""How often entries went back, and why: on a page, and as a file that no spreadsheet takes for formulas."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from reporting.domain import reasons
from reporting.models import ReturnedEntry
from tests.filing.test_pages import text_of
from tests.review.world import (
    RETURNED,
    ReviewWorld,
)

pytestmark = pytest.mark.django_db


def test_reasons_are_counted_by_round_and_department(stage: ReviewWorld, rita: Client) -> None:
    page = text_of(rita.get("/review/reasons/"))
    assert "2 entries were returned, in 2 reports" in page
    assert "Plan without a date or an owner: 2" in page
    one = text_of(
        rita.get("/review/reasons/", {"round": "fenland-better-services-plan-2021", "department": "ministry-3"})
    )
    assert "1 entry was returned, in 1 report of Fenland Better Services Plan, 2021, by Ministry 3" in one
    none = text_of(rita.get("/review/reasons/", {"round": "fenland-better-services-plan-2020"}))
    assert "No entry was returned that fits." in none


def test_entry_that_went_back_without_a_mark_is_counted_too(stage: ReviewWorld) -> None:
    ReturnedEntry.objects.filter(returned__report=stage.report(RETURNED)).update(reason=None)
    found = reasons.tally(reasons.counted())
    assert {(title, entries) for title, entries, _ in found.reasons} == {
        ("Plan without a date or an owner", 1),
        (reasons.NO_REASON, 1),
    }


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_file_has_a_row_for_each_return_and_no_formula(stage: ReviewWorld, rita: Client, title: str) -> None:
    evil = reasons.add_reason(actor=stage.world.reviewer, title=title)
    ReturnedEntry.objects.filter(returned__report=stage.report(RETURNED)).update(reason=evil)
    response = rita.get("/review/reasons.csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [row["department"] for row in rows] == ["D04", "D03"]
    assert [row["reason"] for row in rows] == [f"'{title}", "Plan without a date or an owner"]
    assert rows[0]["reference"] == "FEN-1/D04"
    assert rows[0]["changes_due"] == (timezone.localdate() + timedelta(days=3)).isoformat()
    one = rita.get("/review/reasons.csv", {"department": "ministry-3"}).content.decode()
    assert len(one.splitlines()) == 2
