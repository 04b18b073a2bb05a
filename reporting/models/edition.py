"""Frozen copies of reports, in rows. Nothing here is ever changed: a correction is a new edition."""

from django.db import models
from django.db.models import Q

from reporting.models.entry import (
    ASSESSMENT_KNOWN,
    CATEGORY_KNOWN,
    STATUS_KNOWN,
    Answer,
    Assessment,
    Category,
    PlannedActivity,
    Status,
)
from reporting.models.report import ChangeKind, Report
from strategy.models import Action
from strategy.models.fields import PartialDateField

BEGINNING = 40  # characters


def beginning(field: str) -> models.Func:
    """The same words in an index and in a question: numbers that are parameters would keep it from being used."""
    return models.Func(field, function="SUBSTR", template=f"%(function)s(%(expressions)s, 1, {BEGINNING})")


class Edition(models.Model):
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(help_text="Per report; gaps are allowed.")
    department_name = models.CharField(max_length=200, help_text="As it was when the edition was cut.")
    department_acronym = models.CharField(max_length=20)
    nil_reason = models.TextField(blank=True)
    change_note = models.TextField(blank=True)
    change_kind = models.CharField(max_length=10, choices=ChangeKind, blank=True, help_text="Of a correction.")
    known_from = PartialDateField(help_text="How recent the publication is that carries these words.")
    source_name = models.CharField(max_length=255, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    cut_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="edition_once"),
            models.CheckConstraint(
                condition=Q(change_kind__in=["", *ChangeKind.values]), name="edition_change_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} e{self.number}"


class EditionEntry(models.Model):
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="entries")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="edition_entries")
    status = models.CharField(max_length=20, choices=Status, blank=True, help_text="Empty: not recorded.")
    progress = models.TextField(blank=True)
    planned = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    category = models.CharField(max_length=20, choices=Category, blank=True)
    reason = models.TextField(blank=True, help_text="Why the action is not applicable.")
    evidence = models.JSONField(default=list, blank=True, help_text="Address, title, date.")
    assessment = models.CharField(max_length=20, choices=Assessment, blank=True)
    assessment_reason = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "edition entries"
        ordering = ["edition", "action"]
        indexes = [  # where words stand again is looked for by how they begin
            models.Index(beginning("progress"), name="edition_progress_beginning"),
            models.Index(beginning("planned"), name="edition_planned_beginning"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["edition", "action"], name="edition_entry_once"),
            models.CheckConstraint(condition=STATUS_KNOWN, name="edition_status_known"),
            models.CheckConstraint(condition=CATEGORY_KNOWN, name="edition_category_known"),
            models.CheckConstraint(condition=ASSESSMENT_KNOWN, name="edition_assessment_known"),
        ]

    def __str__(self) -> str:
        return f"{self.edition}, action {self.action.number}"


class EditionActivity(models.Model):
    """The words of a planned activity in this edition, and which statement of the planned text they are."""

    entry = models.ForeignKey(EditionEntry, on_delete=models.PROTECT, related_name="activities")
    activity = models.ForeignKey(PlannedActivity, on_delete=models.PROTECT, related_name="in_editions")
    statement = models.PositiveIntegerField(help_text="Counted from 0 in reading order.")
    text = models.TextField()

    class Meta:
        verbose_name_plural = "edition activities"
        ordering = ["entry", "statement"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "activity"], name="edition_activity_once"),
            models.UniqueConstraint(fields=["entry", "statement"], name="edition_statement_once"),
        ]

    def __str__(self) -> str:
        return str(self.activity)


class EditionAnswer(models.Model):
    """What the report says became of an activity that was planned for its year."""

    entry = models.ForeignKey(EditionEntry, on_delete=models.PROTECT, related_name="answers")
    activity = models.ForeignKey(PlannedActivity, on_delete=models.PROTECT, related_name="answers")
    answer = models.CharField(max_length=20, choices=Answer)
    reason = models.TextField(blank=True)
    carried_to = models.ForeignKey(
        PlannedActivity, null=True, blank=True, on_delete=models.PROTECT, related_name="carried_from"
    )

    class Meta:
        ordering = ["entry", "activity"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "activity"], name="edition_answer_once"),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="edition_answer_known"),
            models.CheckConstraint(
                condition=Q(answer="carried_forward") | Q(carried_to=None), name="edition_carried_says_so"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.get_answer_display()}"
