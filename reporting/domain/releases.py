"""Publishing a round, or one department's report of it, at a set time: all of it at the same moment.

A release is a promise about the clock, kept by the windows of its editions. Until its hour it can be stopped or
moved; after it an edition can only be withdrawn or replaced.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from reporting.domain import alerts, checkpoints, delivery, events, mail, publication
from reporting.domain.errors import NotPossible
from reporting.models import (
    Edition,
    EditionActivity,
    EditionAnswer,
    Mail,
    Publication,
    Release,
    Report,
    Round,
    User,
)
from strategy.dates import PartialDate
from strategy.models import Department

State = Report.State
AT_WORK = {State.SUBMITTED, State.IN_REVIEW, State.RETURNED}


# The hour ---------------------------------------------------------------------------------------------


class NoSuchTime(NotPossible):
    """The clocks leave this time out."""


class TimeTwice(NotPossible):
    """The clocks show this time twice: `choices` are both moments."""

    def __init__(self, sentence: str, choices: tuple[datetime, datetime]) -> None:
        super().__init__(sentence)
        self.choices = choices


def moment(day: date, clock: time, *, second: bool | None = None) -> datetime:
    """That time on that day, as clocks show it here. `second`: which of the two, where they show it twice.

    In UTC: Python holds both moments of a doubled hour for the same one, and for no other zone's.
    """
    naive = datetime.combine(day, clock.replace(fold=0))
    zone = timezone.get_default_timezone()
    first, other = (naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == other:
        return first
    if first > other:  # the clocks go forward over it
        raise NoSuchTime(f"The clocks go forward that night: {clock:%H:%M} does not exist. Choose another time.")
    if second is None:
        raise TimeTwice(
            f"The clocks go back that night and show {clock:%H:%M} twice: say which one you mean.", (first, other)
        )
    return other if second else first


# What would be published ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stops a release: a report that somebody is at work on."""

    report: Report
    sentence: str


@dataclass(slots=True)
class Readiness:
    """How complete a round is, or the part of it that is to be published."""

    round: Round
    editions: list[Edition] = field(default_factory=list)  # accepted and not published yet
    published: list[Report] = field(default_factory=list)
    scheduled: list[Report] = field(default_factory=list)
    excused: list[Report] = field(default_factory=list)
    not_filed: list[Report] = field(default_factory=list)
    withdrawn: list[Report] = field(default_factory=list)  # its last edition was, and none has followed
    stops: list[Obstacle] = field(default_factory=list)
    left_out: list[Report] = field(default_factory=list)
    unanswered: int = 0  # planned activities of the year without an answer, in these editions
    unanswered_in: int = 0  # in so many of them
    total: int = 0

    @property
    def accepted(self) -> int:
        return len(self.editions) + len(self.published) + len(self.scheduled)


def readiness(
    round: Round, at: datetime, *, only: Collection[int] | None = None, leave_out: Collection[int] = ()
) -> Readiness:
    """`only` and `leave_out` are departments' ids."""
    found = Readiness(round)
    named = Department.objects.named(timezone.localdate(at))
    editions = Edition.objects.order_by("number").select_related("publication")
    reports = round.reports.prefetch_related(Prefetch("department", named), Prefetch("editions", editions))
    for report in reports.order_by("department__code"):
        report.round = round
        if only is not None and report.department_id not in only:
            continue
        found.total += 1
        if report.department_id in leave_out:
            found.left_out.append(report)
        else:
            _place(found, report, list(report.editions.all()), at)
    _count_answers(found)
    return found


def _place(found: Readiness, report: Report, editions: list[Edition], at: datetime) -> None:
    windows = [getattr(edition, "publication", None) for edition in editions]
    standing = [one for one in windows if one and one.ending != Publication.Ending.WITHDRAWN]
    if any(one.starts > at for one in standing):
        found.scheduled.append(report)  # an edition after it has to wait: two hours would cross when one moves
    elif report.state == State.ACCEPTED and editions and windows[-1] is None:
        editions[-1].report = report
        found.editions.append(editions[-1])
    elif any(one.ends is None or one.ends > at for one in standing):
        found.published.append(report)  # a correction that is at work stops nothing
    elif report.state == State.EXCUSED:
        found.excused.append(report)
    elif report.state in AT_WORK:
        found.stops.append(Obstacle(report, f"{getattr(report.department, 'name', '')}: {_at_work(report)}"))
    elif report.state == State.ACCEPTED:
        found.withdrawn.append(report)
    else:
        found.not_filed.append(report)


def _at_work(report: Report) -> str:
    if report.state == State.RETURNED:
        return "returned, and not signed off again"
    when = f" on {timezone.localtime(report.submitted_at):%-d %B}" if report.submitted_at else ""
    return f"signed off{when}, not accepted"


def _count_answers(found: Readiness) -> None:
    """Of the activities planned for the round's year, those that these editions leave without an answer."""
    if not found.editions or not found.round.asks_answers:
        return
    departments = {edition.report.department_id: edition.pk for edition in found.editions}
    asked = (
        EditionActivity.objects.filter(
            activity__year=found.round.year,
            activity__department__in=departments,
            activity__action__strategy=found.round.strategy_id,
            entry__edition__publication__ends=None,
            entry__edition__publication__isnull=False,
        )
        .values_list("activity_id", "activity__department_id")
        .distinct()
    )
    answered = set(
        EditionAnswer.objects.filter(entry__edition__in=found.editions).values_list("activity_id", flat=True)
    )
    silent = [department for activity, department in asked if activity not in answered]
    found.unanswered, found.unanswered_in = len(silent), len(set(silent))


# Release, move, stop ----------------------------------------------------------------------------------


def reference_of(release: Release) -> str:
    return f"{release.round.strategy.code}/{release.round.year}/release/{release.pk}"


def _hold(round: Round) -> None:
    """What a release of it may change, before anything is recorded."""
    waiting = Edition.objects.filter(report__round=round, publication=None)
    publication.hold(Publication.objects.filter(edition__report__round=round), waiting)


def _ready(round: Round, at: datetime, only: Collection[int] | None, leave_out: Collection[int]) -> Readiness:
    """Where nothing stops it and there is something to publish."""
    ready = readiness(round, at, only=only, leave_out=leave_out)
    if ready.stops:
        raise NotPossible(
            "Some reports are signed off and not accepted: accept or return them first, or leave them out. "
            + " ".join(f"{one.sentence}." for one in ready.stops)
        )
    if not ready.editions:
        raise NotPossible("There is nothing to publish: no report that is accepted waits for its publication.")
    return ready


@transaction.atomic
def rehearse(
    *,
    round: Round,
    starts: datetime,
    at: datetime,
    note: str = "",
    only: Collection[int] | None = None,
    leave_out: Collection[int] = (),
) -> None:
    """The windows as a release would set them, for a transaction that is undone.

    Nothing is recorded: whoever else has something to record does not wait for it.
    """
    _hold(round)
    dated = PartialDate.of_day(timezone.localdate(starts))
    for edition in _ready(round, at, only, leave_out).editions:
        said = "" if edition.change_note else note
        publication.set_window(edition, at=at, dated=dated, starts=starts, note=said)


def _lock(round: Round) -> Round:
    return Round.objects.select_for_update(of=("self",)).select_related("strategy").get(pk=round.pk)


@transaction.atomic
def release(
    *,
    actor: User,
    round: Round,
    starts: datetime | None = None,
    note: str = "",
    only: Collection[int] | None = None,
    leave_out: Collection[int] = (),
    expected: Iterable[int] | None = None,
    at: datetime | None = None,
) -> Release:
    """Open the windows of all that is accepted at `starts`, or now: in one transaction, or not at all.

    `expected`: the ids of the editions that the person who decides has seen; refused where they are others now.
    """
    round = _lock(round)
    _hold(round)
    events.lock()
    at = at or timezone.now()
    starts = starts or at
    if starts < at:
        raise NotPossible("This time has passed: choose a later one, or publish now.")
    ready = _ready(round, at, only, leave_out)
    if expected is not None and set(expected) != {edition.pk for edition in ready.editions}:
        raise NotPossible("A report was accepted or opened again while you were reading: read the page again.")
    made = Release.objects.create(round=round, starts=starts, note=note, made_by=actor, made_at=at)
    dated = PartialDate.of_day(timezone.localdate(starts))
    for edition in ready.editions:
        publication.publish(
            edition,
            actor=actor,
            dated=dated,
            starts=starts,
            release=made,
            note="" if edition.change_note else note,
            at=at,
        )
    event = events.record(
        "release.set",
        reference_of(made),
        actor=actor,
        at=at,
        starts=events.moment(starts),
        note=note,
        editions=[publication.reference_of(edition) for edition in ready.editions],
    )
    concerned = User.objects.filter(
        memberships__department__in=[edition.report.department_id for edition in ready.editions]
    )
    mail.write("report_published", concerned.distinct(), event=event, send_at=starts, release=made.pk)
    mail.announce(event, at=starts, release=made)
    checkpoints.after_commit()
    return made


def _before_its_hour(release: Release, at: datetime | None) -> tuple[Release, datetime]:
    """With the moment: the clock is read when there is nothing left to wait for."""
    found = Release.objects.select_for_update(of=("self",)).select_related("round__strategy").get(pk=release.pk)
    publication.hold(Publication.objects.filter(edition__report__in=found.publications.values("edition__report")))
    list(_unsent(found).order_by("pk").select_for_update(of=("self",)))
    alerts.hold(found)
    events.lock()
    at = at or timezone.now()
    if found.stopped_at:
        raise NotPossible("This publication was stopped already.")
    if found.starts <= at:
        raise NotPossible("Its hour has come and it is public: withdraw an edition, or correct it.")
    return found, at


def windows_of(release: Release) -> Sequence[Publication]:
    return list(
        release.publications.select_related("edition__report__round__strategy", "edition__report__department")
    )


def _waiting(release: Release) -> Sequence[Publication]:
    """Without those of editions that were withdrawn before the hour: they stay withdrawn."""
    return [window for window in windows_of(release) if window.ending != Publication.Ending.WITHDRAWN]


@transaction.atomic
def move(*, actor: User, release: Release, starts: datetime, at: datetime | None = None) -> Release:
    """To another hour, before its own has come. What it replaces stays public until then."""
    release, at = _before_its_hour(release, at)
    if starts < at:
        raise NotPossible("This time has passed: choose a later one.")
    before, release.starts = release.starts, starts
    release.save(update_fields=["starts"])
    windows = _waiting(release)
    for window in windows:
        publication.move(window, starts=starts)
    event = events.record(
        "release.moved",
        reference_of(release),
        actor=actor,
        at=at,
        before=events.moment(before),
        starts=events.moment(starts),
        editions=[publication.reference_of(window.edition) for window in windows if window.edition],
    )
    people = [one.person for one in _unsent(release).select_related("person")]
    _unsent(release).update(given_up_at=at, last_error="The publication was moved.")
    mail.write("report_published", people, event=event, send_at=starts, release=release.pk)
    alerts.move(release)
    delivery.wake(starts)
    checkpoints.after_commit()
    return release


@transaction.atomic
def stop(*, actor: User, release: Release, reason: str, at: datetime | None = None) -> Release:
    """Nothing of it becomes public; its editions wait for another release, and what they replace stays public."""
    release, at = _before_its_hour(release, at)
    if not reason.strip():
        raise NotPossible("Say why the publication is stopped.")
    editions = []
    for window in _waiting(release):
        assert window.edition
        editions.append(publication.reference_of(window.edition))
        publication.take_back(window)
    release.stopped_at, release.stopped_reason = at, reason
    release.save(update_fields=["stopped_at", "stopped_reason"])
    _unsent(release).update(given_up_at=at, last_error="The publication was stopped.")
    alerts.take_back(release)
    events.record("release.stopped", reference_of(release), actor=actor, at=at, reason=reason, editions=editions)
    checkpoints.after_commit()
    return release


def _unsent(release: Release) -> QuerySet[Mail]:
    return Mail.objects.filter(
        template="report_published", data__release=release.pk, sent_at=None, given_up_at=None
    )
