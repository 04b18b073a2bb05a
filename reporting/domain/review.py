"""What the centre does with a report: review, return, accept, reopen, excuse."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from reporting import rules
from reporting.domain import events, mail, people
from reporting.domain.editions import Contents, cut_edition
from reporting.domain.errors import NotPossible
from reporting.domain.filing import is_correction, lock, reference
from reporting.domain.in_review import digests, unsent_comments, writers
from reporting.domain.working import contents_of_drafts
from reporting.models import (
    Comment,
    Edition,
    Entry,
    Event,
    Membership,
    Report,
    Return,
    ReturnedEntry,
    ReturnReason,
    Round,
    User,
)
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
    report.reviewer = actor
    report = _move(report, State.IN_REVIEW)
    said = Comment.objects.filter(entry__report=report).aggregate(last=Max("pk"))["last"]
    _record(report, "report.review_started", actor=actor, at=at, comments_before=said or 0)
    _take_back_stale_assessments(actor, report, at)
    return report


def _take_back_stale_assessments(actor: User, report: Report, at: datetime | None) -> None:
    """What was judged of an entry counts no more once the department has written something else there."""
    judged = Entry.objects.filter(report=report).exclude(assessment="").select_related("action", "head")
    subjects = {f"{reference(report)}/{one.action.number}": one for one in judged.order_by("action__number")}
    rows = Event.objects.filter(verb="entry.assessed", subject__in=list(subjects)).order_by("sequence")
    of = {subject: json.loads(data).get("head") for subject, data in rows.values_list("subject", "data")}
    for subject, entry in subjects.items():
        if of.get(subject) != _head(entry):
            _assess(actor, subject, entry, "", "", at, note="The entry was changed after it was assessed.")


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
def take_back_comment(*, actor: User, comment: Comment, at: datetime | None = None) -> None:
    """Before the department has it. What it said stays under the digest of its event."""
    report = lock(comment.entry.report)
    found = Comment.objects.select_related("entry__action").filter(pk=comment.pk).first()  # as it is by now
    if found is None:
        raise NotPossible("This comment was taken back already.")
    if found.sent_at:
        raise NotPossible("The department has this comment already: add another one.")
    if not rules.may_review(report):
        raise NotPossible(
            f"{reference(report)} is {report.get_state_display()}: what was said in its review stays."
        )
    if found.author_id != actor.pk:
        raise NotPossible("Somebody else wrote this comment: they have to take it back.")
    events.record(
        "entry.comment_taken_back",
        f"{reference(report)}/{found.entry.action.number}",
        actor=actor,
        at=at,
        field=found.field,
        private=found.private,
        digest=events.content_digest(found.text),
    )
    found.delete()


@transaction.atomic
def assess(
    *,
    actor: User,
    report: Report,
    action: Action,
    assessment: str,
    reason: str = "",
    at: datetime | None = None,
) -> Entry:
    """What the centre judges of an entry, apart from the department's own status. Empty: not judged after all."""
    report, entry = _in_review(report, action)
    if assessment and not reason.strip():
        raise NotPossible("Give the reason for the assessment: readers see it.")
    reason = reason if assessment else ""
    if (entry.assessment, entry.assessment_reason) != (assessment, reason):
        _assess(actor, f"{reference(report)}/{action.number}", entry, assessment, reason, at)
    return entry


def _assess(
    actor: User, subject: str, entry: Entry, assessment: str, reason: str, at: datetime | None, **more: str
) -> None:
    """The event says of which words it is, too: they may be others later."""
    entry.assessment, entry.assessment_reason = assessment, reason
    entry.save(update_fields=["assessment", "assessment_reason"])
    said = {"assessment": assessment, "digest": events.content_digest(reason), "head": _head(entry), **more}
    events.record("entry.assessed", subject, actor=actor, at=at, **said)


def _head(entry: Entry) -> str:
    return entry.head.digest if entry.head else ""


@transaction.atomic
def mark_for_return(
    *, actor: User, report: Report, action: Action, reason: ReturnReason | None, at: datetime | None = None
) -> Entry:
    """Why the department should change this entry; None: it needs no change after all."""
    report, entry = _in_review(report, action)
    if entry.return_reason != reason:
        entry.return_reason = reason
        entry.save(update_fields=["return_reason"])
        subject = f"{reference(report)}/{action.number}"
        said = {"reason": reason.title if reason else ""}
        events.record("entry.marked_for_return", subject, actor=actor, at=at, **said)
    return entry


def _in_review(report: Report, action: Action) -> tuple[Report, Entry]:
    report = lock(report)
    if not rules.may_review(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: start its review first.")
    entry, _ = Entry.objects.select_related("return_reason", "head").get_or_create(report=report, action=action)
    return report, entry


@transaction.atomic
def return_report(
    *, actor: User, report: Report, message: str, due: date | None = None, at: datetime | None = None
) -> Report:
    """Back to the department, with the comments made since; the entries that they are about are not ready."""
    at = at or timezone.now()
    report = lock(report)
    if not rules.may_review(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: start its review first.")
    if not message.strip():
        raise NotPossible("Say what the department should change.")
    if due and due < timezone.localdate(at):
        raise NotPossible("The day for the changes has passed: choose today or a later one.")
    sent = unsent_comments(report)
    about = set(sent.values_list("entry", flat=True))
    marked = {
        entry.pk: entry for entry in Entry.objects.filter(report=report).select_related("action", "return_reason")
    }
    if silent := [one.action.number for one in marked.values() if one.return_reason and one.pk not in about]:
        raise NotPossible(f"Say in a comment what should change in action {silent[0]}, or take its mark off.")
    made = Return.objects.create(report=report, made_by=actor, made_at=at, due=due, message=message)
    ReturnedEntry.objects.bulk_create(
        ReturnedEntry(returned=made, entry_id=pk, reason=marked[pk].return_reason) for pk in sorted(about)
    )
    numbers = sorted(marked[pk].action.number for pk in about)
    Comment.objects.filter(pk__in=list(sent.values_list("pk", flat=True))).update(sent_at=at)
    Entry.objects.filter(pk__in=about).update(ready=False, return_reason=None)
    report = _move(report, State.RETURNED)
    reasons = {str(marked[pk].action.number): str(marked[pk].return_reason or "") for pk in sorted(about)}
    event = _record(
        report,
        "report.returned",
        actor=actor,
        at=at,
        message=message,
        entries=numbers,
        reasons=reasons,
        due=due.isoformat() if due else None,
    )
    mail.write(
        "report_returned",
        [*people.leaders(report.department), *writers(report, about)],
        event=event,
        report=report.pk,
        message=message,
        due=due.isoformat() if due else None,
    )
    return report


@transaction.atomic
def accept_report(
    *, actor: User, report: Report, change_note: str = "", seen: str | None = None, at: datetime | None = None
) -> Edition:
    """Accept the report as it stands and cut its edition, with what the centre judged of its entries.

    `seen`: its digest as it was when it was read; refused where it is another one now.
    """
    at = at or timezone.now()
    report = lock(report)
    if not rules.may_accept(actor, report):
        raise NotPossible(
            f"{reference(report)} can't be accepted: it is not in review, or you signed it off yourself."
        )
    _refuse_unseen(report, seen)
    entries = Entry.objects.filter(report=report).select_related("action")
    if marked := entries.filter(return_reason__isnull=False).order_by("action__number").first():
        raise NotPossible(
            f"Action {marked.action.number} of {reference(report)} is marked to be changed: return the report, "
            "or take the mark off."
        )
    report.accepted_by, report.accepted_at = actor, at
    # Of words that never became public readers are told nothing.
    note, change_kind = (report.change_note, report.change_kind) if is_correction(report) else ("", "")
    report.change_note = report.change_kind = ""
    _move(report, State.ACCEPTED)
    event = _record(report, "report.accepted", actor=actor, at=at)
    mail.write("report_accepted", people.leaders(report.department), event=event, report=report.pk)
    return cut_edition(
        actor=actor,
        report=report,
        contents=contents_of_drafts(report),
        assessments={one.action.number: (one.assessment, one.assessment_reason) for one in entries},
        change_note=change_note or note,
        change_kind=change_kind,
        at=at,
    )


def _refuse_unseen(report: Report, seen: str | None) -> None:
    if seen is not None and seen != digests([report])[report.pk]:
        raise NotPossible(f"{reference(report)} was changed while you were reading: read it again, then accept it.")


@transaction.atomic
def accept_at_once(
    *,
    actor: User,
    reports: Iterable[Report],
    seen: Mapping[int, str] | None = None,
    at: datetime | None = None,
) -> list[Edition]:
    """Several that nothing is to be said about: all of them, or none. A review that was not begun is begun.

    `seen`: the digest of each as it was when it was read. All are locked before the first event: who holds a
    report and waits to append must not be waited for by who appends.
    """
    found = []
    for report in [lock(one) for one in sorted(reports, key=lambda one: one.pk)]:
        if seen is not None:
            _refuse_unseen(report, seen.get(report.pk, ""))
        if report.state == State.SUBMITTED:
            report = start_review(actor=actor, report=report, at=at)
        found.append(accept_report(actor=actor, report=report, at=at))
    return found


@transaction.atomic
def chase(*, actor: User, round: Round, at: datetime | None = None) -> list[Report]:
    """Write to the digital leaders of every department that has not signed off, once a day at most."""
    at = at or timezone.now()
    subject = f"{round.strategy.code}/{round.year}"
    Round.objects.select_for_update(of=("self",), no_key=True).get(pk=round.pk)
    last = events.last("round.chased", subject)
    if last and timezone.localdate(last.at) == timezone.localdate(at):
        raise NotPossible("The departments that have not filed were written to today: write again tomorrow.")
    # One with an edition was filed: its department is at work on a correction, which is due on no day.
    waiting = list(round.reports.filter(state__in=rules.EDITABLE, editions=None).select_related("department"))
    if not waiting:
        raise NotPossible(f"Every department has filed its report for {subject}: there is nobody to chase.")
    codes = sorted(report.department.code for report in waiting)
    event = events.record("round.chased", subject, actor=actor, at=at, departments=codes)
    leaders = User.objects.filter(
        memberships__department__in=[report.department_id for report in waiting],
        memberships__role=Membership.Role.LEADER,
    )
    mail.write("chased", leaders.distinct(), event=event, round=round.pk)
    return waiting


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
    report.excused_reason = report.change_note = report.change_kind = ""
    report = _move(report, State.DRAFT)
    event = _record(report, "report.reopened", actor=actor, at=at, reason=reason)
    mail.write("report_reopened", people.leaders(report.department), event=event, report=report.pk, reason=reason)
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
