"""What the centre does with a report: review, return, accept, reopen, excuse."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from reporting import rules
from reporting.domain import events, mail, people
from reporting.domain.editions import Contents, cut_edition
from reporting.domain.errors import NotPossible
from reporting.domain.filing import lock, reference
from reporting.domain.working import contents_of_drafts
from reporting.models import Comment, Edition, Entry, Event, Report, User
from strategy.dates import PartialDate
from strategy.models import Action

State = Report.State


def _move(report: Report, state: str) -> Report:
    report.state = state
    report.save()
    return report


def _record(report: Report, verb: str, *, actor: User, at: datetime | None, **data: Any) -> Event:
    return events.record(verb, reference(report), actor=actor, at=at, **data)


@transaction.atomic
def start_review(*, actor: User, report: Report, at: datetime | None = None) -> Report:
    report = lock(report)
    if report.state != State.SUBMITTED:
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: only a submitted one is reviewed.")
    report = _move(report, State.IN_REVIEW)
    _record(report, "report.review_started", actor=actor, at=at)
    return report


@transaction.atomic
def comment(
    *,
    actor: User,
    report: Report,
    action: Action,
    text: str,
    field: str = "",
    private: bool = False,
    at: datetime | None = None,
) -> Comment:
    """What a reviewer says about an entry. The department sees it once the report is returned; private: never."""
    report = lock(report)
    if not rules.may_review(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: start its review first.")
    if not text.strip():
        raise NotPossible("Write the comment first.")
    entry, _ = Entry.objects.get_or_create(report=report, action=action)
    made = Comment.objects.create(
        entry=entry, field=field, author=actor, text=text, private=private, made_at=at or timezone.now()
    )
    events.record(
        "entry.commented",
        f"{reference(report)}/{action.number}",
        actor=actor,
        at=at,
        field=field,
        private=private,
        digest=events.content_digest(text),
    )
    return made


@transaction.atomic
def return_report(*, actor: User, report: Report, message: str, at: datetime | None = None) -> Report:
    """Back to the department, with the comments made since; the entries that they are about are not ready."""
    at = at or timezone.now()
    report = lock(report)
    if not rules.may_review(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: start its review first.")
    if not message.strip():
        raise NotPossible("Say what the department should change.")
    started = events.last("report.review_started", reference(report))
    sent = Comment.objects.filter(entry__report=report, private=False, sent_at=None)
    if started:  # what was said in a review before this one has had its answer
        sent = sent.filter(made_at__gte=started.at)
    about = Entry.objects.filter(pk__in=list(sent.values_list("entry", flat=True)))
    numbers = sorted(about.values_list("action__number", flat=True))
    writers = User.objects.filter(pk__in=list(about.values_list("head__author", flat=True)))
    sent.update(sent_at=at)
    about.update(ready=False)
    report = _move(report, State.RETURNED)
    event = _record(report, "report.returned", actor=actor, at=at, message=message, entries=numbers)
    mail.write(
        "report_returned",
        [*people.leaders(report.department), *writers],
        event=event,
        report=report.pk,
        message=message,
    )
    return report


@transaction.atomic
def accept_report(*, actor: User, report: Report, change_note: str = "", at: datetime | None = None) -> Edition:
    """Accept the report as it stands and cut its edition."""
    at = at or timezone.now()
    report = lock(report)
    if not rules.may_accept(actor, report):
        raise NotPossible(
            f"{reference(report)} can't be accepted: it is not in review, or you signed it off yourself."
        )
    report.accepted_by, report.accepted_at = actor, at
    _move(report, State.ACCEPTED)
    event = _record(report, "report.accepted", actor=actor, at=at)
    mail.write("report_accepted", people.leaders(report.department), event=event, report=report.pk)
    return cut_edition(
        actor=actor, report=report, contents=contents_of_drafts(report), change_note=change_note, at=at
    )


@transaction.atomic
def accept_published(
    *,
    actor: User,
    report: Report,
    contents: Contents,
    known_from: PartialDate,
    change_note: str = "",
    source_name: str = "",
    source_sha256: str = "",
    at: datetime | None = None,
) -> Edition:
    """Take in a report that was signed off and published elsewhere. It passes nobody's unpublished work."""
    report = lock(report)
    if rules.has_unpublished_work(report):
        raise NotPossible(
            f"Somebody's work on {reference(report)} is not published yet ({report.get_state_display()}): "
            "publish it or set it aside first."
        )
    if report.state != State.ACCEPTED or report.nil_reason:
        report.accepted_by, report.accepted_at = actor, at or timezone.now()
        report.submitted_by = report.submitted_at = None
        report.excused_reason = report.nil_reason = ""
        _move(report, State.ACCEPTED)
        _record(report, "report.taken_in", actor=actor, at=at)
    return cut_edition(
        actor=actor,
        report=report,
        contents=contents,
        known_from=known_from,
        change_note=change_note,
        source_name=source_name,
        source_sha256=source_sha256,
        name_on=known_from,
        at=at,
    )


@transaction.atomic
def reopen(*, actor: User, report: Report, reason: str, at: datetime | None = None) -> Report:
    """A correction: a new draft of a report that already has an edition, which stays public meanwhile."""
    report = lock(report)
    if report.state not in {State.ACCEPTED, State.EXCUSED}:
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: there is nothing to reopen.")
    if not reason.strip():
        raise NotPossible("Say why the report is opened again.")
    report.accepted_by = report.accepted_at = None
    report.excused_reason = ""
    report = _move(report, State.DRAFT)
    _record(report, "report.reopened", actor=actor, at=at, reason=reason)
    return report


@transaction.atomic
def excuse(*, actor: User, report: Report, reason: str, at: datetime | None = None) -> Report:
    report = lock(report)
    if not rules.may_excuse(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: it can't be excused now.")
    if not reason.strip():
        raise NotPossible("Say why the department is excused: readers are told the reason.")
    report.excused_reason = reason
    report = _move(report, State.EXCUSED)
    event = _record(report, "report.excused", actor=actor, at=at, reason=reason)
    mail.write("report_excused", people.leaders(report.department), event=event, report=report.pk, reason=reason)
    return report
