"""What a department does with its report: save, mark as ready, sign off, recall."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from reporting import rules
from reporting.domain import events, references
from reporting.domain.editions import ActivityAnswer, Content
from reporting.domain.errors import NotPossible
from reporting.models import Coverage, DraftSave, Entry, Report, User
from strategy.models import Action, Department

State = Report.State


def reference(report: Report) -> str:
    return references.report(report.round.strategy.code, report.department.code, report.round.year)


def lock(report: Report) -> Report:
    """The report, fresh and locked until the transaction ends, with what its reference needs."""
    return (
        Report.objects.select_for_update(of=("self",))
        .select_related("round__strategy", "department")
        .get(pk=report.pk)
    )


def due_actions(report: Report) -> list[Action]:
    """An action is due from the calendar year after it was added."""
    actions = Action.objects.filter(strategy=report.round.strategy)
    return [action for action in actions if action.due_from <= report.round.year]


@transaction.atomic
def save_draft(
    *,
    author: User,
    report: Report,
    action: Action,
    status: str = "",
    progress: str = "",
    planned: str = "",
    notes: str = "",
    answers: Sequence[Mapping[str, Any]] = (),
    base: DraftSave | None = None,
    save_id: uuid.UUID | None = None,
    at: datetime | None = None,
) -> DraftSave:
    """Keep one save. Where its base is no longer the head it is kept beside it: a conflict, nothing lost.

    `answers`: mappings with activity, answer, reason and carried_to. A repeated `save_id` is the same save.
    """
    report = lock(report)
    if not rules.may_edit(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: it can't be edited now.")
    save_id = save_id or uuid.uuid4()
    if repeated := DraftSave.objects.filter(pk=save_id).first():
        return repeated
    entry, _ = Entry.objects.get_or_create(report=report, action=action)
    fields: dict[str, Any] = {
        "status": status,
        "progress": progress,
        "planned": planned,
        "notes": notes,
        "answers": [dict(answer) for answer in answers],
    }
    save = DraftSave(
        id=save_id,
        entry=entry,
        base=base,
        author=author,
        saved_at=at or timezone.now(),
        digest=events.content_digest(fields),
        **fields,
    )
    save.save(force_insert=True)
    if entry.head_id is None or (base is not None and base.pk == entry.head_id):
        entry.head = save
        entry.save(update_fields=["head"])
    if report.state == State.NOT_STARTED:
        report.state = State.DRAFT
        report.save(update_fields=["state"])
    return save


@transaction.atomic
def mark_ready(
    *, actor: User, report: Report, action: Action, ready: bool = True, at: datetime | None = None
) -> None:
    report = lock(report)
    entry = Entry.objects.filter(report=report, action=action).first()
    if entry is None or not rules.may_edit(report):
        raise NotPossible(f"Action {action.number} of {reference(report)} can't be marked now: save it first.")
    entry.ready = ready
    entry.save(update_fields=["ready"])
    events.record(
        "entry.ready" if ready else "entry.not_ready",
        f"{reference(report)}/{action.number}",
        actor=actor,
        at=at,
        digest=entry.head.digest if entry.head else "",
    )


def unready(report: Report) -> list[Action]:
    """The actions that keep the report from being signed off."""
    if report.nil_reason:
        return []
    ready = set(Entry.objects.filter(report=report, ready=True).values_list("action_id", flat=True))
    return [action for action in due_actions(report) if action.pk not in ready]


@transaction.atomic
def set_nil(*, actor: User, report: Report, reason: str, at: datetime | None = None) -> Report:
    """One reason stands for all actions."""
    report = lock(report)
    if not rules.may_edit(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: it can't be edited now.")
    if not reason.strip():
        raise NotPossible("Give the one reason that stands for all actions.")
    report.nil_reason = reason
    report.state = State.DRAFT if report.state == State.NOT_STARTED else report.state
    report.save(update_fields=["nil_reason", "state"])
    events.record("report.nil", reference(report), actor=actor, at=at, reason=reason)
    return report


@transaction.atomic
def cover(*, actor: User, report: Report, department: Department, at: datetime | None = None) -> Coverage:
    """This report answers for that body too."""
    coverage, made = Coverage.objects.get_or_create(report=report, department=department)
    if made:
        events.record("report.covers", reference(report), actor=actor, at=at, department=department.code)
    return coverage


@transaction.atomic
def sign_off(*, actor: User, report: Report, at: datetime | None = None) -> Report:
    at = at or timezone.now()
    report = lock(report)
    if not rules.may_sign_off(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: it can't be signed off now.")
    if missing := unready(report):
        numbers = ", ".join(str(action.number) for action in missing)
        raise NotPossible(f"Mark these actions as ready before you sign off: {numbers}.")
    report.state, report.submitted_by, report.submitted_at = State.SUBMITTED, actor, at
    report.accepted_by = report.accepted_at = None
    report.save()
    events.record("report.signed_off", reference(report), actor=actor, at=at)
    return report


@transaction.atomic
def recall(*, actor: User, report: Report, at: datetime | None = None) -> Report:
    report = lock(report)
    if not rules.may_recall(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: only a submitted one comes back.")
    report.state = State.DRAFT
    report.save(update_fields=["state"])
    events.record("report.recalled", reference(report), actor=actor, at=at)
    return report


def contents_of_drafts(report: Report) -> dict[int, Content]:
    """What the working entries say now, in the shape that an edition is cut from."""
    entries = Entry.objects.filter(report=report).select_related("head", "action")
    return {
        entry.action.number: Content(
            entry.head.status,
            entry.head.progress,
            entry.head.planned,
            entry.head.notes,
            tuple(
                ActivityAnswer(row["activity"], row["answer"], row.get("reason", ""), row.get("carried_to"))
                for row in sorted(entry.head.answers, key=lambda row: row["activity"])
            ),
        )
        for entry in entries
        if entry.head
    }
