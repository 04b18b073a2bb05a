"""Sending what is in the outbox: late rather than never, and twice only where a worker died while it sent.

A task is only a wake-up: it sends all that is due, whoever asked for it. A mail is claimed in a short
transaction and sent outside of any, because one that is held open would keep every writer of SQLite waiting.
The claim lays a wake-up for the moment at which it ends: a worker that is killed is followed by another.
Mails to people go before those to subscribers, of which there may be thousands.
"""

import logging
import smtplib
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Case, F, Min, Q, QuerySet, When
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from reporting.domain import alert_letters, alerts, letters
from reporting.domain.subscription_links import VALID
from reporting.models import Alert, Mail

logger = logging.getLogger(__name__)
Post = Mail | Alert
# After the first attempt that failed, the second … A mail is given up when a day has passed.
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 900)]
CLOSED = "The account is closed."
DIED = "The worker ended while it was sending."


@task()  # type: ignore[untyped-decorator, unused-ignore]
def deliver() -> None:
    """Woken: send all that is due."""
    try:
        send_due()
    except Exception:
        wake(timezone.now() + BACKOFF[0])  # this wake-up is spent, and what it was for still waits
        raise


def wake(at: datetime | None = None) -> None:
    """Have a worker look into the outbox, at once or at a later moment. Undone with the caller's transaction."""
    if at is None:
        deliver.enqueue()
        return
    at = at.replace(microsecond=0) + timedelta(seconds=1)  # one wake-up a second is enough for everybody
    again = deliver.using(run_after=at)
    waiting = DBTaskResult.objects.filter(task_path=again.module_path, status=TaskResultStatus.READY)
    if not waiting.filter(run_after=at).exists():
        again.enqueue()


def send_due() -> None:
    alerts.write_due(timezone.now())
    while mail := _claim(timezone.now()):
        if isinstance(mail, Mail) and not mail.person.is_active:
            _give_up(mail, CLOSED)
        elif mail.attempts > len(BACKOFF) + 1:
            _give_up(mail, mail.last_error or DIED)
        else:
            _send(mail)
    alerts.forget(timezone.now(), VALID)
    if later := min(filter(None, [alerts.next_hour(), _next_try(Mail), _next_try(Alert)]), default=None):
        wake(later)


def _waiting(kind: type[Post]) -> QuerySet[Any]:
    return kind._default_manager.filter(sent_at=None, given_up_at=None)


def _next_try(kind: type[Post]) -> datetime | None:
    moment = Min(Case(When(claimed_until__gt=F("due_at"), then="claimed_until"), default="due_at"))
    found: datetime | None = _waiting(kind).aggregate(next=moment)["next"]
    return found


def _claim(now: datetime) -> Post | None:
    """The next mail, to a person before one to a subscriber, for this worker alone until its time is over."""
    mails = _waiting(Mail).select_related("person", "event")
    found: Post | None = _claim_of(mails, now)
    return found or _claim_of(_waiting(Alert).select_related("subscriber", "announcement__withdrawn"), now)


@transaction.atomic
def _claim_of(waiting: QuerySet[Any], now: datetime) -> Any:
    due = waiting.filter(Q(claimed_until=None) | Q(claimed_until__lte=now), due_at__lte=now)
    found = due.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk").first()
    if found:
        found.claimed_until = now + timedelta(seconds=settings.MAIL_CLAIM_SECONDS)
        found.attempts += 1
        found.save(update_fields=["claimed_until", "attempts"])
        wake(found.claimed_until)
    return found


def _send(mail: Post) -> None:
    try:
        _message(mail).send()
    except letters.Outdated as reason:
        _give_up(mail, str(reason))
    except Exception as error:
        _failed(mail, error)
    else:
        # Whatever became of the claim meanwhile: it has been sent.
        type(mail)._default_manager.filter(pk=mail.pk, sent_at=None).update(
            sent_at=timezone.now(), given_up_at=None, claimed_until=None, last_error=""
        )


def _message(mail: Post) -> EmailMessage:
    if isinstance(mail, Mail):
        letter, to = letters.compose(mail), letters.address(mail.person)
    else:
        letter, to = alert_letters.compose(mail), mail.subscriber.address
    headers = {
        **letter.headers,
        "Message-ID": f"<{mail.pk}@{urlsplit(settings.SITE_ADDRESS).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(letter.subject, letter.text, to=[to], headers=headers)


def _failed(mail: Post, error: Exception) -> None:
    if not isinstance(error, OSError):  # not the network's or the mail server's fault: ours
        logger.exception("Mail %s (%s) could not be made", mail.pk, mail.template)
    said = _reason(error)
    if mail.attempts > len(BACKOFF):
        _give_up(mail, said)
    else:
        _release(mail, due_at=timezone.now() + BACKOFF[mail.attempts - 1], last_error=said)


def _give_up(mail: Post, reason: str) -> None:
    _release(mail, given_up_at=timezone.now(), last_error=reason)


def _release(mail: Post, **found: object) -> None:
    """Only while the claim is ours: when it has ended, another worker has the say."""
    ours = _waiting(type(mail)).filter(pk=mail.pk, claimed_until=mail.claimed_until)
    ours.update(claimed_until=None, **found)


def _reason(error: Exception) -> str:
    """A sentence for administrators, without what the server said: that may hold names and keys."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "The mail server did not accept our name and password."
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _ in error.recipients.values()})
        return f"The mail server refused the address ({', '.join(codes)})."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server refused the mail ({error.smtp_code})."
    if isinstance(error, OSError):
        return f"The mail server did not answer ({type(error).__name__})."
    return f"The mail could not be made ({type(error).__name__})."
