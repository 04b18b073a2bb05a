from django.db import models
from django.db.models import Q

from strategy.models.action import Action
from strategy.models.department import Department
from strategy.models.fields import PartialDateField


class Commitment(models.Model):
    """The pair of a department and an action. What was said stands in its versions."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="commitments")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="commitments")

    class Meta:
        ordering = ["action", "department"]
        constraints = [models.UniqueConstraint(fields=["department", "action"], name="commitment_once")]

    def __str__(self) -> str:
        return f"{self.action} {self.department}"


class CommitmentVersion(models.Model):
    """What a department said that it would do, as one publication put it. Never edited: a frozen row."""

    class State(models.TextChoices):
        MADE = "made", "made"
        NOT_APPLICABLE = "not_applicable", "not applicable"
        NOT_RECEIVED = "not_received", "not received"

    class Category(models.TextChoices):
        NOT_STATED = "not_stated", "not stated"
        NO_SUCH_SERVICE = "no_such_service", "no service of this kind"
        ANOTHER_BODY = "another_body", "another body does this"
        ANOTHER_ACTION = "another_action", "covered by another action"
        OTHER = "other", "other"

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=State)
    text = models.TextField(blank=True)
    category = models.CharField(max_length=20, choices=Category, blank=True)
    reason = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    dated = PartialDateField(null=True, blank=True, help_text="When the commitment is said to have been made.")
    known_from = PartialDateField(help_text="How recent the publication is that carries these words.")
    source_name = models.CharField(max_length=255, blank=True)
    source_address = models.CharField(max_length=2000, blank=True)
    recorded_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["commitment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "number"], name="commitment_version_once"),
            models.CheckConstraint(
                name="commitment_version_is_its_state",
                condition=Q(state="made", category="", reason="") & ~Q(text="")
                | Q(state="not_applicable", text="") & ~Q(category="") & ~Q(reason="")
                | Q(state="not_received", text="", category="", reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment}, version {self.number}"
