"""What is in the outbox arrives: once each, later where the mail server refuses, and nowhere else."""

import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from reporting.domain import delivery, events, mail, people, rounds
from reporting.domain.errors import NotPossible
from reporting.models import Event, Mail
from tests.domain.chain import undone
from tests.mail.conftest import person
from tests.mail.server import Received
from tests.world import World

NOON = datetime(2021, 1, 4, 12, tzinfo=UTC)


def wake_ups() -> list[datetime]:
    """When workers are to look; those that are to look at once are left out."""
    waiting = DBTaskResult.objects.filter(status="READY").exclude(run_after=get_date_max())
    return list(waiting.order_by("run_after").values_list("run_after", flat=True))


def test_each_mail_arrives_once(opened: World, received: Received) -> None:
    delivery.send_due()
    delivery.send_due()
    assert sorted(message["To"] for message in received) == [
        "Leader 1 <leader1@example.org>",
        "Leader 2 <leader2@example.org>",
    ]
    assert [(one.attempts, one.last_error, one.claimed_until) for one in Mail.objects.all()] == [(1, "", None)] * 2
    assert all(one.sent_at for one in Mail.objects.all())


def test_message_says_who_writes_and_that_a_machine_does(opened: World, received: Received) -> None:
    delivery.send_due()
    ids = {f"<{one.pk}@reports.example>" for one in Mail.objects.all()}
    assert set(received.ids()) == ids
    for message in received:
        assert (message["From"], message["Auto-Submitted"]) == (
            "Stocktake <no-reply@stocktake.invalid>",
            "auto-generated",
        )
        assert abs(message["Date"].datetime.replace(tzinfo=UTC) - timezone.now()) < timedelta(minutes=1)
        assert message.get_content_type() == "text/plain"
        assert message["Subject"] == "Open for reports: Fenland Better Services Plan 2020"
        assert "due by 15 February 2021" in message.get_content()


def test_link_leads_to_the_person_s_own_department(opened: World, received: Received) -> None:
    delivery.send_due()
    strategy = opened.strategy.slug
    for message in received:
        number = message.recipients[0].removeprefix("leader")[0]
        own = f"https://reports.example/filing/{strategy}/2020/ministry-{number}/"
        assert [line for line in message.get_content().splitlines() if line.startswith("http")] == [own]


def test_change_rolled_back_leaves_no_mail_and_no_wake_up(nobody_waits: World) -> None:
    before = DBTaskResult.objects.count()
    with undone():
        nobody_waits.open(2020)
        assert (Mail.objects.count(), DBTaskResult.objects.count()) == (2, before + 1)
    assert (Mail.objects.count(), DBTaskResult.objects.count()) == (0, before)


def test_person_is_written_to_once_for_an_event(opened: World) -> None:
    event = Event.objects.get(verb="round.opened")
    with pytest.raises(IntegrityError), transaction.atomic():
        mail.write("round_opened", [person("leader1")], event=event, round=1)
    with transaction.atomic():
        again = events.record("round.opened", "again", actor=opened.reviewer)
        mail.write("round_opened", [person("leader1")] * 2, event=again, round=1)
    assert again.mails.count() == 1


def test_who_is_no_person_or_has_no_account_any_more_is_not_written_to(opened: World, importer) -> None:
    closed = person("leader1")
    closed.is_active = False
    with transaction.atomic():
        event = events.record("round.opened", "again", actor=opened.reviewer)
        mail.write("round_opened", [closed, importer], event=event, round=1)
    assert event.mails.count() == 0


def test_past_that_is_told_today_is_news_to_nobody(nobody_waits: World) -> None:
    rounds.open_history(actor=nobody_waits.reviewer, strategy=nobody_waits.strategy, year=2014)
    assert Mail.objects.count() == 0
    nobody_waits.open(2020)
    assert Mail.objects.count() == 2


# What does not arrive ---------------------------------------------------------------------------------


@pytest.fixture
def one(opened: World) -> Mail:
    """A letter that waits alone."""
    Mail.objects.exclude(person=person("leader1")).delete()
    Mail.objects.update(due_at=NOON, written_at=NOON)
    return Mail.objects.get()


def attempts(until: timedelta) -> list[timedelta]:
    """When it was tried, counted from noon, where a worker looks at every moment that it is woken for."""
    tried, clock = [], NOON
    while clock <= NOON + until:
        with time_machine.travel(clock, tick=False):
            before = Mail.objects.get().attempts
            delivery.send_due()
            if Mail.objects.get().attempts > before:
                tried.append(clock - NOON)
            later = [moment for moment in wake_ups() if moment > clock]
        if not later:
            break
        clock = later[0]
    return tried


def test_refused_mail_is_tried_for_a_day_and_then_given_up(one: Mail, received: Received) -> None:
    received.refuses = "451 leader1 is not known here, and the key is hunter2"
    DBTaskResult.objects.all().delete()
    tried = attempts(until=timedelta(days=3))
    assert [round(moment.total_seconds() / 60) for moment in tried] == [0, 1, 6, 36, 156, 516, 1416]
    one.refresh_from_db()
    assert one.given_up_at is not None
    assert one.given_up_at - NOON == tried[-1]
    assert (one.sent_at, one.last_error) == (None, "The mail server refused the mail (451).")
    delivery.send_due()
    assert received == []


def test_mail_that_waited_for_the_server_arrives(one: Mail, received: Received) -> None:
    received.refuses = "451 Later"
    with time_machine.travel(NOON, tick=False):
        delivery.send_due()
    received.refuses = ""
    with time_machine.travel(NOON + timedelta(seconds=59), tick=False):
        delivery.send_due()
        assert received == []
    with time_machine.travel(NOON + timedelta(seconds=61), tick=False):
        delivery.send_due()
    one.refresh_from_db()
    assert (received.ids(), one.attempts, one.last_error) == ([f"<{one.pk}@reports.example>"], 2, "")


def test_one_that_is_refused_does_not_keep_the_others_waiting(opened: World, received: Received) -> None:
    Mail.objects.filter(person=person("leader1")).update(template="unheard_of")
    delivery.send_due()
    assert [message.recipients for message in received] == [["leader2@example.org"]]
    assert Mail.objects.get(sent_at=None).last_error == "The mail could not be made (KeyError)."


@pytest.mark.parametrize(
    "error, sentence",
    [
        (ConnectionRefusedError(), "The mail server did not answer (ConnectionRefusedError)."),
        (TimeoutError(), "The mail server did not answer (TimeoutError)."),
        (smtplib.SMTPAuthenticationError(535, b"hunter2"), "The mail server did not accept our name and password."),
        (
            smtplib.SMTPRecipientsRefused({"lea@example.org": (550, b"lea@example.org who?")}),
            "The mail server refused the address (550).",
        ),
        (ValueError("a name"), "The mail could not be made (ValueError)."),
    ],
)
@pytest.mark.once
def test_failure_is_told_in_a_sentence_without_names_and_keys(error: Exception, sentence: str) -> None:
    assert delivery._reason(error) == sentence


def test_server_that_is_not_there_is_waited_for(one: Mail, received: Received, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    delivery.send_due()
    one.refresh_from_db()
    assert one.last_error == "The mail server did not answer (ConnectionRefusedError)."
    assert one.due_at > timezone.now()


def test_given_up_mail_is_tried_anew_when_an_administrator_says_so(
    one: Mail, received: Received, opened: World
) -> None:
    Mail.objects.update(given_up_at=NOON, attempts=7, last_error="The mail server refused the mail (451).")
    delivery.send_due()
    assert received == []
    mail.retry(actor=opened.reviewer, mail=one)
    delivery.send_due()
    one.refresh_from_db()
    assert (len(received), one.attempts, one.last_error) == (1, 1, "")
    with pytest.raises(NotPossible, match="has been sent in the meantime"):
        mail.retry(actor=opened.reviewer, mail=one)


def test_person_whose_account_was_closed_meanwhile_is_not_written_to(one: Mail, received: Received) -> None:
    one.person.is_active = False
    one.person.save()
    delivery.send_due()
    one.refresh_from_db()
    assert (received, one.last_error) == ([], "The account is closed.")
    assert one.given_up_at is not None


def test_letter_that_is_no_longer_true_is_not_sent(one: Mail, received: Received, opened: World) -> None:
    people.take_role(actor=opened.reviewer, membership=one.person.memberships.get())
    delivery.send_due()
    one.refresh_from_db()
    assert (received, one.last_error) == ([], "Nothing is left for this person to do there.")
    assert one.given_up_at is not None


# Claims -----------------------------------------------------------------------------------------------


def test_mail_that_another_worker_has_is_left_to_it_until_its_time_is_over(one: Mail, received: Received) -> None:
    """As it is after a worker was killed."""
    with time_machine.travel(NOON, tick=False):
        assert delivery._claim(timezone.now()) == one
        delivery.send_due()
        assert received == []
    assert wake_ups() == [NOON + timedelta(seconds=301)]
    with time_machine.travel(NOON + timedelta(seconds=301), tick=False):
        delivery.send_due()
    one.refresh_from_db()
    assert (received.ids(), one.attempts) == ([f"<{one.pk}@reports.example>"], 2)


def test_mail_on_which_every_worker_died_is_given_up(one: Mail, received: Received) -> None:
    Mail.objects.update(attempts=7, claimed_until=NOON)
    delivery.send_due()
    one.refresh_from_db()
    assert (received, one.last_error) == ([], "The worker ended while it was sending.")
    assert one.given_up_at is not None


def test_claim_that_is_undone_lays_no_wake_up(one: Mail) -> None:
    with time_machine.travel(NOON, tick=False), undone():
        assert delivery._claim(timezone.now()) == one
    assert wake_ups() == []


def test_many_claims_of_one_second_lay_one_wake_up(opened: World, received: Received) -> None:
    Mail.objects.update(due_at=NOON)
    with time_machine.travel(NOON, tick=False):
        delivery.send_due()
    assert (len(received), wake_ups()) == (2, [NOON + timedelta(seconds=301)])


def test_mail_of_a_clock_that_is_ahead_is_come_back_to(one: Mail, received: Received) -> None:
    """The server that wrote it may be a second ahead of the worker's."""
    with time_machine.travel(NOON - timedelta(seconds=2), tick=False):
        delivery.send_due()
    assert (received, wake_ups()) == ([], [NOON + timedelta(seconds=1)])


def test_wake_up_that_fails_is_made_up_for(one: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> None:
        raise RuntimeError("database is locked")

    monkeypatch.setattr(delivery, "send_due", locked)
    with time_machine.travel(NOON, tick=False), pytest.raises(RuntimeError):
        delivery.deliver.call()
    assert wake_ups() == [NOON + timedelta(seconds=61)]
