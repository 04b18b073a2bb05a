"""What a department does with its report: save, mark as ready, sign off, recall."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from reporting import rules
from reporting.domain import checking, events, mail, references
from reporting.domain.errors import NotPossible
from reporting.domain.working import due_actions
from reporting.models import ChangeKind, Coverage, DraftSave, Entry, Report, User
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


@dataclass(frozen=True, slots=True)
class Draft:
    """What one save holds: as it was typed, complete or not, never judged."""

    status: str = ""
    progress: str = ""
    planned: str = ""
    notes: str = ""
    answers: Sequence[Mapping[str, Any]] = ()  # activity, department, answer, reason, carried_to or carried_words
    category: str = ""
    reason: str = ""
    evidence: Sequence[Mapping[str, str]] = ()  # address, title, date

    def fields(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in TEXT_FIELDS}
        rows = {"answers": [dict(row) for row in self.answers], "evidence": [dict(row) for row in self.evidence]}
        return plain | rows


TEXT_FIELDS = ("status", "progress", "planned", "notes", "category", "reason")


def digest_of(fields: Mapping[str, Any]) -> str:
    """Of what a save holds. What later versions of the form ask for is named only where it is given."""
    later = {"category", "reason", "evidence"}
    return events.content_digest({name: value for name, value in fields.items() if value or name not in later})


def draft_of(save: DraftSave | None) -> Draft:
    if save is None:
        return Draft()
    return Draft(**{name: getattr(save, name) for name in (*TEXT_FIELDS, "answers", "evidence")})


@transaction.atomic
def save_draft(
    *,
    author: User,
    report: Report,
    action: Action,
    base: DraftSave | None = None,
    save_id: uuid.UUID | None = None,
    settles: DraftSave | None = None,
    ready: bool | None = None,
    at: datetime | None = None,
    **said: Any,
) -> DraftSave:
    """Keep one save. Where its base is no longer the head it is kept beside it: a conflict, nothing lost.

    `said`: the fields of Draft. A repeated `save_id` with the same words is the same save; with other words
    it follows the first. `settles`: the save beside the head that this one was chosen or merged from.
    `ready` marks the entry, unless the save was kept beside; None leaves the mark.
    """
    report = lock(report)
    if not rules.may_edit(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: it can't be edited now.")
    fields = Draft(**said).fields()
    digest = digest_of(fields)
    entry, _ = Entry.objects.select_related("head").get_or_create(report=report, action=action)
    base = base if base and base.entry_id == entry.pk else None
    if settles is None and entry.head and entry.head.digest == digest:
        _mark(entry, ready, report=report, action=action, author=author, at=at)
        return entry.head  # nothing was changed: there is nothing new to keep
    earlier = DraftSave.objects.filter(pk=save_id).first() if save_id else None
    if earlier and earlier.entry_id != entry.pk:
        earlier, save_id = None, None  # somebody else's id: these words are new all the same
    if save_id and earlier:
        if same := _same(earlier, entry, digest, author):
            _mark(entry, ready, report=report, action=action, author=author, at=at)
            return same
        # From a page that was gone back to: other words follow, under an id that comes from both.
        base = entry.head if _wrote(author, entry.head) else earlier
        save_id = uuid.uuid5(save_id, f"{digest} {entry.head_id} {author.pk}")
    save = DraftSave(
        id=save_id or uuid.uuid4(),
        entry=entry,
        base=base,
        author=author,
        saved_at=at or timezone.now(),
        beside=not _follows(entry, base, digest),
        settles=settles if settles and settles.entry_id == entry.pk else None,
        digest=digest,
        **fields,
    )
    save.save(force_insert=True)
    if not save.beside:
        entry.head = save
        entry.save(update_fields=["head"])
        _mark(entry, ready, report=report, action=action, author=author, at=at)
    if report.state == State.NOT_STARTED:
        report.state = State.DRAFT
        report.save(update_fields=["state"])
    return save


def _follows(entry: Entry, base: DraftSave | None, digest: str) -> bool:
    """Whether it was made from what stands there, or says the same."""
    if entry.head is None:
        return True
    return entry.head.digest in {digest, base.digest if base else None}


def _wrote(author: User, save: DraftSave | None) -> bool:
    return save is not None and save.author_id == author.pk


def _same(earlier: DraftSave, entry: Entry, digest: str, author: User) -> DraftSave | None:
    """The save that this one repeats, because no answer had come; none where its author goes back to old words."""
    if earlier.digest != digest:
        again = DraftSave.objects.filter(entry=entry, base=earlier, digest=digest, author=author)
        return again.filter(beside=True).first()
    if earlier.beside or entry.head == earlier or not _wrote(author, entry.head):
        return earlier
    return None


def _mark(
    entry: Entry, ready: bool | None, *, report: Report, action: Action, author: User, at: datetime | None
) -> None:
    """As its author says, where they say anything and it is not so already."""
    if ready is not None and ready != entry.ready:
        mark_ready(actor=author, report=report, action=action, ready=ready, at=at)


@transaction.atomic
def mark_ready(
    *, actor: User, report: Report, action: Action, ready: bool = True, at: datetime | None = None
) -> None:
    report = lock(report)
    entry = Entry.objects.filter(report=report, action=action).first()
    if entry is None or entry.head is None or not rules.may_edit(report):
        raise NotPossible(f"Action {action.number} of {reference(report)} can't be marked now: save it first.")
    entry.ready = ready
    entry.save(update_fields=["ready"])
    events.record(
        "entry.ready" if ready else "entry.not_ready",
        f"{reference(report)}/{action.number}",
        actor=actor,
        at=at,
        digest=entry.head.digest,
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
def unset_nil(*, actor: User, report: Report, at: datetime | None = None) -> Report:
    """Report on each action after all. What was written under them is still there."""
    report = lock(report)
    if not rules.may_edit(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: it can't be edited now.")
    if report.nil_reason:
        report.nil_reason = ""
        report.save(update_fields=["nil_reason"])
        events.record("report.not_nil", reference(report), actor=actor, at=at)
    return report


@transaction.atomic
def cover(*, actor: User, report: Report, department: Department, at: datetime | None = None) -> Coverage:
    """This report answers for that body too."""
    coverage, made = Coverage.objects.get_or_create(report=report, department=department)
    if made:
        events.record("report.covers", reference(report), actor=actor, at=at, department=department.code)
    return coverage


@transaction.atomic
def sign_off(*, actor: User, report: Report, seen: str | None = None, at: datetime | None = None) -> Report:
    """Send it to the centre, with a copy to who signed off. What it says stands under the event's digest.

    `seen`: that digest as it was when the report was read; refused where it is another one now.
    """
    report = lock(report)
    at = at or timezone.now()
    digest = digest_of_report(report)
    if rules.may_sign_off(report) and seen not in {None, digest}:
        raise NotPossible("Somebody saved an entry while you were reading: read it again, then sign off.")
    if not rules.may_sign_off(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: it can't be signed off now.")
    if missing := unready(report):
        numbers = ", ".join(str(action.number) for action in missing)
        raise NotPossible(f"Mark these actions as ready before you sign off: {numbers}.")
    if wrong := checking.problems(report):
        raise NotPossible(" ".join(str(problem) for problem in wrong))
    if is_correction(report) and not report.change_note.strip():
        raise NotPossible("Say what the correction changes: readers are told.")
    report.state, report.submitted_by, report.submitted_at = State.SUBMITTED, actor, at
    report.accepted_by = report.accepted_at = None
    report.save()
    event = events.record("report.signed_off", reference(report), actor=actor, at=at, digest=digest)
    mail.write("report_signed_off", [actor], event=event, report=report.pk, nil=report.nil_reason)
    return report


def is_correction(report: Report) -> bool:
    """Readers had an edition of it, or will at a time that is set: what is signed off comes in its place."""
    had = Q(publication__ends=None) | Q(publication__ends__gt=F("publication__starts"))
    return report.editions.filter(had, publication__isnull=False).exists()


@transaction.atomic
def describe_change(
    *, actor: User, report: Report, note: str, kind: str = ChangeKind.MINOR, at: datetime | None = None
) -> Report:
    """What readers are told of a correction, and whether it is a minor or a major one."""
    report = lock(report)
    if not (rules.may_sign_off(report) and is_correction(report)):
        raise NotPossible(
            f"{reference(report)} is no correction that is being written: there is nothing to describe."
        )
    if not note.strip():
        raise NotPossible("Say what the correction changes: readers are told.")
    if kind not in ChangeKind.values:
        raise NotPossible("Say whether the correction is minor or major.")
    if (report.change_note, report.change_kind) != (note, kind):
        report.change_note, report.change_kind = note, kind
        report.save(update_fields=["change_note", "change_kind"])
        events.record("report.change_described", reference(report), actor=actor, at=at, note=note, kind=kind)
    return report


def digest_of_report(report: Report) -> str:
    """Of what it says now: the nil reason, and the digest of each entry's head."""
    heads = Entry.objects.filter(report=report, head__isnull=False).order_by("action__number")
    rows = [list(row) for row in heads.values_list("action__number", "head__digest")]
    return events.content_digest([report.nil_reason, *rows])


@transaction.atomic
def recall(*, actor: User, report: Report, at: datetime | None = None) -> Report:
    report = lock(report)
    if not rules.may_recall(report):
        raise NotPossible(f"{reference(report)} is {report.get_state_display()}: only a submitted one comes back.")
    report.state = State.DRAFT
    report.save(update_fields=["state"])
    events.record("report.recalled", reference(report), actor=actor, at=at)
    return report
