from datetime import date

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Lower

from strategy.models.fields import PartialDateField


class DepartmentQuerySet(models.QuerySet["Department"]):
    def named(self, on: date) -> "DepartmentQuerySet":
        """With the `name` and `acronym` that each department bore on that day, in the order of the names."""
        names = (
            DepartmentName.objects.filter(department=OuterRef("pk"))
            .filter(Q(since=None) | Q(since__lte=on.isoformat()))
            .order_by(F("since").desc(nulls_last=True))
        )
        return self.annotate(
            name=Subquery(names.values("name")[:1]), acronym=Subquery(names.values("acronym")[:1])
        ).order_by("name", "code")


class Department(models.Model):
    """A body that reports. Its code and slug stand in references and addresses and never change."""

    code = models.CharField(max_length=20)
    slug = models.SlugField(max_length=120)
    opened = PartialDateField(null=True, blank=True)
    closed = PartialDateField(null=True, blank=True)
    notice = models.TextField(blank=True, help_text="A sentence for readers, shown at the top of its page.")

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(Lower("code"), name="department_code_once"),
            models.UniqueConstraint(fields=["slug"], name="department_slug_once"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(code__contains="/"), name="department_code_plain"),
        ]

    def __str__(self) -> str:
        return self.code


class DepartmentName(models.Model):
    """What a department is called from a date on; past reports keep the name they were filed under."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=200)
    acronym = models.CharField(max_length=20)
    since = PartialDateField(null=True, blank=True, help_text="Empty: from the beginning.")

    class Meta:
        ordering = [F("since").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(fields=["department", "since"], name="department_name_once_a_date"),
            models.UniqueConstraint(
                fields=["department"], condition=Q(since=None), name="department_first_name_once"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(acronym=""), name="department_name_given"),
        ]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    class Kind(models.TextChoices):
        MERGED = "merged", "merged into"
        SPLIT = "split", "split into"
        REPLACED = "replaced", "replaced by"
        MOVED = "moved", "functions moved to"

    old = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="successors")
    new = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="predecessors")
    on = PartialDateField()
    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        ordering = ["on", "old", "new"]
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="succession_once"),
            models.CheckConstraint(condition=~Q(old=F("new")), name="succession_of_another"),
            models.CheckConstraint(
                condition=Q(kind__in=["merged", "split", "replaced", "moved"]), name="succession_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} {self.get_kind_display()} {self.new}"
