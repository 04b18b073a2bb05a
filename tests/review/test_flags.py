"""What is worth a look in an entry, and how many queries the pages that show it ask."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reporting.domain import departments, flags, people, working
from reporting.models import User
from tests.review.test_queue import ROUND
from tests.review.world import all_full
from tests.world import World, day

pytestmark = pytest.mark.django_db


def test_plans_of_a_predecessor_are_asked_of_its_successor(world: World) -> None:
    """Of one without a report in this round; the row that could leak is a predecessor's edition that is not public."""
    world.open(2020)
    for number in (1, 2, 3):
        edition = world.file(world.report(2020, world.departments[number - 1]))
        if number != 3:
            world.publish(edition, "2021-02-01")
    old, silent, new = (world.departments[number - 1] for number in (2, 3, 1))
    for one in (old, silent):
        departments.close_department(actor=world.reviewer, department=one, closed=day("2021-01"))
        departments.record_succession(actor=world.reviewer, old=one, new=new, on=day("2021-01"), kind="merged")
    world.open(2021)
    report = world.report(2021)
    found = flags.looks(report.round, [report])[report.pk]
    assert {look.action.number: look.asked for look in found if look.asked} == dict(working.asked(report))
    assert {one.department for look in found for one in look.asked} == {"", "D02"}


@pytest.mark.parametrize(
    ("now", "then", "share"),
    [
        ("The quay is dry and the lamps are lit.", "The quay is dry and the lamps are lit!", 100),
        ("One two three four five six seven eight nine ten", "One two three four five six seven eight nine", 94),
        ("One two three four five six seven eight", "Eight seven six five four three two one", 0),
        ("Done.", "Done.", 0),  # too short to say anything
        ("", "", 0),
    ],
)
@pytest.mark.once
def test_alike_is_at_least_ninety_percent(now: str, then: str, share: int) -> None:
    assert flags.alike(now, then) == share


def test_date_that_only_stands_in_another_plan_has_not_moved(world: World) -> None:
    world.open(2020)
    world.reported(2020, planned="The ferry board opens the pier by May 2021.")
    world.open(2021)
    report = world.review(
        world.report(2021),
        planned="The clerks rewrite all letters by June 2022.\n\nThe ferry board opens the pier by May 2022.",
    )
    look = flags.looks(report.round, [report])[report.pk][0]
    assert [str(one) for one in look.moved] == ["Date moved from May 2021 to May 2022, 12 months later"]


@pytest.mark.once
def test_queries_are_the_same_at_1_and_at_24_departments(db: None, settings: Any) -> None:
    settings.SECOND_FACTOR = "nobody"
    seen = [_queries(count) for count in (1, 24)]
    assert seen[0] == seen[1]
    assert max(seen[0].values()) < 70


def _queries(count: int) -> dict[str, int]:
    """Of each page that shows a round, a report or an entry. Undone afterwards."""
    found = {}
    with transaction.atomic():
        all_full(World.small(count, actions=2))
        other = User.objects.create_user("rob@example.invalid", name="Rob")  # reads what somebody else reviews
        people.give_role(actor=other, person=other, role="reviewer", department=None)
        client = Client()
        client.force_login(other)
        report = "ministry-1/"
        for path in (
            "",
            "chase/",
            "accept/",
            report,
            f"{report}actions/1/",
            f"{report}return/",
            f"{report}accept/",
        ):
            client.get(ROUND + path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(ROUND + path).status_code == 200
            found[path] = len(queries)
        transaction.set_rollback(True)
    return found
