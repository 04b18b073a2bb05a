"""One letter before a deadline, to those who have something left to do."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django_tasks_db.models import DBTaskResult

from reporting.domain import filing, letters, people, reminders, rounds
from reporting.models import Event, Mail
from tests.mail.conftest import person, with_people
from tests.world import World

DUE = date(2021, 2, 15)


def before(days: int) -> date:
    return DUE - timedelta(days=days)


def reminded() -> dict[str, str]:
    """Text by the part of the address before the @."""
    mails = Mail.objects.filter(template="reminder").select_related("person", "event")
    return {one.person.email.partition("@")[0]: letters.compose(one).text for one in mails}


@pytest.mark.parametrize(
    "days, people", [(15, 0), (14, 4), (13, 0), (7, 4), (2, 4), (1, 0), (0, 4), (-1, 4), (-2, 0)]
)
def test_on_the_days_that_are_set_and_no_other(opened: World, days: int, people: int) -> None:
    assert reminders.send(before(days)) == people
    assert len(reminded()) == people
    assert Event.objects.filter(verb="reminders.sent").count() == (1 if people else 0)


def test_a_second_time_on_one_day_writes_nothing(opened: World) -> None:
    assert (reminders.send(before(7)), reminders.send(before(7))) == (4, 0)
    assert Mail.objects.filter(template="reminder").count() == 4
    event = Event.objects.get(verb="reminders.sent")
    assert (event.subject, event.actor.email) == ("reminders/2021-02-08", "reminders@system.invalid")
    assert reminders.send(before(2)) == 4


def test_what_is_left_of_whose(opened: World) -> None:
    report = opened.report(2020)
    opened.draft(report, 1, progress="Done.", status="on_track")
    filing.mark_ready(actor=opened.leader, report=report, action=opened.actions[0])
    people.give_role(
        actor=opened.reviewer,
        person=person("contributor1"),
        role="contributor",
        department=opened.departments[0],
        actions=opened.actions[:1],
    )
    people.give_role(
        actor=opened.reviewer,
        person=person("contributor2"),
        role="contributor",
        department=opened.departments[1],
        actions=opened.actions[1:2],
    )
    reminders.send(before(7))
    found = reminded()
    assert sorted(found) == ["contributor2", "leader1", "leader2"]  # the first contributor's one action is ready
    link = f"http://127.0.0.1:8000/filing/{opened.strategy.slug}/2020/ministry-1/"
    assert found["leader1"].startswith(
        "Fenland Better Services Plan 2020, Ministry 1\nIt is due by 15 February 2021.\n"
        f"Not ready:\n- 2 Plain letters\n{link}\n"
    )
    assert "Not ready:\n- 1 Boats online\n- 2 Plain letters\n" in found["leader2"]
    assert "Yours, not ready:\n- 2 Plain letters\nhttp" in found["contributor2"]


def test_report_that_is_ready_has_to_be_signed_off(opened: World) -> None:
    opened.write(opened.report(2020))
    reminders.send(before(0))
    found = reminded()
    assert "It is due today.\nEverything is ready: it has to be signed off.\n" in found["leader1"]
    assert "contributor1" not in found


def test_nothing_for_what_is_signed_off_or_closed(opened: World) -> None:
    opened.submit(opened.report(2020))
    assert reminders.send(before(2)) == 2
    assert sorted(reminded()) == ["contributor2", "leader2"]
    rounds.close_round(actor=opened.reviewer, round=opened.report(2020).round)
    assert reminders.send(before(0)) == 0


def test_one_letter_of_all_rounds_that_are_near(opened: World) -> None:
    opened.open(2021, due=before(-7))
    reminders.send(before(0))
    found = reminded()["leader1"]
    assert found.index("Plan 2020, Ministry 1\nIt is due today.") < found.index(
        "Plan 2021, Ministry 1\nIt is due by 22 February 2021."
    )


def test_closed_accounts_are_left_out(opened: World) -> None:
    people.change_person(actor=opened.reviewer, person=person("leader1"), is_active=False)
    reminders.send(before(7))
    assert sorted(reminded()) == ["contributor1", "contributor2", "leader2"]


def test_command_says_how_many_and_wakes_a_worker(opened: World, capsys: pytest.CaptureFixture[str]) -> None:
    DBTaskResult.objects.all().delete()
    with time_machine.travel(datetime(2021, 2, 9, tzinfo=UTC)):
        call_command("send_reminders")
    assert capsys.readouterr().out == "Reminders written: 0.\n"
    assert DBTaskResult.objects.filter(status="READY").count() == 1
    with time_machine.travel(datetime(2021, 2, 8, tzinfo=UTC)):
        call_command("send_reminders")
    assert capsys.readouterr().out == "Reminders written: 4.\n"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_send_one() -> None:
    """On SQLite the second can't even begin; there it is one after the other."""
    with_people(World.small()).open(2020, due=DUE)
    written: list[int] = []
    gate = threading.Barrier(2)

    def send() -> None:
        try:
            gate.wait(5)
            written.append(reminders.send(before(7)))
        finally:
            connection.close()

    if connection.vendor == "postgresql":
        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        written = [reminders.send(before(7)) for _ in range(2)]
    assert sorted(written) == [0, 4]
    assert Mail.objects.filter(template="reminder").count() == 4
