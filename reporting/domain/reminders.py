"""Before a deadline, and the day after it: one mail to each person, of all that is theirs and left."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from reporting import rules
from reporting.domain import delivery, events, filing, mail
from reporting.models import Event, Membership, Report, User

SENT = "reminders.sent"


class AlreadySent(Exception):
    """Today's reminders are in the outbox already."""


def send(on: date | None = None) -> int:
    """To how many people. A second time on one day it writes nothing, also when two do it at once."""
    delivery.wake()  # mail that waits is not forgotten, whatever became of the workers
    on = on or timezone.localdate()
    try:
        return _write(on)
    except AlreadySent:
        return 0


@transaction.atomic
def _write(on: date) -> int:
    told = _left(on)
    if not told:
        return 0
    actor, subject = User.objects.system("reminders"), f"reminders/{on.isoformat()}"
    event = events.record(SENT, subject, actor=actor, people=len(told))
    # Appending waits for whoever appends at the same time: what they recorded is seen now.
    if Event.objects.filter(verb=SENT, subject=subject).exclude(pk=event.pk).exists():
        raise AlreadySent
    letters = [(person, {"on": on.isoformat(), "reports": rows}) for person, rows in told.items()]
    mail.write_each("reminder", letters, event=event)
    return len(told)


def _left(on: date) -> dict[User, list[dict[str, Any]]]:
    """By person, the reports in which something of theirs is left, and what."""
    latest = on + timedelta(days=max(settings.REMINDER_DAYS))
    today = {on + timedelta(days=days) for days in settings.REMINDER_DAYS}
    reports = Report.objects.filter(
        state__in=rules.EDITABLE, round__closed_at=None, round__due__lte=latest
    ).select_related("round__strategy", "department")
    found: dict[User, list[dict[str, Any]]] = defaultdict(list)
    reminded = set()
    for report in reports:
        unready = filing.unready(report)
        for membership in _members(report):
            whole = rules.leads(membership)
            left = [action.pk for action in unready if rules.may_write_entry(membership, action)]
            if left or whole:
                found[membership.person].append({"report": report.pk, "whole": whole, "left": left})
                if report.round.due in today:
                    reminded.add(membership.person)
    return {person: rows for person, rows in found.items() if person in reminded}


def _members(report: Report) -> list[Membership]:
    members = report.department.memberships.filter(person__is_active=True)
    return list(members.select_related("person").prefetch_related("actions"))
