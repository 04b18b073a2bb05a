import uuid

from django.db import models


class Outgoing(models.Model):
    """A mail that waits to be sent. `template` and `data` say what it is made from, at the moment it is sent.

    So no link that signs somebody in is ever stored. The row's id is its Message-ID.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
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
        abstract = True
