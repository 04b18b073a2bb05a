"""Dates are as precise as they were stated, in their words, their order and in the database."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from strategy.dates import PartialDate
from strategy.models import Department, DepartmentName


@pytest.mark.parametrize(
    "text, iso, words",
    [
        ("2012-12-05", "2012-12-05", "5 December 2012"),
        ("2012-12", "2012-12", "December 2012"),
        ("2012", "2012", "2012"),
        ("5 December 2012", "2012-12-05", "5 December 2012"),
        ("5th December 2012", "2012-12-05", "5 December 2012"),
        ("December 2012", "2012-12", "December 2012"),
        ("DECEMBER 2012", "2012-12", "December 2012"),
        ("Dec 2012", "2012-12", "December 2012"),
        ("Sept 2012", "2012-09", "September 2012"),
        ("  May 2012 ", "2012-05", "May 2012"),
        ("29 February 2012", "2012-02-29", "29 February 2012"),
    ],
)
def test_date_is_read_and_printed_as_precisely_as_stated(text: str, iso: str, words: str) -> None:
    parsed = PartialDate.parse(text)
    assert (parsed.iso, str(parsed), PartialDate.parse(str(parsed))) == (iso, words, parsed)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "12", "2012-13", "2012-02-30", "29 February 2013", "2012-1", "12/2012", "05/12/2012", "0000",
     "32 May 2012", "Smarch 2012", "2012-12-05T00:00", "20121205"],
)  # fmt: skip
def test_what_is_no_date_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (date|day of the calendar)"):
        PartialDate.parse(text)


def test_month_is_never_printed_as_its_first_day() -> None:
    month = PartialDate.of(2012, 12)
    assert (str(month), month.day, month.first_day) == ("December 2012", None, date(2012, 12, 1))
    assert str(PartialDate.of_day(date(2012, 12, 1))) == "1 December 2012"
    assert month != PartialDate.of_day(date(2012, 12, 1))


def test_parts_that_were_not_stated_are_none() -> None:
    dates = [PartialDate.parse(text) for text in ("2012", "2012-12", "2012-12-05")]
    assert [(one.year, one.month, one.day) for one in dates] == [
        (2012, None, None),
        (2012, 12, None),
        (2012, 12, 5),
    ]


def test_order_is_that_of_the_calendar_the_less_precise_first() -> None:
    texts = ["2011-12-31", "2012", "2012-01", "2012-01-01", "2012-02", "2012-12-05", "2013"]
    dates = [PartialDate.parse(text) for text in texts]
    assert sorted(dates[4:] + dates[:4]) == dates


@pytest.mark.parametrize(
    "one, other, months",
    [
        ("2014-03", "2014-07", 4),
        ("2014-07-31", "2014-03-01", -4),
        ("2012-12", "2013-01", 1),
        ("2014", "2014-07", None),
        ("2014-07", "2015", None),
    ],
)
def test_months_between_dates_that_name_months(one: str, other: str, months: int | None) -> None:
    assert PartialDate.parse(one).months_until(PartialDate.parse(other)) == months


def test_date_comes_back_from_the_database_as_it_was(db: None) -> None:
    for number, text in enumerate(["2012", "2012-12", "2012-12-05", None]):
        opened = PartialDate(text) if text else None
        Department.objects.create(code=f"D{number}", slug=f"d{number}", opened=opened)
    found = Department.objects.values_list("opened", flat=True)
    assert list(found) == [PartialDate("2012"), PartialDate("2012-12"), PartialDate("2012-12-05"), None]
    assert Department.objects.filter(opened__gt="2012-12").get().code == "D2"
    assert Department.objects.get(opened="December 2012").code == "D1"


def test_text_in_a_form_that_is_no_date_refused(db: None) -> None:
    with pytest.raises(ValidationError, match="is not a date: write it like 2012-12-05, 2012-12 or 2012"):
        Department(code="D1", slug="d1", opened="soon").full_clean()


@pytest.mark.parametrize(
    "on, name",
    [
        (date(2012, 5, 31), "Board"),
        (date(2012, 6, 1), "Ministry"),
        (date(2013, 12, 31), "Ministry"),
        (date(2014, 1, 1), "Department"),
    ],
)
def test_department_is_named_as_it_was_on_the_day(db: None, on: date, name: str) -> None:
    department = Department.objects.create(code="D1", slug="d1")
    for words, since in (("Board", None), ("Ministry", "2012-06"), ("Department", "2014")):
        DepartmentName.objects.create(department=department, name=words, acronym=words[:1], since=since)
    found = Department.objects.named(on).get()
    assert (found.name, found.acronym) == (name, name[:1])
