"""Readers who asked for e-mails. Nothing is kept of them but the address and what it follows."""

import uuid

from django.db import models
from django.db.models import Q

from reporting.models.event import Event
from reporting.models.outgoing import Outgoing
from reporting.models.publication import Publication, Release
from strategy.models import Action, Department, Strategy


class Subscriber(models.Model):
    """An address. It is deleted with everything that hangs on it when its reader stops the e-mails."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    address = models.EmailField(unique=True)

    def __str__(self) -> str:
        return "a reader"  # whoever reads a log or an error learns no address


class Subscription(models.Model):
    """What an address follows: a strategy, an action or a department; everything where none of them is set.

    Nothing is sent for it before the reader has confirmed it by a link in a mail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="subscriptions")
    strategy = models.ForeignKey(Strategy, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    action = models.ForeignKey(Action, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subscription_of_one",
                condition=Q(strategy=None, action=None)
                | Q(strategy=None, department=None)
                | Q(action=None, department=None),
            ),
            models.UniqueConstraint(
                fields=["subscriber"],
                condition=Q(strategy=None, action=None, department=None),
                name="subscription_to_all_once",
            ),
            models.UniqueConstraint(fields=["subscriber", "strategy"], name="subscription_to_strategy_once"),
            models.UniqueConstraint(fields=["subscriber", "action"], name="subscription_to_action_once"),
            models.UniqueConstraint(fields=["subscriber", "department"], name="subscription_to_department_once"),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(confirmed_at=None), name="subscription_unconfirmed")
        ]

    def __str__(self) -> str:
        return str(self.action or self.strategy or self.department or "everything")


class Announcement(models.Model):
    """A change that subscribers are to be told of, once its hour has come: one row, however many they are."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="announcement")
    release = models.OneToOneField(Release, null=True, blank=True, on_delete=models.PROTECT)
    withdrawn = models.ForeignKey(
        Publication, null=True, blank=True, on_delete=models.PROTECT, related_name="announcements"
    )
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text="The mails about it are written.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="announcement_of_one",
                condition=Q(release__isnull=False, withdrawn__isnull=True)
                | Q(release__isnull=True, withdrawn__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(told_at=None), name="announcement_waiting")]

    def __str__(self) -> str:
        return self.event.subject


class Alert(Outgoing):
    """The outbox for subscribers, beside that for people: a password is never reset behind a thousand of these."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="alerts")
    announcement = models.ForeignKey(
        Announcement, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["announcement", "subscriber"], name="alert_once"),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(given_up_at=None), name="alert_sent_or_given_up"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None, given_up_at=None), name="alert_waiting"),
            models.Index(fields=["written_at"], name="alert_written"),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.subscriber}"
