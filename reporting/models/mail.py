import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from reporting.models.event import Event


class Mail(models.Model):
    """The outbox: one row for each event and recipient, written in the event's own transaction.

    The message is made from `template` and `data` when it is sent; links that sign somebody in are
    made then too, so that none is ever stored. The row's id is its Message-ID.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="mails")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mails")
    template = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not tried before: the next attempt after a failure.")
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="A worker is sending it until then.")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

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
