import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Event(models.Model):
    """Who did what, when, to what. Append-only and chained: a frozen row.

    `canonical` is the text that the digest is made of; every other column repeats a part of it,
    for queries, and is compared with it when the chain is verified.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    data = models.TextField(default="{}", help_text="JSON, as text: a JSON column would reformat it.")
    canonical = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "reporting_event"
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["sequence"], name="event_sequence_once"),
            models.UniqueConstraint(fields=["previous"], name="event_chain_does_not_fork"),
            models.UniqueConstraint(fields=["digest"], name="event_digest_once"),
        ]
        indexes = [models.Index(fields=["subject", "sequence"], name="event_subject")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb} {self.subject}"


class ChainHead(models.Model):
    """Where the chain ends. One row: without it, events cut off at the end would not be missed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="chain_head_once")]

    def __str__(self) -> str:
        return str(self.sequence)
