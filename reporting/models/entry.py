from django.conf import settings
from django.db import models
from django.db.models import Q

from reporting.models.report import Report
from strategy.models import Action, Department


class Status(models.TextChoices):
    """What a department says of its own progress: one closed list."""

    NOT_STARTED = "not_started", "Not started"
    ON_TRACK = "on_track", "On track"
    BEHIND = "behind", "Behind"
    COMPLETED = "completed", "Completed"
    STOPPED = "stopped", "Stopped"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class Answer(models.TextChoices):
    """What became of a planned activity."""

    DONE = "done", "Done"
    PARTLY_DONE = "partly_done", "Partly done"
    NOT_DONE = "not_done", "Not done"
    DROPPED = "dropped", "Dropped"
    CARRIED_FORWARD = "carried_forward", "Carried forward"


class Category(models.TextChoices):
    """Why an action does not apply: the categories of commitments that a department may choose."""

    NO_SUCH_SERVICE = "no_such_service", "No service of this kind"
    ANOTHER_BODY = "another_body", "Another body does this"
    ANOTHER_ACTION = "another_action", "Covered by another action"
    OTHER = "other", "Other"


class Assessment(models.TextChoices):
    """What the centre judges of an entry, apart from the department's own status."""

    EVIDENCED = "evidenced", "Evidenced"
    PARTLY_EVIDENCED = "partly_evidenced", "Partly evidenced"
    NOT_EVIDENCED = "not_evidenced", "Not evidenced"
    CANNOT_BE_ASSESSED = "cannot_be_assessed", "Cannot be assessed"


STATUS_KNOWN = Q(status__in=["", *Status.values])
CATEGORY_KNOWN = Q(category__in=["", *Category.values])
ASSESSMENT_KNOWN = Q(assessment__in=["", *Assessment.values])


class Entry(models.Model):
    """A report's answer for one action while it is worked on. Its text is its latest accepted save."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="entries")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="entries")
    head = models.ForeignKey("DraftSave", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ready = models.BooleanField(default=False)
    assessment = models.CharField(max_length=20, choices=Assessment, blank=True)
    assessment_reason = models.TextField(blank=True)
    return_reason = models.ForeignKey(
        "ReturnReason",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Chosen in the review that is going on: why it should go back.",
    )

    class Meta:
        ordering = ["report", "action"]
        constraints = [
            models.UniqueConstraint(fields=["report", "action"], name="entry_once"),
            models.CheckConstraint(condition=ASSESSMENT_KNOWN, name="entry_assessment_known"),
        ]

    def __str__(self) -> str:
        return f"{self.report}, action {self.action.number}"


class DraftSave(models.Model):
    """One save, append-only: a frozen row. The client makes the id, so that a repeated save is one save."""

    id = models.UUIDField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="saves")
    base = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="draft_saves")
    saved_at = models.DateTimeField()
    status = models.CharField(max_length=20, choices=Status, blank=True)
    progress = models.TextField(blank=True)
    planned = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    category = models.CharField(max_length=20, choices=Category, blank=True)
    reason = models.TextField(blank=True, help_text="Why the action is not applicable.")
    answers = models.JSONField(default=list, blank=True, help_text="Reference, answer, reason, carried to.")
    evidence = models.JSONField(default=list, blank=True, help_text="Address, title, date: as they were typed.")
    beside = models.BooleanField(default=False, help_text="Its base was no longer the head: kept beside it.")
    settles = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="settled_by",
        help_text="The save beside the head that somebody chose from, or merged, to make this one.",
    )
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["entry", "saved_at"]
        constraints = [
            models.CheckConstraint(condition=STATUS_KNOWN, name="draft_status_known"),
            models.CheckConstraint(condition=CATEGORY_KNOWN, name="draft_category_known"),
        ]

    def __str__(self) -> str:
        return f"{self.entry}, saved {self.saved_at}"


class PlannedActivity(models.Model):
    """The identity of one planned activity, kept through corrections. Its words stand in editions."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="planned_activities")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="planned_activities")
    year = models.PositiveSmallIntegerField(help_text="The year it is planned for.")
    number = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "planned activities"
        ordering = ["action", "department", "year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["action", "department", "year", "number"], name="planned_activity_once")
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.department} {self.year}/{self.number}"
