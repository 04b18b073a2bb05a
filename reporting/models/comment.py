from django.conf import settings
from django.db import models
from django.db.models import Q

from reporting.models.entry import Entry


class Comment(models.Model):
    """What a reviewer says about an entry: to the department once the report is returned, or privately."""

    class Field(models.TextChoices):
        ENTRY = "", "the whole entry"
        ANSWERS = "answers", "the answers to what was planned"
        STATUS = "status", "the status"
        PROGRESS = "progress", "the progress"
        PLANNED = "planned", "what is planned"
        EVIDENCE = "evidence", "the evidence"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="comments")
    field = models.CharField(max_length=20, choices=Field, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    private = models.BooleanField(default=False, help_text="Among reviewers: no department ever sees it.")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the report was returned with it.")

    class Meta:
        ordering = ["entry", "made_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(condition=Q(private=False) | Q(sent_at=None), name="comment_private_never_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.get_field_display()}"
