from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reporting.models.round import Round
from strategy.models import Department


class ChangeKind(models.TextChoices):
    """How much a correction changes."""

    MINOR = "minor", "Minor"
    MAJOR = "major", "Major"


class Report(models.Model):
    """One department's return for one round. Whether it is public is never stored here."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", "not started"
        DRAFT = "draft", "draft"
        SUBMITTED = "submitted", "submitted"
        IN_REVIEW = "in_review", "in review"
        RETURNED = "returned", "returned"
        ACCEPTED = "accepted", "accepted"
        EXCUSED = "excused", "excused"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reports")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="reports")
    state = models.CharField(max_length=20, choices=State, default=State.NOT_STARTED)
    nil_reason = models.TextField(blank=True, help_text="Set: one reason stands for all actions.")
    excused_reason = models.TextField(blank=True)
    change_note = models.TextField(blank=True, help_text="Of a correction: what readers are told about it.")
    change_kind = models.CharField(max_length=10, choices=ChangeKind, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reviewed_reports",
        help_text="Who started the last review.",
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="signed_off_reports"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="accepted_reports"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["round", "department"]
        constraints = [
            models.UniqueConstraint(fields=["round", "department"], name="report_once"),
            models.CheckConstraint(
                name="report_state_known",
                condition=Q(
                    state__in=["not_started", "draft", "submitted", "in_review", "returned", "accepted", "excused"]
                ),
            ),
            models.CheckConstraint(
                name="report_signed_and_accepted_by_two",
                condition=Q(submitted_by=None) | Q(accepted_by=None) | ~Q(accepted_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                condition=~Q(state="excused") | ~Q(excused_reason=""), name="report_excused_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_by__isnull=False), name="report_submitted_by_someone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.department}"


class Coverage(models.Model):
    """A body that this report answers for, beside its own department."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="coverages")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="covered_by")

    class Meta:
        ordering = ["report", "department"]
        constraints = [models.UniqueConstraint(fields=["report", "department"], name="coverage_once")]

    def __str__(self) -> str:
        return f"{self.report} covers {self.department}"
