from django.conf import settings
from django.db import models
from django.db.models import Q

from strategy.models import Action, Department


class Membership(models.Model):
    """What a person is to a department, or to the centre. Administrators are marked on the person itself."""

    class Role(models.TextChoices):
        CONTRIBUTOR = "contributor", "contributor"
        LEADER = "leader", "digital leader"
        REVIEWER = "reviewer", "reviewer"
        AUDITOR = "auditor", "auditor"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    some_actions = models.BooleanField(default=False, help_text="A contributor to the listed actions only.")
    actions = models.ManyToManyField(Action, blank=True, related_name="memberships")

    class Meta:
        ordering = ["department", "role", "person"]
        constraints = [
            models.UniqueConstraint(fields=["person", "department"], name="membership_once"),
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(department=None), name="membership_central_once"
            ),
            models.CheckConstraint(
                name="membership_of_whom",
                condition=Q(role__in=["contributor", "leader"], department__isnull=False)
                | Q(role__in=["reviewer", "auditor"], department=None),
            ),
            models.CheckConstraint(
                condition=Q(some_actions=False) | Q(role="contributor"), name="membership_some_actions"
            ),
        ]

    def __str__(self) -> str:
        of = f", {self.department}" if self.department else ""
        return f"{self.person}: {self.get_role_display()}{of}"
