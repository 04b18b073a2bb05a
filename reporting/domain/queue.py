"""The reports of a round as reviewers see them: what waits for them, with departments, not filed, settled.

Reviewers don't read drafts: of a report that is not signed off nothing is said but that.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from reporting import rules
from reporting.domain import events, flags, references
from reporting.domain.flags import MOVED, REPEATED, UNANSWERED, Look
from reporting.domain.in_review import comments_before
from reporting.models import Comment, Edition, Event, Report, Return, ReturnedEntry, Round, User
from strategy.dates import day_in_words
from strategy.models import Department

State = Report.State
LATE, RETURNED = "late", "returned"
WANTED = {  # what a list of waiting reports can be cut to, and an entry's next one be chosen by
    RETURNED: "Returned before",
    REPEATED: "Same text as last year",
    UNANSWERED: "Planned activity not answered",
    MOVED: "Date moved",
    LATE: "Signed off late",
}
ME, NOBODY = "me", "nobody"


@dataclass(slots=True)
class Row:
    report: Report
    returns: list[Return] = field(default_factory=list)  # the oldest first
    is_correction: bool = False

    @property
    def name(self) -> str:
        return name_of(self.report.department)

    @property
    def last_return(self) -> Return | None:
        return self.returns[-1] if self.returns else None


def name_of(department: Department) -> str:
    return getattr(department, "name", None) or department.code


@dataclass(slots=True)
class Waiting(Row):
    looks: list[Look] = field(default_factory=list)
    days: int = 0  # working days since it was signed off
    marked: int = 0  # entries that somebody marked or commented on in this review

    @property
    def late(self) -> bool:
        """After the day that it was due; after a return, the day for the changes."""
        due = self.last_return.due if self.last_return else self.report.round.due
        signed = self.report.submitted_at
        return bool(due and signed and not self.is_correction and timezone.localdate(signed) > due)

    @property
    def kinds(self) -> set[str]:
        found = {kind for look in self.looks for kind in look.kinds}
        return found | ({LATE} if self.late else set()) | ({RETURNED} if self.returns else set())

    @property
    def repeated(self) -> list[Look]:
        return [look for look in self.looks if look.repeated]

    @property
    def unanswered(self) -> int:
        return sum(len(look.unanswered) for look in self.looks)

    @property
    def moved(self) -> list[int]:
        """The numbers of the actions, once for each date."""
        return [look.action.number for look in self.looks for _ in look.moved]

    @property
    def things(self) -> int:
        """How much there is to look at: the order of the list."""
        nil = bool(self.report.nil_reason)
        return self.late + len(self.returns) + len(self.repeated) + self.unanswered + len(self.moved) + nil

    @property
    def reasons(self) -> list[str]:
        """The same in words."""
        found = []
        if self.report.nil_reason:
            found.append("Nil return: one reason stands for all actions")
        if self.late:
            found.append("Signed off late")
        if self.last_return:
            times, on = len(self.returns), day_in_words(self.last_return.made_at)
            found.append(f"Returned once, on {on}" if times == 1 else f"Returned {times} times, last on {on}")
        if count := len(self.repeated):
            found.append(
                f"{count} {'entry' if count == 1 else 'entries'} at least {flags.ALIKE}% the same as a year before"
            )
        if count := self.unanswered:
            found.append(f"{count} planned {'activity' if count == 1 else 'activities'} not answered")
        if numbers := self.moved:
            found.append(f"{len(numbers)} date{'' if len(numbers) == 1 else 's'} moved: {_actions(numbers)}")
        return found


def _actions(numbers: Iterable[int]) -> str:
    """“action 3”, “actions 5 and 7”"""
    known = [str(number) for number in sorted(set(numbers))]
    listed = " and ".join([", ".join(known[:-1]), known[-1]] if len(known) > 1 else known)
    return f"action{'s' if len(known) > 1 else ''} {listed}"


@dataclass(slots=True)
class WithDepartment(Row):
    overdue: int = 0  # days

    @property
    def done(self) -> int:
        """Of the entries that went back, those that are ready again."""
        return sum(one.entry.ready for one in self.asked_to_change)

    @property
    def asked_to_change(self) -> list[ReturnedEntry]:
        return list(self.last_return.entries.all()) if self.last_return else []


@dataclass(slots=True)
class NotFiled(Row):
    overdue: int = 0  # days
    chased: datetime | None = None


@dataclass(slots=True)
class Settled(Row):
    on: datetime | None = None


@dataclass(slots=True)
class Queue:
    round: Round
    waiting: list[Waiting]
    returned: list[WithDepartment]
    not_filed: list[NotFiled]
    settled: list[Settled]

    @property
    def late(self) -> list[Report]:
        """Whom a letter goes to when the departments are chased: nobody once the round is closed.

        A correction is late on no day.
        """
        late = [row.report for row in (*self.returned, *self.not_filed) if not row.is_correction]
        return [] if self.round.closed_at else late

    @property
    def oldest(self) -> int:
        return max((row.days for row in self.waiting), default=0)

    def shown(self, wanted: str = "", reviewer: str = "", person: User | None = None) -> list[Waiting]:
        """Of the waiting, those that somebody looks for. Words that mean nothing filter nothing."""
        rows = [row for row in self.waiting if wanted not in WANTED or wanted in row.kinds]
        if reviewer == ME and person:
            rows = [row for row in rows if row.report.reviewer_id == person.pk]
        elif reviewer == NOBODY:
            rows = [row for row in rows if row.report.state == State.SUBMITTED]
        return rows


def queue_of(round: Round, at: datetime | None = None) -> Queue:
    """All reports of a round. The number of queries is fixed."""
    at = at or timezone.now()
    reports = _reports(round)
    returns, chased, excused = _returns(round), _chased(round), _excused(round)

    def rows(states: set[State]) -> list[tuple[Report, list[Return], bool]]:
        found = [report for report in reports if report.state in states]
        return [(report, returns[report.pk], getattr(report, "has_edition", False)) for report in found]

    with_us = {State.SUBMITTED, State.IN_REVIEW}
    looks = flags.looks(round, [report for report in reports if report.state in with_us])
    commented = _commented(round)
    today = timezone.localdate(at)
    waiting = [
        Waiting(*row, looks[row[0].pk], _working_days(row[0], today), _marked(row[0], looks, commented))
        for row in rows(with_us)
    ]
    returned = [WithDepartment(*row, _overdue(_due_again(row[1]), today)) for row in rows({State.RETURNED})]
    not_filed = [
        NotFiled(*row, 0 if row[2] else _overdue(round.due, today), chased.get(row[0].department.code))
        for row in rows({State.NOT_STARTED, State.DRAFT})
    ]
    settled = [
        Settled(*row, row[0].accepted_at or excused.get(references_of(row[0])))
        for row in rows({State.ACCEPTED, State.EXCUSED})
    ]
    return Queue(
        round,
        sorted(waiting, key=lambda row: (-row.things, row.report.submitted_at or at, row.name)),
        sorted(returned, key=lambda row: (-row.overdue, _due_again(row.returns) or date.max, row.name)),
        not_filed,
        settled,
    )


def references_of(report: Report) -> str:
    return references.report(report.round.strategy.code, report.department.code, report.round.year)


def _reports(round: Round) -> list[Report]:
    """By the names that departments bear today."""
    named = Department.objects.named(timezone.localdate())
    rows = Report.objects.filter(round=round).annotate(
        has_edition=Exists(Edition.objects.filter(report=OuterRef("pk")))
    )
    found = list(
        rows.select_related("round__strategy", "reviewer", "submitted_by", "accepted_by").prefetch_related(
            Prefetch("department", queryset=named)
        )
    )
    return sorted(found, key=lambda report: name_of(report.department).casefold())


def _returns(round: Round) -> dict[int, list[Return]]:
    found: dict[int, list[Return]] = defaultdict(list)
    rows = Return.objects.filter(report__round=round).select_related("made_by").order_by("made_at")
    entries = ReturnedEntry.objects.select_related("entry__action", "reason").order_by("entry__action__number")
    for one in rows.prefetch_related(Prefetch("entries", queryset=entries)):
        found[one.report_id].append(one)
    return found


def _chased(round: Round) -> dict[str, datetime]:
    """By the code of the department, when it was last written to."""
    found: dict[str, datetime] = {}
    for event in Event.objects.filter(verb="round.chased", subject=f"{round.strategy.code}/{round.year}").order_by(
        "sequence"
    ):
        found |= dict.fromkeys(json.loads(event.data)["departments"], event.at)
    return found


def _excused(round: Round) -> dict[str, datetime]:
    rows = Event.objects.filter(
        verb="report.excused", subject__startswith=f"{round.strategy.code}/", subject__endswith=f"/{round.year}"
    )
    return dict(rows.order_by("sequence").values_list("subject", "at"))


def _commented(round: Round) -> dict[int, set[int]]:
    """By report, the entries with a comment of the review that is going on."""
    of_round = {"subject__startswith": f"{round.strategy.code}/", "subject__endswith": f"/{round.year}"}
    rows = Event.objects.filter(verb="report.review_started", **of_round).order_by("sequence")
    before = {event.subject: comments_before(event) for event in rows}
    found: dict[int, set[int]] = defaultdict(set)
    comments = Comment.objects.filter(entry__report__round=round, private=False, sent_at=None)
    for one in comments.select_related("entry__report__department", "entry__report__round__strategy"):
        if one.pk > before.get(references_of(one.entry.report), one.pk):
            found[one.entry.report_id].add(one.entry_id)
    return found


def _marked(report: Report, looks: dict[int, list[Look]], commented: dict[int, set[int]]) -> int:
    if report.state != State.IN_REVIEW:
        return 0
    marked = {look.entry.pk for look in looks[report.pk] if look.entry and look.entry.return_reason_id}
    return len(marked | commented[report.pk])


def _due_again(returns: Sequence[Return]) -> date | None:
    return returns[-1].due if returns else None


def _overdue(due: date | None, today: date) -> int:
    return max(0, (today - due).days) if due else 0


def _working_days(report: Report, today: date) -> int:
    """From the day after it was signed off; Saturdays and Sundays don't count."""
    if not report.submitted_at:
        return 0
    signed = timezone.localdate(report.submitted_at)
    weeks, rest = divmod((today - signed).days, 7)
    return max(0, weeks * 5 + sum((signed + timedelta(days=n)).weekday() < 5 for n in range(1, rest + 1)))


# Several reports at once, and letters ---------------------------------------------------------------------


def acceptable(queue: Queue, person: User) -> list[Waiting]:
    """Those that this person can accept without another word: nothing in them is marked or commented on."""
    return [row for row in queue.waiting if not row.marked and row.report.submitted_by_id != person.pk]


def chased_today(round: Round, at: datetime | None = None) -> bool:
    last = events.last("round.chased", f"{round.strategy.code}/{round.year}")
    return bool(last and timezone.localdate(last.at) == timezone.localdate(at or timezone.now()))


def rounds_with_work() -> tuple[list[Round], list[Round]]:
    """The open rounds; and the closed ones, in which a correction may be begun. The newest first."""
    rows = list(Round.objects.select_related("strategy").order_by("-year", "strategy__title"))
    return [one for one in rows if one.closed_at is None], [one for one in rows if one.closed_at]


def leaders_of(reports: Iterable[Report]) -> dict[int, list[User]]:
    """By department, who is written to when it is chased."""
    found: dict[int, list[User]] = defaultdict(list)
    leaders = User.objects.filter(
        memberships__role=rules.Role.LEADER,
        memberships__department__in=[report.department_id for report in reports],
        is_active=True,
    )
    for person in leaders.distinct().prefetch_related("memberships"):
        for membership in person.memberships.all():
            if membership.role == rules.Role.LEADER and membership.department_id:
                found[membership.department_id].append(person)
    return found
