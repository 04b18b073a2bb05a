"""Opening and closing the yearly rounds. A round makes one report for every body that is due."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from reporting import rules
from reporting.domain import events, mail
from reporting.domain.errors import NotPossible
from reporting.models import Membership, Report, Round, User
from strategy.models import Department, Strategy


def due_departments(strategy: Strategy, on: date) -> QuerySet[Department]:
    """Who reports on this strategy: its owner, its listed departments, or every one that is open."""
    if strategy.mode != Strategy.Mode.EVERY:
        return Department.objects.filter(owned_strategies=strategy)
    day = on.isoformat()
    departments = Department.objects.filter(Q(opened=None) | Q(opened__lte=day)).filter(
        Q(closed=None) | Q(closed__gt=day)
    )
    if strategy.departments.exists():
        departments = departments.filter(strategies=strategy)
    return departments.order_by("code")


@transaction.atomic
def open_round(
    *,
    actor: User,
    strategy: Strategy,
    year: int,
    due: date | None = None,
    asks_status: bool = True,
    asks_answers: bool = True,
    bodies_on: date | None = None,
    at: datetime | None = None,
) -> Round:
    """The digital leaders of those who are due are told.

    `bodies_on`: the day whose departments are due; without it, the day of opening.
    """
    at = at or timezone.now()
    if strategy.rounds.filter(year=year).exists():
        raise NotPossible(f"The {year} round of {strategy.code} is already open or closed: choose another year.")
    new = Round.objects.create(
        strategy=strategy, year=year, opened_at=at, due=due, asks_status=asks_status, asks_answers=asks_answers
    )
    departments = list(due_departments(strategy, bodies_on or timezone.localdate(at)))
    if not departments:
        raise NotPossible(f"No department is due to report on {strategy.code}: add departments first.")
    Report.objects.bulk_create(Report(round=new, department=department) for department in departments)
    event = events.record(
        "round.opened",
        f"{strategy.code}/{year}",
        actor=actor,
        at=at,
        due=due.isoformat() if due else None,
        asks_status=asks_status,
        asks_answers=asks_answers,
        departments=[department.code for department in departments],
    )
    leaders = User.objects.filter(memberships__department__in=departments, memberships__role=Membership.Role.LEADER)
    mail.write("round_opened", leaders, event=event, round=new.pk)
    return new


@transaction.atomic
def open_history(*, actor: User, strategy: Strategy, year: int, at: datetime | None = None) -> Round:
    """A round that a published document speaks of: opened and closed at once, nothing in it is late."""
    found = strategy.rounds.filter(year=year).first()
    if found:
        return found
    at = at or timezone.now()
    with mail.nobody_is_told():
        past = open_round(
            actor=actor,
            strategy=strategy,
            year=year,
            asks_status=False,
            asks_answers=False,
            bodies_on=date(year, 12, 31),
            at=at,
        )
    return close_round(actor=actor, round=past, at=at)


def _lock(round: Round) -> Round:
    """As it is now, for one writer at a time."""
    return Round.objects.select_for_update(of=("self",)).select_related("strategy").get(pk=round.pk)


@transaction.atomic
def close_round(*, actor: User, round: Round, at: datetime | None = None) -> Round:
    round = _lock(round)
    if round.closed_at:
        raise NotPossible(f"The {round.year} round of {round.strategy.code} is already closed.")
    round.closed_at = at or timezone.now()
    round.save(update_fields=["closed_at"])
    events.record("round.closed", f"{round.strategy.code}/{round.year}", actor=actor, at=at)
    return round


@transaction.atomic
def change_due(*, actor: User, round: Round, due: date | None, note: str = "", at: datetime | None = None) -> Round:
    """With a note to everybody in a department that has not signed off."""
    round = _lock(round)
    before, round.due = round.due, due
    round.save(update_fields=["due"])
    days = {"before": before.isoformat() if before else None, "due": due.isoformat() if due else None}
    said = {"note": note} if note else {}
    subject = f"{round.strategy.code}/{round.year}"
    event = events.record("round.due_changed", subject, actor=actor, at=at, **days, **said)
    waiting = round.reports.filter(state__in=rules.EDITABLE)
    concerned = User.objects.filter(memberships__department__reports__in=waiting)
    mail.write_each(
        "deadline_changed", [(one, {"round": round.pk, "note": note, **days}) for one in concerned], event=event
    )
    return round


@transaction.atomic
def report_of(*, actor: User, round: Round, department: Department, at: datetime | None = None) -> Report:
    """The department's report in the round; made, with its event, where it was not due when the round opened."""
    found = Report.objects.filter(round=round, department=department).first()
    if found:
        return found
    report = Report.objects.create(round=round, department=department)
    events.record("report.added", f"{round.strategy.code}/{department.code}/{round.year}", actor=actor, at=at)
    return report
