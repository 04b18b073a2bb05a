from django.db import models
from django.db.models import Q

from strategy.models import Strategy


class Round(models.Model):
    """One strategy, one year: the year whose progress is reported. The same report plans for the next."""

    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="rounds")
    year = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    due = models.DateField(null=True, blank=True, help_text="The last day. Empty: nothing in it is ever late.")
    closed_at = models.DateTimeField(null=True, blank=True)
    asks_status = models.BooleanField(default=True, help_text="Each entry carries a status.")
    asks_answers = models.BooleanField(default=True, help_text="Each activity planned for the year is answered.")

    class Meta:
        ordering = ["strategy", "year"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "year"], name="round_once_a_year"),
            models.CheckConstraint(condition=Q(year__gte=1900, year__lte=2200), name="round_year_sensible"),
        ]

    def __str__(self) -> str:
        return f"{self.strategy.code} {self.year}"
