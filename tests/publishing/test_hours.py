"""The time of publication, as people type it and as clocks in London show it."""

from datetime import datetime, time

import pytest
import time_machine

from reporting.domain import releases
from reporting.models import Release
from reporting.publishing import clock
from tests.publishing.stage import PAGE, WHEN, Stage, errors, text
from tests.world import at

SPRING = {"day": "28", "month": "3", "year": "2027"}  # the clocks go from 1 to 2 in the morning
AUTUMN = {"day": "31", "month": "10", "year": "2027"}  # and from 2 back to 1
NOW = at("2027-01-05 12:00")


@pytest.mark.once
@pytest.mark.parametrize(
    "typed, found",
    [
        ("9:30am", time(9, 30)),
        ("9.30 am", time(9, 30)),
        ("9:30 a.m.", time(9, 30)),
        (" 4PM ", time(16)),
        ("16:00", time(16)),
        ("0:05", time(0, 5)),
        ("12am", time(0)),
        ("12:15pm", time(12, 15)),
        ("midday", time(12)),
        ("Midnight", time(0)),
        ("9", None),
        ("13pm", None),
        ("0am", None),
        ("24:00", None),
        ("9:60", None),
        ("930", None),
        ("soon", None),
        ("", None),
    ],
)
def test_time_as_it_is_typed(typed: str, found: time | None) -> None:
    assert clock.read(typed) == found


@pytest.mark.once
@pytest.mark.parametrize(
    "moment, words",
    [
        ("2027-02-25 09:30", "9:30am on Thursday 25 February 2027"),
        ("2027-07-01 16:00", "4pm on Thursday 1 July 2027"),
        ("2027-07-01 12:00", "midday on Thursday 1 July 2027"),
        ("2027-07-02 00:00", "midnight on Friday 2 July 2027"),
        ("2027-07-02 00:15", "12:15am on Friday 2 July 2027"),
    ],
)
def test_time_as_it_is_read(moment: str, words: str) -> None:
    assert clock.in_full(at(moment)) == words


@pytest.mark.once
def test_time_that_is_left() -> None:
    found = [clock.left(NOW, at(later)) for later in ("2027-01-08 11:59", "2027-01-05 13:00", "2027-01-05 12:00")]
    assert found == ["2 days and 23 hours", "1 hour", "less than a minute"]


def asked(stage: Stage, **given: str) -> tuple[int, list[str]]:
    with time_machine.travel(NOW, tick=False):
        response = stage.client().get(f"{PAGE}confirm/", {**WHEN, **given})
    return response.status_code, errors(response)


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"day": "", "month": "", "year": ""}, "Enter the date of publication"),
    ({"month": ""}, "The date of publication must include a month"),
    ({"day": "30"}, "The date of publication must be a day of the calendar, such as 25 2 2027"),
    ({"year": "9" * 25}, "The date of publication must be a day of the calendar, such as 25 2 2027"),
    ({"year": "9" * 5000}, "The date of publication must be a day of the calendar, such as 25 2 2027"),
    ({"year": "9999"}, "The year of publication must be 2200 or earlier"),
    ({"time": ""}, "Enter the time of publication"),
    ({"time": "9"}, "Enter a time like 9:30am or 16:00"),
    ({"year": "2026"}, "Enter a time that is still to come"),
    ({"day": "1", "month": "1", "year": "1"}, "Enter a time that is still to come"),
    ({"day": "5", "month": "1", "year": "2027", "time": "midday"}, "Enter a time that is still to come"),
    ({"when": "some day"}, "Select when to publish"),
    ({"note": "x" * 501}, "Change note must be 500 characters or fewer"),
    (
        {**SPRING, "time": "1:30am"},
        "The clocks go forward that night: 01:30 does not exist. Choose another time.",
    ),
    (
        {**AUTUMN, "time": "1:30am"},
        "The clocks go back that night and show 01:30 twice: say which one you mean.",
    ),
]


@pytest.mark.once
def test_time_that_is_refused_says_why(stage: Stage) -> None:
    for given, sentence in REFUSED:
        assert asked(stage, **given) == (422, [sentence])
    assert Release.objects.count() == 0


MOMENTS = [
    ({**SPRING, "time": "0:59"}, "2027-03-28T00:59:00+00:00"),
    ({**SPRING, "time": "2am"}, "2027-03-28T01:00:00+00:00"),
    ({**AUTUMN, "time": "0:59"}, "2027-10-30T23:59:00+00:00"),
    ({**AUTUMN, "time": "1:30am", "which": "first"}, "2027-10-31T00:30:00+00:00"),
    ({**AUTUMN, "time": "1:30am", "which": "second"}, "2027-10-31T01:30:00+00:00"),
    ({**AUTUMN, "time": "2am"}, "2027-10-31T02:00:00+00:00"),
    ({"month": "Feb", "year": "2027"}, "2027-02-25T09:30:00+00:00"),
    ({"month": "7", "year": "2027"}, "2027-07-25T08:30:00+00:00"),
    ({"month": "7", "year": "2027", "which": "second"}, "2027-07-25T08:30:00+00:00"),
]


def test_time_is_that_of_the_country(stage: Stage) -> None:
    with time_machine.travel(NOW, tick=False):
        for given, moment in MOMENTS:
            assert stage.confirmed(**given).status_code == 302
            made = Release.objects.get(stopped_at=None)
            assert made.starts == datetime.fromisoformat(moment)
            releases.stop(actor=stage.reviewer, release=made, reason="The next one.")


def test_doubled_hour_is_asked_about_with_both_moments(stage: Stage) -> None:
    with time_machine.travel(NOW, tick=False):
        page = text(stage.client().get(f"{PAGE}confirm/", {**WHEN, **AUTUMN, "time": "1:30am"}))
        assert "The first 1:30am, British Summer Time" in page
        assert "The second 1:30am, Greenwich Mean Time" in page
        chosen = stage.client().get(f"{PAGE}confirm/", {**WHEN, **AUTUMN, "time": "1:30am", "which": "second"})
        assert "London time (Greenwich Mean Time)" in text(chosen)
        ordinary = text(stage.client().get(f"{PAGE}confirm/", {**WHEN, **AUTUMN, "time": "soon"}))
        assert "Which of the two?" not in ordinary


def test_doubled_hour_is_kept_while_it_is_confirmed(stage: Stage) -> None:
    """The tick was missing: the page comes back with the second of both hours."""
    with time_machine.travel(NOW, tick=False):
        response = stage.confirmed(**AUTUMN, time="1:30am", which="second", previewed="")
    assert (response.status_code, errors(response)) == (
        422,
        ["Preview the public site, then tick that you have done so"],
    )
    assert b'name="which" value="second"' in response.content


def test_move_knows_the_same_rules(stage: Stage) -> None:
    release = stage.scheduled()
    address = f"/publishing/releases/{release.pk}/move/"
    with time_machine.travel(NOW, tick=False):
        answers = [
            stage.client().post(address, given)
            for given in (
                {**SPRING, "time": "1:30am"},
                {**AUTUMN, "time": "1:30am"},
                {**AUTUMN, "year": "2026", "time": "9am"},
                {**AUTUMN, "time": "1:30am", "which": "second"},
            )
        ]
    assert [one.status_code for one in answers] == [422, 422, 422, 302]
    release.refresh_from_db()
    assert release.starts == datetime.fromisoformat("2027-10-31T01:30:00+00:00")
