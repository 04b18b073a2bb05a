"""Verbs on the bodies that report."""

from datetime import datetime

from django.db import transaction

from reporting.domain import events
from reporting.domain.errors import NotPossible
from reporting.models import User
from strategy.dates import PartialDate
from strategy.models import Department, DepartmentName, Succession


@transaction.atomic
def add_department(
    *,
    actor: User,
    code: str,
    slug: str,
    name: str,
    acronym: str = "",
    opened: PartialDate | None = None,
    notice: str = "",
    at: datetime | None = None,
) -> Department:
    if Department.objects.filter(code__iexact=code).exists():
        raise NotPossible(f"The code {code} belongs to another department: codes are never reused.")
    if Department.objects.filter(slug=slug).exists():
        raise NotPossible(f"The address {slug} belongs to another department: choose another slug.")
    department = Department.objects.create(code=code, slug=slug, opened=opened, notice=notice)
    DepartmentName.objects.create(department=department, name=name, acronym=acronym or code)
    events.record("department.added", code, actor=actor, at=at, slug=slug, name=name, acronym=acronym or code)
    return department


@transaction.atomic
def rename_department(
    *,
    actor: User,
    department: Department,
    name: str,
    acronym: str,
    since: PartialDate,
    at: datetime | None = None,
) -> DepartmentName:
    """From that date on. What was filed before keeps the name it was filed under."""
    if department.names.filter(since__gte=since.iso).exists():
        raise NotPossible(f"{department.code} already has a name from {since} or later: choose a later date.")
    new = DepartmentName.objects.create(department=department, name=name, acronym=acronym, since=since)
    events.record(
        "department.renamed", department.code, actor=actor, at=at, name=name, acronym=acronym, since=since.iso
    )
    return new


@transaction.atomic
def close_department(
    *, actor: User, department: Department, closed: PartialDate, at: datetime | None = None
) -> Department:
    if department.closed:
        raise NotPossible(f"{department.code} was already closed, on {department.closed}.")
    department.closed = closed
    department.save(update_fields=["closed"])
    events.record("department.closed", department.code, actor=actor, at=at, closed=closed.iso)
    return department


@transaction.atomic
def record_succession(
    *,
    actor: User,
    old: Department,
    new: Department,
    on: PartialDate,
    kind: str,
    at: datetime | None = None,
) -> Succession:
    if Succession.objects.filter(old=old, new=new).exists():
        raise NotPossible(f"That {new.code} succeeds {old.code} is already recorded.")
    succession = Succession.objects.create(old=old, new=new, on=on, kind=kind)
    events.record("department.succeeded", old.code, actor=actor, at=at, new=new.code, on=on.iso, kind=kind)
    return succession


@transaction.atomic
def set_department_notice(
    *, actor: User, department: Department, notice: str, at: datetime | None = None
) -> Department:
    department.notice = notice
    department.save(update_fields=["notice"])
    events.record("department.notice_set", department.code, actor=actor, at=at, notice=notice)
    return department
