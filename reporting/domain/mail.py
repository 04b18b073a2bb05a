"""The outbox. A mail is a row written beside the event that causes it; a worker sends it later."""

from collections.abc import Iterable
from typing import Any

from reporting.models import Event, Mail, User


def write(template: str, people: Iterable[User], *, event: Event, **data: Any) -> None:
    """One mail for each person, in the transaction of the event; a person is written to once for an event.

    `template` names two files in templates/emails/: its subject and its text. `data` is what they need.
    """
    active = {person.pk: person for person in people if person.is_active and not person.is_system}
    Mail.objects.bulk_create(
        Mail(event=event, person=person, template=template, data=data, written_at=event.at, due_at=event.at)
        for person in active.values()
    )
