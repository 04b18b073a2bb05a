"""Two who want the same rows, and both append: one waits for the other, and neither is thrown out of a circle."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from reporting.domain import filing, people, review
from reporting.models import Membership, Report, User
from tests.world import World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole database instead"),
]
LONG_ENOUGH = 0.5  # seconds, for the second to come to where it waits


def what_became(
    hold: Callable[[], object], then: Callable[[], object], other: Callable[[], object]
) -> tuple[str, str]:
    """Of a transaction that holds something and goes on, and of what begins while it is held."""
    said, held = {"first": "done", "second": "done"}, threading.Event()

    def first() -> None:
        with transaction.atomic():
            hold()
            held.set()
            time.sleep(LONG_ENOUGH)
            then()

    def second() -> None:
        assert held.wait(10)
        other()

    def run(step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as fault:
            said[step.__name__] = f"{type(fault).__name__}: {fault}"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[step]) for step in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said["first"], said["second"]


def test_several_are_accepted_while_one_of_them_is_recalled(world: World) -> None:
    world.open(2020)
    for department in world.departments[:2]:
        world.submit(world.report(2020, department))
    reports = list(Report.objects.filter(state="submitted").order_by("pk"))
    recalled, accepted = what_became(
        lambda: filing.lock(reports[1]),
        lambda: filing.recall(actor=world.leader, report=reports[1]),
        lambda: review.accept_at_once(actor=world.reviewer, reports=reports),
    )
    assert recalled == "done"
    assert accepted.startswith("NotPossible: FEN/D02/2020 can't be accepted")
    assert set(Report.objects.filter(pk__in=[one.pk for one in reports]).values_list("state", flat=True)) == {
        "submitted",
        "draft",
    }


def test_name_is_removed_while_a_role_is_taken(world: World) -> None:
    for department in world.departments[:2]:
        people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=department)
    last = Membership.objects.order_by("pk").last()
    assert last
    assert what_became(
        lambda: Membership.objects.select_for_update().get(pk=last.pk),
        lambda: people.take_role(actor=world.reviewer, membership=last),
        lambda: people.remove_name(actor=world.reviewer, person=world.leader, reason="They asked for it."),
    ) == ("done", "done")
    assert (User.objects.get(pk=world.leader.pk).name, Membership.objects.count()) == ("", 0)


@pytest.mark.parametrize("what", ["name removed", "address changed"])
def test_person_is_changed_while_they_do_something(world: World, what: str) -> None:
    """Their event names them, which is looked at when that transaction ends."""
    world.open(2020)
    report, of = world.report(2020), {"actor": world.reviewer, "person": world.leader}
    assert what_became(
        lambda: filing.set_nil(actor=world.leader, report=report, reason="No boats."),
        lambda: None,
        lambda: (
            people.remove_name(**of, reason="They asked for it.")
            if what == "name removed"
            else people.change_person(**of, email="lea@example.invalid")
        ),
    ) == ("done", "done")
    assert User.objects.get(pk=world.leader.pk).email != "leader@example.invalid"


def test_person_is_invited_while_another_is_given_a_role(world: World) -> None:
    """In the same department, which the membership names."""
    body = world.departments[0]
    assert what_became(
        lambda: people.give_role(actor=world.reviewer, person=world.leader, role="leader", department=body),
        lambda: None,
        lambda: people.invite(actor=world.reviewer, email="new@example.invalid", department=body),
    ) == ("done", "done")
    assert Membership.objects.filter(department=body).count() == 2
