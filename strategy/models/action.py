from django.db import models
from django.db.models import F, Q

from strategy.models.fields import PartialDateField
from strategy.models.strategy import Strategy


class Theme(models.Model):
    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="themes")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300)

    class Meta:
        ordering = ["strategy", "number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="theme_number_once"),
            models.UniqueConstraint(fields=["strategy", "title"], name="theme_title_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Action(models.Model):
    """A numbered thing government said it would do; due from the calendar year after it was added."""

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="actions")
    number = models.PositiveSmallIntegerField()
    short_name = models.CharField(max_length=24)
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    added_on = PartialDateField()

    class Meta:
        ordering = ["strategy", "number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="action_number_once"),
            models.UniqueConstraint(fields=["strategy", "short_name"], name="action_short_name_once"),
            models.CheckConstraint(condition=Q(number__gt=0) & ~Q(short_name=""), name="action_named"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.short_name}"

    @property
    def due_from(self) -> int:
        return int(self.added_on.year) + 1


class ActionWording(models.Model):
    """An action's words from a date on. A changed promise is a new row; the earlier one stays."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="wordings")
    text = models.TextField()
    dated = PartialDateField()
    reason = models.TextField(blank=True)
    authority = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["action", F("dated").asc()]
        constraints = [
            models.UniqueConstraint(fields=["action", "dated"], name="wording_once_a_date"),
            models.CheckConstraint(condition=~Q(text=""), name="wording_given"),
        ]

    def __str__(self) -> str:
        return self.text
