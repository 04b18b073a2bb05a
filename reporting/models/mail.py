from django.conf import settings
from django.db import models
from django.db.models import Q

from reporting.models.event import Event
from reporting.models.outgoing import Outgoing


class Mail(Outgoing):
    """The outbox for people with an account: one row for each event and person, written beside the event."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="mails")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mails")

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], name="mail_once"),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(given_up_at=None), name="mail_sent_or_given_up"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None, given_up_at=None), name="mail_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.person}"
