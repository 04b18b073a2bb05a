"""Workers as processes: two at once, and one that is killed in the midst of sending."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from reporting.domain import delivery, events, mail
from reporting.models import User
from tests.mail.processes import Workers, until
from tests.mail.server import Server


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path, server: Server) -> Workers:
    """Twelve letters wait."""
    writer = User.objects.create_user("writer@example.org", name="Wim Writer")
    people = [User.objects.create_user(f"person{number}@example.org") for number in range(12)]
    with transaction.atomic():
        event = events.record("person.told", "people", actor=writer)
        mail.write("security_notice", people, event=event, what="Your password was changed.")
    delivery.wake()
    old = DBTaskResult.objects.latest("enqueued_at")
    DBTaskResult.objects.filter(pk=old.pk).update(
        status="SUCCESSFUL", started_at=timezone.now() - timedelta(days=8)
    )
    return Workers.of_test(tmp_path, server.port)


def test_two_workers_at_once_send_each_mail_once(workers: Workers, server: Server) -> None:
    server.handler.slow = 0.05
    with workers.run("worker", "--batch") as one, workers.run("worker", "--batch") as other:
        assert (one.wait(20), other.wait(20)) == (0, 0)
    mails = workers.mails()
    assert [(tried, sent) for _, tried, sent in mails] == [(1, True)] * 12
    assert sorted(server.handler.ids()) == [message_id for message_id, _, _ in mails]


def test_worker_does_what_waits_and_forgets_what_is_long_done(workers: Workers, server: Server) -> None:
    states = "SELECT status, COUNT(*) FROM django_tasks_database_dbtaskresult GROUP BY status"
    assert dict(workers.ask(states)) == {"READY": 1, "SUCCESSFUL": 1}
    with workers.run("worker", "--batch") as worker:
        assert worker.wait(20) == 0
    done = dict(workers.ask(states))
    assert (done["SUCCESSFUL"], set(done)) == (
        2,
        {"READY", "SUCCESSFUL"},
    )  # its own wake-up, and the one that waited


def test_mail_of_a_killed_worker_is_sent_again_under_its_own_id(workers: Workers, server: Server) -> None:
    received = server.handler
    received.stalls = True
    arguments = ("worker", "--interval", "0.2")
    with workers.run(*arguments, MAIL_CLAIM_SECONDS="2") as killed:
        until(lambda: received)
        killed.kill()
        killed.wait()
    received.stalls = False
    (in_hand,) = received.ids()
    assert (in_hand, 1, False) in workers.mails()
    with workers.run(*arguments, MAIL_CLAIM_SECONDS="2"):
        until(lambda: all(sent for _, _, sent in workers.mails()))
    counted = {message_id: received.ids().count(message_id) for message_id, _, _ in workers.mails()}
    assert counted == {message_id: 2 if message_id == in_hand else 1 for message_id in counted}
    assert len(counted) == 12


def test_worker_that_is_asked_to_end_finishes_what_it_has_in_hand(workers: Workers, server: Server) -> None:
    received = server.handler
    received.slow = 0.1
    with workers.run("worker") as worker:
        until(lambda: received)
        worker.terminate()
        assert worker.wait(20) == 0
    assert sorted(received.ids()) == sorted(message_id for message_id, _, sent in workers.mails() if sent)
