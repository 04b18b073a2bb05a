"""What stands in a report that is reviewed: what was said in this review, and what would be accepted now.

Nothing here changes anything.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from reporting.domain import events
from reporting.domain.filing import reference
from reporting.models import Comment, Entry, Event, Report, User


def comments_before(started: Event | None) -> int:
    """The number of the last comment that was there when this review began: clocks may go back, numbers don't."""
    return int(json.loads(started.data).get("comments_before", 0)) if started else 0


def new_comments(report: Report) -> QuerySet[Comment]:
    """Of the review that is going on: what was said in one before has had its answer. Private notes, too."""
    before = comments_before(events.last("report.review_started", reference(report)))
    found = Comment.objects.filter(entry__report=report, pk__gt=before, sent_at=None)
    return found.select_related("entry__action", "author")


def unsent_comments(report: Report) -> QuerySet[Comment]:
    """What the department would get with a return now."""
    return new_comments(report).filter(private=False)


def writers(report: Report, entries: Iterable[int]) -> QuerySet[User]:
    """Who wrote what stands in these entries, and is in the department still."""
    heads = Entry.objects.filter(pk__in=list(entries)).values_list("head__author", flat=True)
    return User.objects.filter(pk__in=list(heads), memberships__department=report.department_id)


def digests(reports: Iterable[Report]) -> dict[int, str]:
    """By report, of all that its edition would say, were it cut now: words, judgements and what is corrected."""
    found: dict[int, list[Any]] = {one.pk: [one.nil_reason, one.change_note, one.change_kind] for one in reports}
    columns = ("report", "action__number", "head__digest", "assessment", "assessment_reason")
    entries = Entry.objects.filter(report__in=list(found), head__isnull=False).order_by("action__number")
    for report, *said in entries.values_list(*columns):
        found[report].append(said)
    return {key: events.content_digest(said) for key, said in found.items()}
