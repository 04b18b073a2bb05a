"""Who waits for whom when several publish, stop and withdraw at once; and what the clock says to who waited."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection, connections, transaction

from reporting.domain import audit, delivery, events, mail, people, publication, releases
from reporting.domain.errors import NotPossible
from reporting.models import Edition, Mail, Publication, Release, User
from tests.publishing.stage import CANARY, HOUR, PAGE, SLUG, Stage
from tests.world import World

BEFORE, AFTER = HOUR - timedelta(minutes=1), HOUR + timedelta(minutes=1)
REPORT = f"strategies/{SLUG}/departments/ministry-1/"
postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole database")


# The clock --------------------------------------------------------------------------------------------


@contextmanager
def long_wait() -> Iterator[None]:
    """Asked for a minute before the hour; whoever records something has to wait until a minute after it."""
    lock = events.lock
    with time_machine.travel(BEFORE, tick=False) as clock, pytest.MonkeyPatch.context() as patch:

        def waits() -> None:
            lock()
            clock.move_to(AFTER)

        patch.setattr(events, "lock", waits)
        yield


def test_hour_that_comes_while_somebody_waits_has_come(stage: Stage) -> None:
    release = stage.scheduled()
    with long_wait(), pytest.raises(NotPossible, match=r"^Its hour has come"):
        releases.stop(actor=stage.reviewer, release=release, reason="A number is wrong.")
    with long_wait(), pytest.raises(NotPossible, match=r"^Its hour has come"):
        releases.move(actor=stage.reviewer, release=release, starts=AFTER + timedelta(days=1))
    assert Release.objects.get().stopped_at is None
    assert {one.starts for one in releases.windows_of(release)} == {HOUR}


def test_release_whose_hour_comes_while_it_waits_is_refused(stage: Stage) -> None:
    with long_wait(), pytest.raises(NotPossible, match=r"^This time has passed"):
        stage.scheduled()
    assert Release.objects.count() == 0


def test_withdrawn_while_the_hour_comes_was_public(stage: Stage) -> None:
    """Then readers are told of it."""
    stage.scheduled()
    edition = stage.editions()[0]
    with long_wait():
        publication.withdraw(edition, actor=stage.reviewer, reason="It named a person.")
    window = Publication.objects.get(edition=edition)
    assert (window.starts, window.ends) == (HOUR, AFTER)


# Locks ------------------------------------------------------------------------------------------------


def at_once(*verbs: Callable[[], Any]) -> list[BaseException]:
    """Each in a thread and on a connection of its own."""
    raised: list[BaseException] = []

    def run(verb: Callable[[], Any]) -> None:
        try:
            verb()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[verb]) for verb in verbs]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return raised


@postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [1, 2])
def test_release_and_withdrawal_do_not_wait_for_each_other_in_a_circle(number: int) -> None:
    world = World.small(2).full((2020,))
    first = list(Edition.objects.order_by("report__department__code"))
    for body in world.departments:
        world.corrected(world.report(2020, body))
    holds, target = threading.Event(), first[number - 1]

    def withdraw() -> None:
        with transaction.atomic():
            Publication.objects.select_for_update(of=("self",)).get(edition=target)
            holds.set()
            threading.Event().wait(0.5)  # the other one is at its work by then
            publication.withdraw(target, actor=world.reviewer, reason="It named a person.")

    def release() -> None:
        holds.wait(5)
        releases.release(actor=world.reviewer, round=target.report.round)

    assert at_once(withdraw, release) == []
    assert audit.verify().faults == []


@postgresql
@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_preview(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long its page takes: somebody else records something meanwhile."""
    settings.SECOND_FACTOR = "nobody"
    stage = Stage.set(World.small(2), waiting=(1,))
    client, person = stage.client(), User.objects.create_user("eva@example.invalid")
    seen, recorded = threading.Event(), threading.Event()
    monkeypatch.setattr("reporting.publishing.preview.page", _page_that(seen.set, lambda: recorded.wait(5)))

    def write() -> None:
        seen.wait(5)
        people.give_role(actor=stage.reviewer, person=person, role="reviewer")
        recorded.set()

    assert at_once(lambda: client.get(f"{PAGE}preview/{REPORT}"), write) == []
    assert _page_that.waited


def _page_that(begins: Callable[[], Any], waits: Callable[[], bool]) -> Callable[..., Any]:
    from reporting.publishing.preview import page

    def made(*args: Any, **kwargs: Any) -> Any:
        begins()
        _page_that.waited = waits()
        return page(*args, **kwargs)

    return made


def test_preview_records_nothing_and_locks_no_chain(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    client = stage.client()
    client.get(PAGE)

    def refused(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("A preview has nothing to record.")

    monkeypatch.setattr(events, "lock", refused)
    monkeypatch.setattr(events, "record", refused)
    assert CANARY in client.get(f"{PAGE}preview/{REPORT}").content.decode()


# Who is told ------------------------------------------------------------------------------------------


@pytest.fixture
def leader(stage: Stage) -> User:
    person = User.objects.create_user("dora@example.invalid", name="Dora")
    for body in stage.world.departments[:2]:
        people.give_role(actor=stage.reviewer, person=person, role="leader", department=body)
    Mail.objects.all().delete()
    return person


def sent(moment: Any) -> list[str]:
    outbox.outbox.clear()
    with time_machine.travel(moment, tick=False):
        delivery.send_due()
    return [str(one.body) for one in outbox.outbox]


def test_nobody_is_told_of_what_was_withdrawn_before_its_hour(stage: Stage, leader: User) -> None:
    stage.scheduled()
    publication.withdraw(stage.editions()[0], actor=stage.reviewer, reason="It names a person.")
    [told] = sent(HOUR)
    assert ("Ministry 1" in told, "Ministry 2" in told) == (False, True)


def test_no_mail_where_all_of_it_was_withdrawn(stage: Stage, leader: User) -> None:
    stage.scheduled()
    for edition in stage.editions():
        publication.withdraw(edition, actor=stage.reviewer, reason="It names a person.")
    assert sent(HOUR) == []


def test_mail_that_is_sent_again_waits_for_its_hour(stage: Stage, leader: User) -> None:
    stage.scheduled()
    waiting = mail.retry(actor=stage.reviewer, mail=Mail.objects.get(template="report_published"))
    assert waiting.due_at == HOUR
    assert sent(BEFORE) == []
    assert len(sent(HOUR)) == 1


def test_mail_of_what_was_stopped_can_not_be_brought_back(stage: Stage, leader: User) -> None:
    release = stage.scheduled()
    releases.stop(actor=stage.reviewer, release=release, reason="A number is wrong.")
    with time_machine.travel(BEFORE, tick=False):
        mail.retry(actor=stage.reviewer, mail=Mail.objects.get(template="report_published"))
    assert sent(HOUR) == []
