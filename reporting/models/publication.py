from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reporting.models.edition import Edition
from reporting.models.round import Round
from strategy.models import CommitmentVersion
from strategy.models.fields import PartialDateField


def public_at(at: datetime, through: str = "publication__") -> Q:
    """The one definition of public: starts <= at < ends. `through` leads to the window."""
    return Q(**{f"{through}starts__lte": at}) & (
        Q(**{f"{through}ends__gt": at}) | Q(**{f"{through}ends__isnull": True, f"{through}starts__isnull": False})
    )


class Release(models.Model):
    """Editions of one round that become public at the same moment: the whole round's, or one department's."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="releases")
    starts = models.DateTimeField()
    note = models.TextField(blank=True, help_text="What readers are told about it.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="releases")
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["starts"]

    def __str__(self) -> str:
        return f"{self.round}: {self.starts}"


class Publication(models.Model):
    """The window in which an edition or a commitment version is public. Small, and not frozen."""

    class Ending(models.TextChoices):
        SUPERSEDED = "superseded", "superseded"
        WITHDRAWN = "withdrawn", "withdrawn"

    edition = models.OneToOneField(Edition, null=True, blank=True, on_delete=models.PROTECT)
    version = models.OneToOneField(CommitmentVersion, null=True, blank=True, on_delete=models.PROTECT)
    release = models.ForeignKey(
        Release, null=True, blank=True, on_delete=models.PROTECT, related_name="publications"
    )
    note = models.TextField(
        blank=True, help_text="In place of the edition's change note: of a first edition, or where it was mistyped."
    )
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True, help_text="Empty: no end is set.")
    ending = models.CharField(max_length=20, choices=Ending, blank=True)
    reason = models.TextField(blank=True)
    dated = PartialDateField(help_text="The date of publication as readers see it.")
    date_stated = models.BooleanField(default=True, help_text="No: the source stated no date.")

    class Meta:
        ordering = ["starts"]
        indexes = [models.Index(fields=["starts", "ends"], name="publication_window")]
        constraints = [
            models.CheckConstraint(
                name="publication_of_one",
                condition=Q(edition__isnull=False, version__isnull=True)
                | Q(edition__isnull=True, version__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")), name="publication_ends_after_start"
            ),
            models.CheckConstraint(
                name="publication_ending_said",
                condition=Q(ends=None, ending="") | Q(ends__isnull=False, ending__in=["superseded", "withdrawn"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition or self.version}: {self.starts} to {self.ends or 'no end'}"
