"""What the search finds: one row for each text that readers can come upon, with what it is filtered by.

Rows are written with the text they belong to, whether or not it is public yet: that is asked by each search.
"""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from modelsearch.index import FilterField, Indexed, SearchField

from reporting.models.edition import Edition, EditionEntry
from reporting.models.entry import Status
from reporting.models.publication import Publication, public_at
from strategy.models import Action, ActionWording, CommitmentVersion, Department, Strategy

# Passages can be written again from the rows that they lead to, and never hold those back.
_OWN: dict[str, Any] = {"on_delete": models.CASCADE, "related_name": "passages", "db_constraint": False}
# Looked at where the words are found, never looked up by.
_BESIDE = {**_OWN, "related_name": "+", "db_index": False}


class PassageQuerySet(models.QuerySet["Passage"]):
    def public(self, at: datetime) -> "PassageQuerySet":
        """Wordings of actions always are; an entry with its edition, a commitment with its version."""
        windows = Publication.objects.filter(public_at(at, ""))
        return self.filter(
            Q(edition__in=windows.filter(edition__isnull=False).values("edition"))
            | Q(version__in=windows.filter(version__isnull=False).values("version"))
            | Q(wording__isnull=False)
        )


class Part(models.TextChoices):
    PROGRESS = "progress", "progress"
    PLANNED = "planned", "planned activities"
    NOTES = "notes", "notes"
    REASON = "reason", "why it is not applicable"
    EVIDENCE = "evidence", "evidence"
    ASSESSMENT = "assessment", "assessment"
    COMMITMENT = "commitment", "commitment"
    WORDING = "wording", "wording"


class Passage(Indexed, models.Model):  # type: ignore[misc]  # the library has no types
    part = models.CharField(max_length=12, choices=Part)
    strategy = models.ForeignKey(Strategy, **_BESIDE)
    action = models.ForeignKey(Action, **_BESIDE)
    department = models.ForeignKey(Department, null=True, blank=True, **_BESIDE)
    year = models.PositiveSmallIntegerField(help_text="That the words are about: plans are about the next.")
    status = models.CharField(max_length=20, choices=Status, blank=True)
    edition = models.ForeignKey(Edition, null=True, blank=True, **_BESIDE)
    entry = models.ForeignKey(EditionEntry, null=True, blank=True, **_OWN)
    version = models.ForeignKey(CommitmentVersion, null=True, blank=True, **_OWN)
    wording = models.ForeignKey(ActionWording, null=True, blank=True, **_OWN)
    title = models.TextField(help_text="Whose words they are: found too, and never shown.")
    words = models.TextField(help_text="Without markup.")

    objects = PassageQuerySet.as_manager()

    # The library's signals would index each row by itself, later: reporting/domain/passages.py does it at once.
    search_auto_update = False
    search_fields = [
        SearchField("title"),
        SearchField("words"),
        *(FilterField(name) for name in ("strategy", "action", "department", "year", "status")),
        *(FilterField(name) for name in ("edition", "version", "wording")),
    ]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="passage_of_one",
                condition=Q(entry__isnull=False, edition__isnull=False, version=None, wording=None)
                | Q(entry=None, edition=None, version__isnull=False, wording=None)
                | Q(entry=None, edition=None, version=None, wording__isnull=False),
            ),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="passage_part_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.year}: {self.title}"
