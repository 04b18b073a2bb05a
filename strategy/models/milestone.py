from django.db import models
from django.db.models import Q

from strategy.models.action import Action
from strategy.models.commitment import Commitment
from strategy.models.fields import PartialDateField


class Milestone(models.Model):
    """A dated promise inside an action or a commitment."""

    action = models.ForeignKey(Action, null=True, blank=True, on_delete=models.PROTECT, related_name="milestones")
    commitment = models.ForeignKey(
        Commitment, null=True, blank=True, on_delete=models.PROTECT, related_name="milestones"
    )
    title = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="milestone_of_one",
                condition=Q(action__isnull=False, commitment__isnull=True)
                | Q(action__isnull=True, commitment__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title


class MilestoneDate(models.Model):
    """A date that was promised. The first stays for ever; each move is a row with its reason."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="dates")
    number = models.PositiveSmallIntegerField()
    promised = PartialDateField()
    recorded_on = PartialDateField()
    reason = models.TextField(blank=True)
    authority = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["milestone", "number"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "number"], name="milestone_date_once"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="milestone_move_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.milestone}: {self.promised}"
