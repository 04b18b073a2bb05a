"""What the centre keeps about a review: why entries went back, and by when they are wanted."""

from django.conf import settings
from django.db import models

from reporting.models.entry import Entry
from reporting.models.report import Report


class ReturnReason(models.Model):
    """Why an entry goes back. Administrators keep the list; what was used once is retired, never removed."""

    title = models.CharField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Its place in the list.")
    active = models.BooleanField(default=True, help_text="No: offered no more. It stays in what was counted.")

    class Meta:
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title


class Return(models.Model):
    """One return of a report to its department."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="returns")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="returns")
    made_at = models.DateTimeField()
    due = models.DateField(null=True, blank=True, help_text="The last day for the changes.")
    message = models.TextField()

    class Meta:
        ordering = ["made_at"]

    def __str__(self) -> str:
        return f"{self.report}, returned {self.made_at}"


class ReturnedEntry(models.Model):
    """An entry that has to be changed, and why."""

    returned = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="entries")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="returned")
    reason = models.ForeignKey(
        ReturnReason, null=True, blank=True, on_delete=models.PROTECT, related_name="returned_entries"
    )

    class Meta:
        verbose_name_plural = "returned entries"
        ordering = ["returned", "entry"]
        constraints = [models.UniqueConstraint(fields=["returned", "entry"], name="returned_entry_once")]

    def __str__(self) -> str:
        return f"{self.entry}: {self.reason or 'no reason given'}"
