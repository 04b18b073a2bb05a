"""Telling subscribers of what was published: a worker writes a mail for each of them when the hour has come.

The change itself writes one row, an announcement, whatever the number of readers. It is looked at again when
its hour has come: what was moved waits for its new hour, and what was stopped has no announcement any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min, Q

from reporting.models import (
    Alert,
    Announcement,
    Edition,
    EditionEntry,
    Publication,
    Release,
    Subscriber,
    Subscription,
)
from strategy.models import Action

BATCH = 1000  # mails written in one transaction: nobody else waits long for it
KEPT = timedelta(days=30)  # a mail that was sent or given up


# What was published, and whom it concerns --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One edition of an announcement."""

    edition: int
    strategy: int
    department: int
    actions: frozenset[int]  # ids
    name: str
    slug: str
    year: int
    number: int
    note: str


def told(announcement: Announcement, at: datetime) -> list[Told]:
    """What of it can be read, or could be and was withdrawn: nothing before its hour, nor what was taken back."""
    rows = Edition.objects.filter(publication__starts__lte=at)
    if announcement.release_id:
        rows = rows.filter(publication__release=announcement.release_id)
        rows = rows.exclude(publication__ending=Publication.Ending.WITHDRAWN)
    else:
        rows = rows.filter(publication=announcement.withdrawn_id)
    columns: list[Any] = [
        "id",
        "report__round__strategy_id",
        "report__department_id",
        "nil_reason",
        "department_name",
        "report__department__slug",
        "report__round__year",
        "number",
        "change_note",
        "publication__note",
    ]
    found = list(rows.order_by("department_name", "report__round__year").values_list(*columns))
    actions = _actions({row[0]: row[1] for row in found}, {row[0] for row in found if row[3]})
    return [
        Told(edition, strategy, department, frozenset(actions[edition]), name, slug, year, number, note or changed)
        for edition, strategy, department, _, name, slug, year, number, changed, note in found
    ]


def _actions(editions: dict[int, int], nil: set[int]) -> dict[int, set[int]]:
    """Of each edition the actions that it answers: a nil return answers all of its strategy's."""
    found: dict[int, set[int]] = {edition: set() for edition in editions}
    rows = EditionEntry.objects.filter(edition_id__in=list(editions)).values_list("edition_id", "action_id")
    for edition, action in rows:
        found[edition].add(action)
    if nil:
        of = Action.objects.filter(strategy_id__in={editions[edition] for edition in nil})
        for action, strategy in of.values_list("id", "strategy_id"):
            for edition in nil:
                if editions[edition] == strategy:
                    found[edition].add(action)
    return found


def concerns(subscription: Subscription, one: Told) -> bool:
    if subscription.action_id:
        return subscription.action_id in one.actions
    if subscription.department_id:
        return subscription.department_id == one.department
    return subscription.strategy_id in {None, one.strategy}


def _following(rows: list[Told]) -> Q:
    """The same as a question to the database, about all of them."""
    return (
        Q(strategy=None, action=None, department=None)
        | Q(strategy__in={one.strategy for one in rows})
        | Q(department__in={one.department for one in rows})
        | Q(action__in={action for one in rows for action in one.actions})
    )


# The announcement --------------------------------------------------------------------------------------


def write_due(now: datetime) -> None:
    """The mails about everything whose hour has come. Twice at once, or after a break in the midst, is as once."""
    rows = Announcement.objects.filter(told_at=None, due_at__lte=now).order_by("due_at", "pk")
    for announcement in rows.select_related("release"):
        for batch in _batches(_concerned(announcement, now)):
            _write(announcement, batch, now)
        Announcement.objects.filter(pk=announcement.pk, due_at__lte=now).update(told_at=now)


def _concerned(announcement: Announcement, now: datetime) -> list[Any]:
    """The subscribers' ids: of those who had confirmed before the hour."""
    rows = told(announcement, now)
    if not rows:
        return []
    confirmed = Subscription.objects.filter(_following(rows), confirmed_at__lte=announcement.due_at)
    return sorted(set(confirmed.values_list("subscriber_id", flat=True)))


def _batches(keys: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


@transaction.atomic
def _write(announcement: Announcement, subscribers: list[Any], now: datetime) -> None:
    if not Announcement.objects.select_for_update().filter(pk=announcement.pk, due_at__lte=now).exists():
        return  # moved or stopped in the last moment
    # Who has stopped the mails meanwhile is not there any more.
    rows = Subscriber.objects.filter(pk__in=subscribers).order_by("pk").select_for_update()
    there = rows.values_list("pk", flat=True)
    template = "published" if announcement.release_id else "withdrawn"
    of = {"announcement": announcement, "template": template, "written_at": now, "due_at": now}
    Alert.objects.bulk_create((Alert(subscriber_id=key, **of) for key in there), ignore_conflicts=True)


def next_hour() -> datetime | None:
    """Of the next announcement."""
    found: datetime | None = Announcement.objects.filter(told_at=None).aggregate(next=Min("due_at"))["next"]
    return found


def hold(release: Release) -> None:
    """Nobody is told of it until the transaction ends. Held before the clock is asked whether its hour has come."""
    list(Announcement.objects.filter(release=release).select_for_update())


def move(release: Release) -> None:
    Announcement.objects.filter(release=release, told_at=None).update(due_at=release.starts)


def take_back(release: Release) -> None:
    """The publication is stopped."""
    Announcement.objects.filter(release=release, told_at=None).delete()


# What is not kept --------------------------------------------------------------------------------------


def forget(now: datetime, unconfirmed: timedelta) -> None:
    """What nobody confirmed in its time, addresses that follow nothing, and mails of long ago."""
    late = Subscription.objects.filter(confirmed_at=None, asked_at__lte=now - unconfirmed)
    if keys := list(late.values_list("subscriber_id", flat=True)):
        late.delete()
        Subscriber.objects.filter(pk__in=keys, subscriptions=None).delete()
    done = Q(sent_at__isnull=False) | Q(given_up_at__isnull=False)
    Alert.objects.filter(done, written_at__lte=now - KEPT).delete()
