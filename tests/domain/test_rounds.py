"""Rounds open with a report for every body that is due, and close."""

from datetime import date
from typing import Any

import pytest

from reporting.domain import departments, people, rounds, strategies
from reporting.domain.errors import NotPossible
from reporting.models import Event, Mail, Report, Round, User
from strategy.models import Department, Strategy
from tests.world import World, at, day


def body(world: World, code: str, opened: str = "", closed: str = "") -> Department:
    made = departments.add_department(
        actor=world.reviewer,
        code=code,
        slug=code.lower(),
        name=f"Body {code}",
        opened=day(opened) if opened else None,
    )
    if closed:
        departments.close_department(actor=world.reviewer, department=made, closed=day(closed))
    return made


def strategy(world: World, **fields: Any) -> Strategy:
    return strategies.add_strategy(actor=world.reviewer, code="ISL", title="Islands Plan", **fields)


def due(found: Strategy, on: str) -> list[str]:
    return [one.code for one in rounds.due_departments(found, date.fromisoformat(on))]


def test_every_department_is_due_where_none_is_chosen(world: World) -> None:
    assert due(strategy(world), "2021-06-01") == ["D01", "D02", "D03", "D04"]


def test_only_departments_that_are_chosen_are_due(world: World) -> None:
    assert due(strategy(world, departments=world.departments[1:3]), "2021-06-01") == ["D02", "D03"]


@pytest.mark.parametrize("mode", ["owner", "centre"])
def test_only_the_owner_is_due_in_its_own_strategy(world: World, mode: str) -> None:
    assert due(strategy(world, mode=mode, owner=world.departments[2]), "2021-06-01") == ["D03"]


@pytest.mark.parametrize(
    "opened, on, is_due",
    [
        ("2021-06-02", "2021-06-01", False),
        ("2021-06-02", "2021-06-02", True),
        ("2021-06", "2021-05-31", False),
        ("2021-06", "2021-06-01", True),
        ("2021", "2020-12-31", False),
        ("2021", "2021-01-01", True),
    ],
)
def test_department_is_due_from_the_day_it_opened(world: World, opened: str, on: str, is_due: bool) -> None:
    body(world, "NEW", opened=opened)
    assert ("NEW" in due(world.strategy, on)) is is_due


@pytest.mark.parametrize(
    "closed, on, is_due",
    [
        ("2021-06-02", "2021-06-01", True),
        ("2021-06-02", "2021-06-02", False),
        ("2021-06", "2021-05-31", True),
        ("2021-06", "2021-06-01", False),
    ],
)
def test_department_is_due_until_the_day_it_closed(world: World, closed: str, on: str, is_due: bool) -> None:
    body(world, "OLD", closed=closed)
    assert ("OLD" in due(world.strategy, on)) is is_due


def test_open_makes_a_report_for_each_body_and_one_event(world: World) -> None:
    body(world, "OLD", closed="2020-03-01")
    before = Event.objects.count()
    opened = rounds.open_round(
        actor=world.reviewer, strategy=world.strategy, year=2020, due=date(2021, 2, 15), at=at("2020-11-01 09:00")
    )
    reports = Report.objects.filter(round=opened).values_list("department__code", "state")
    assert list(reports) == [(f"D0{number}", "not_started") for number in (1, 2, 3, 4)]
    assert Event.objects.count() == before + 1
    event = Event.objects.latest("sequence")
    assert (event.verb, event.subject, event.actor) == ("round.opened", "FEN/2020", world.reviewer)
    assert event.at == opened.opened_at == at("2020-11-01 09:00")
    assert '"departments":["D01","D02","D03","D04"]' in event.data
    assert '"due":"2021-02-15"' in event.data


def test_open_of_a_year_again_refused(world: World) -> None:
    world.open(2020)
    with pytest.raises(NotPossible, match=r"The 2020 round of FEN is already open or closed: choose another year."):
        world.open(2020)
    assert Round.objects.count() == 1


def test_open_with_nobody_due_refused_and_nothing_kept(world: World) -> None:
    later = body(world, "NEW", opened="2090")
    found = strategy(world, departments=[later])
    before = Event.objects.count()
    with pytest.raises(NotPossible, match=r"No department is due to report on ISL: add departments first."):
        rounds.open_round(actor=world.reviewer, strategy=found, year=2020)
    assert (Round.objects.count(), Event.objects.count()) == (0, before)


def test_body_added_or_closed_later_changes_no_round_that_is_open(world: World) -> None:
    world.open(2020)
    body(world, "NEW")
    departments.close_department(actor=world.reviewer, department=world.departments[0], closed=day("2020-01"))
    assert Report.objects.filter(round__year=2020).count() == 4


def test_history_is_opened_and_closed_at_once_and_nothing_in_it_is_late(world: World) -> None:
    body(world, "OLD", closed="2015-06")
    body(world, "GONE", closed="2013-06")
    body(world, "NEW", opened="2015-01")
    past = rounds.open_history(actor=world.reviewer, strategy=world.strategy, year=2014, at=at("2022-05-01 10:00"))
    assert (past.due, past.asks_status, past.asks_answers) == (None, False, False)
    assert past.opened_at == past.closed_at == at("2022-05-01 10:00")
    codes = Report.objects.filter(round=past).values_list("department__code", flat=True)
    assert sorted(codes) == ["D01", "D02", "D03", "D04", "OLD"]
    verbs = Event.objects.order_by("-sequence").values_list("verb", flat=True)[:2]
    assert list(verbs) == ["round.closed", "round.opened"]


def test_history_that_is_there_is_left_as_it_is(world: World) -> None:
    opened = world.open(2020, due=date(2021, 2, 15))
    before = Event.objects.count()
    assert rounds.open_history(actor=world.reviewer, strategy=world.strategy, year=2020) == opened
    opened.refresh_from_db()
    assert (opened.closed_at, opened.due, Event.objects.count()) == (None, date(2021, 2, 15), before)


def test_close_once(world: World) -> None:
    opened = world.open(2020)
    rounds.close_round(actor=world.reviewer, round=opened, at=at("2021-03-01 12:00"))
    assert Round.objects.get().closed_at == at("2021-03-01 12:00")
    with pytest.raises(NotPossible, match=r"The 2020 round of FEN is already closed."):
        rounds.close_round(actor=world.reviewer, round=opened)


def test_due_day_moved_with_both_days_in_its_event(world: World) -> None:
    opened = world.open(2020, due=date(2021, 2, 15))
    rounds.change_due(actor=world.reviewer, round=opened, due=date(2021, 3, 1))
    assert Round.objects.get().due == date(2021, 3, 1)
    assert Event.objects.latest("sequence").data == '{"before":"2021-02-15","due":"2021-03-01"}'
    rounds.change_due(actor=world.reviewer, round=opened, due=None)
    assert Event.objects.latest("sequence").data == '{"before":"2021-03-01","due":null}'


def test_report_of_a_body_that_was_not_due_is_added_with_its_event(world: World) -> None:
    opened = world.open(2020)
    late = body(world, "NEW")
    before = Event.objects.count()
    made = rounds.report_of(actor=world.reviewer, round=opened, department=late)
    assert (made.department, made.state) == (late, "not_started")
    assert rounds.report_of(actor=world.reviewer, round=opened, department=late) == made
    assert rounds.report_of(actor=world.reviewer, round=opened, department=world.departments[0]) == world.report(
        2020
    )
    assert Event.objects.count() == before + 1
    assert Event.objects.latest("sequence").subject == "FEN/NEW/2020"


def test_close_by_two_people_is_one(world: World) -> None:
    world.open(2020)
    first, second = Round.objects.get(), Round.objects.get()
    rounds.close_round(actor=world.reviewer, round=first)
    with pytest.raises(NotPossible, match=r"is already closed.$"):
        rounds.close_round(actor=world.leader, round=second)


def staffed(world: World) -> dict[str, User]:
    """A leader and a contributor in each of two departments."""
    made = {}
    for department in world.departments[:2]:
        for role in ("leader", "contributor"):
            name = f"{role}-{department.code}".lower()
            made[name] = User.objects.create_user(f"{name}@example.invalid")
            people.give_role(actor=world.reviewer, person=made[name], role=role, department=department)
    return made


def told(verb: str) -> list[str]:
    rows = Mail.objects.filter(event__verb=verb).values_list("person__email", flat=True)
    return sorted(email.partition("@")[0] for email in rows)


def test_leaders_are_told_that_a_round_is_open(world: World) -> None:
    staffed(world)
    world.open(2020)
    assert told("round.opened") == ["leader-d01", "leader-d02"]


def test_nobody_is_told_of_the_past(world: World) -> None:
    staffed(world)
    rounds.open_history(actor=world.reviewer, strategy=world.strategy, year=2019)
    assert Mail.objects.count() == 0


def test_due_day_moved_is_told_to_whoever_has_not_signed_off_with_the_note(world: World) -> None:
    staffed(world)
    opened = world.open(2020)
    world.submit(world.report(2020))
    rounds.change_due(actor=world.reviewer, round=opened, due=date(2021, 3, 1), note="Because of the floods.")
    assert told("round.due_changed") == ["contributor-d02", "leader-d02"]
    assert Mail.objects.filter(event__verb="round.due_changed")[0].data == {
        "round": opened.pk,
        "note": "Because of the floods.",
        "before": None,
        "due": "2021-03-01",
    }
    assert '"note":"Because of the floods."' in Event.objects.latest("sequence").data
