"""What the centre does with a report: review, return, accept, reopen, excuse."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reporting import rules
from reporting.domain import events
from reporting.domain.editions import Contents, cut_edition
from reporting.domain.errors import NotPossible
from reporting.domain.filing import contents_of_drafts, lock, reference
from reporting.models import Edition, Report, User
from strategy.dates import PartialDate

State = Report.State


def _move(report: Report, state: str, verb: str, *, actor: User, at: datetime | None, **data: str) -> Report:
    report.state = state
    report.save()
    events.record(verb, reference(report), actor=actor, at=at, **data)
    return report


@transaction.atomic
def start_review(*, actor: User, report: Report, at: datetime | None = None) -> Report:
    report = lock(report)
    if report.state != State.SUBMITTED:
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: only a submitted one is reviewed.")
    return _move(report, State.IN_REVIEW, "report.review_started", actor=actor, at=at)


@transaction.atomic
def return_report(*, actor: User, report: Report, message: str, at: datetime | None = None) -> Report:
    report = lock(report)
    if not rules.may_review(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: start its review first.")
    if not message.strip():
        raise NotPossible("Say what the department should change.")
    return _move(report, State.RETURNED, "report.returned", actor=actor, at=at, message=message)


@transaction.atomic
def accept(*, actor: User, report: Report, change_note: str = "", at: datetime | None = None) -> Edition:
    """Accept the report as it stands and cut its edition."""
    at = at or timezone.now()
    report = lock(report)
    if not rules.may_accept(actor, report):
        raise NotPossible(
            f"{reference(report)} can't be accepted: it is not in review, or you signed it off yourself."
        )
    report.accepted_by, report.accepted_at = actor, at
    _move(report, State.ACCEPTED, "report.accepted", actor=actor, at=at)
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
        _move(report, State.ACCEPTED, "report.taken_in", actor=actor, at=at)
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
    report.accepted_by = report.accepted_at = None
    report.excused_reason = ""
    return _move(report, State.DRAFT, "report.reopened", actor=actor, at=at, reason=reason)


@transaction.atomic
def excuse(*, actor: User, report: Report, reason: str, at: datetime | None = None) -> Report:
    report = lock(report)
    if report.state not in {State.NOT_STARTED, State.DRAFT, State.RETURNED}:
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: it can't be excused now.")
    if not reason.strip():
        raise NotPossible("Say why the department is excused: readers are told the reason.")
    report.excused_reason = reason
    return _move(report, State.EXCUSED, "report.excused", actor=actor, at=at, reason=reason)
