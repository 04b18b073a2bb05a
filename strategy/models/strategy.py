from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from strategy.models.department import Department
from strategy.models.fields import PartialDateField


class Strategy(models.Model):
    class Mode(models.TextChoices):
        EVERY = "every", "every department reports"
        OWNER = "owner", "its owner reports"
        CENTRE = "centre", "the centre assesses"

    code = models.CharField(max_length=20)
    slug = models.SlugField(max_length=160)
    title = models.CharField(max_length=160)
    summary = models.TextField(blank=True)
    owner = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="owned_strategies",
        help_text="Empty: government as a whole.",
    )
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.EVERY)
    theme_word = models.CharField(max_length=40, default="theme", help_text="What its themes are called.")
    starts = PartialDateField(null=True, blank=True)
    ends = PartialDateField(null=True, blank=True)
    notice = models.TextField(blank=True, help_text="A sentence for readers, shown on all its pages.")
    departments = models.ManyToManyField(
        Department, blank=True, related_name="strategies", help_text="Who reports. Empty: every department."
    )

    class Meta:
        verbose_name_plural = "strategies"
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(Lower("code"), name="strategy_code_once"),
            models.UniqueConstraint(fields=["slug"], name="strategy_slug_once"),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(code__contains="/") & ~Q(title=""), name="strategy_code_plain"
            ),
            models.CheckConstraint(condition=Q(mode__in=["every", "owner", "centre"]), name="strategy_mode_known"),
            models.CheckConstraint(
                condition=Q(mode="every") | Q(owner__isnull=False), name="strategy_of_owner_has_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.title
