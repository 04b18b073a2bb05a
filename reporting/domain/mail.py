"""The outbox. A mail is a row written beside the event that causes it; a worker sends it later."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from reporting.domain import delivery, events
from reporting.domain.errors import NotPossible
from reporting.models import Announcement, Event, Mail, Publication, Release, User

_quiet = ContextVar("quiet", default=False)


@contextmanager
def nobody_is_told() -> Iterator[None]:
    """For what is told of the past, by an import or the demonstration: it is news to nobody."""
    before = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(before)


def write(
    template: str, people: Iterable[User], *, event: Event, send_at: datetime | None = None, **data: Any
) -> None:
    """The same mail for each person, in the transaction of the event; a person is written to once for an event.

    `template` names a file in templates/emails/; `data` is what letters.py makes it from. `send_at`: not before.
    """
    write_each(template, [(person, data) for person in people], event=event, send_at=send_at)


def write_each(
    template: str,
    letters: Iterable[tuple[User, Mapping[str, Any]]],
    *,
    event: Event,
    send_at: datetime | None = None,
) -> None:
    """A mail of its own for each person."""
    if _quiet.get():
        return
    wanted = {person.pk: (person, data) for person, data in letters if person.is_active and not person.is_system}
    if not wanted:
        return
    Mail.objects.bulk_create(
        Mail(
            event=event,
            person=person,
            template=template,
            data=data,
            written_at=event.at,
            due_at=send_at or event.at,
        )
        for person, data in wanted.values()
    )
    delivery.wake(send_at)


def announce(
    event: Event, *, at: datetime, release: Release | None = None, withdrawn: Publication | None = None
) -> None:
    """Readers who follow what was published are told at that moment: one row now, their mails then."""
    if not _quiet.get():
        Announcement.objects.create(event=event, release=release, withdrawn=withdrawn, due_at=at)
        delivery.wake(at)


@transaction.atomic
def retry(*, actor: User, mail: Mail, at: datetime | None = None) -> Mail:
    """Begin anew with a mail that was given up or waits for its next attempt. Recorded under what it is about."""
    at = at or timezone.now()
    mail = Mail.objects.select_for_update(of=("self",)).select_related("person", "event").get(pk=mail.pk)
    if mail.sent_at:
        raise NotPossible("This mail has been sent in the meantime.")
    if not mail.person.is_active:
        raise NotPossible("This account is closed: open it again before you write to it.")
    mail.given_up_at, mail.due_at, mail.attempts = None, _not_before(mail, at), 0
    mail.save(update_fields=["given_up_at", "due_at", "attempts"])
    said = {"mail": str(mail.pk), "template": mail.template}
    events.record("mail.retried", mail.event.subject, actor=actor, at=at, **said)
    delivery.wake(mail.due_at if mail.due_at > at else None)
    return mail


def _not_before(mail: Mail, at: datetime) -> datetime:
    """What tells of a publication waits for its hour."""
    if mail.template != "report_published":
        return at
    release = Release.objects.filter(pk=mail.data.get("release")).first()
    return max(at, release.starts) if release and not release.stopped_at else at
