"""Cutting an edition: the one way in which a report becomes frozen rows, for acceptance and for import."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from reporting.domain import activities, events, passages, references, text
from reporting.domain.errors import NotPossible
from reporting.domain.publication import reference_of
from reporting.models import (
    Edition,
    EditionActivity,
    EditionAnswer,
    EditionEntry,
    PlannedActivity,
    Report,
    User,
)
from strategy.dates import PartialDate
from strategy.models import Action, DepartmentName


@dataclass(frozen=True, slots=True)
class ActivityAnswer:
    """`activity` and `carried_to` are numbers of planned activities of the action.

    `department`: the code of the predecessor whose plan it was; empty for one's own. While a plan is
    being written its activities have no number yet: then `carried_words` are those of the one it leads to.
    """

    activity: int
    answer: str
    reason: str = ""
    carried_to: int | None = None
    department: str = ""
    carried_words: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where readers can see for themselves. All three as they were typed."""

    address: str = ""
    title: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a report says under one action. `category` and `reason` say why it is not applicable."""

    status: str = ""
    progress: str = ""
    planned: str = ""
    notes: str = ""
    answers: Sequence[ActivityAnswer] = field(default=())
    category: str = ""
    reason: str = ""
    evidence: Sequence[Evidence] = field(default=())

    def is_empty(self) -> bool:
        words = self.status or self.progress or self.planned or self.notes or self.category or self.reason
        return not (words or self.answers or self.evidence)

    def same_as(self, other: "Content") -> bool:
        return self._choices() == other._choices() and all(
            text.same(getattr(self, name), getattr(other, name))
            for name in ("progress", "planned", "notes", "reason")
        )

    def _choices(self) -> tuple[object, ...]:
        return self.status, self.category, tuple(self.answers), tuple(self.evidence)


Contents = Mapping[int, Content]  # by the action's number
Assessments = Mapping[int, tuple[str, str]]  # by the action's number: what the centre judges of it, and why


def contents_of(edition: Edition) -> dict[int, Content]:
    """What the edition says, read back from its rows."""
    own = edition.report.department.code
    entries = edition.entries.select_related("action").prefetch_related(
        "answers__activity__department", "answers__carried_to"
    )
    return {
        entry.action.number: Content(
            entry.status,
            entry.progress,
            entry.planned,
            entry.notes,
            tuple(
                ActivityAnswer(
                    row.activity.number,
                    row.answer,
                    row.reason,
                    row.carried_to.number if row.carried_to else None,
                    "" if row.activity.department.code == own else row.activity.department.code,
                )
                for row in entry.answers.all()
            ),
            entry.category,
            entry.reason,
            tuple(Evidence(**one) for one in entry.evidence),
        )
        for entry in entries
    }


@dataclass(frozen=True, slots=True)
class EntryRows:
    """One entry of an edition with the rows that belong to it."""

    entry: EditionEntry
    activities: Sequence[EditionActivity]
    answers: Sequence[EditionAnswer]


def rows_of(edition: Edition) -> list[EntryRows]:
    """The edition's rows as the database holds them."""
    identity = ("activity__action__strategy", "activity__department")
    carried = ("carried_to__action__strategy", "carried_to__department")
    entries = edition.entries.select_related("action__strategy").prefetch_related(
        Prefetch("activities", EditionActivity.objects.select_related(*identity)),
        Prefetch("answers", EditionAnswer.objects.select_related(*identity, *carried)),
    )
    return [EntryRows(entry, list(entry.activities.all()), list(entry.answers.all())) for entry in entries]


def digest_of(edition: Edition, rows: Sequence[EntryRows]) -> str:
    """Under it stands every column of an edition and of its rows; ids are named by their references."""
    return events.content_digest(
        {
            "edition": reference_of(edition),
            "department": [edition.department_name, edition.department_acronym],
            "nil": edition.nil_reason,
            "note": edition.change_note,
            "known_from": edition.known_from.iso,
            "source": [edition.source_name, edition.source_sha256],
            "cut_at": events.moment(edition.cut_at),
            **({"kind": edition.change_kind} if edition.change_kind else {}),
            "entries": sorted((_entry_content(row) for row in rows), key=lambda row: str(row["action"])),
        }
    )


def _entry_content(row: EntryRows) -> dict[str, Any]:
    entry = row.entry
    # Named only where they are: editions of before they were asked for keep their digest.
    later = {
        "category": entry.category,
        "reason": entry.reason,
        "evidence": entry.evidence,
        "assessment": entry.assessment,
        "assessment_reason": entry.assessment_reason,
    }
    return {name: value for name, value in later.items() if value} | {
        "action": references.action(entry.action.strategy.code, entry.action.number),
        "status": entry.status,
        "progress": entry.progress,
        "planned": entry.planned,
        "notes": entry.notes,
        "activities": sorted([one.statement, _identity(one.activity), one.text] for one in row.activities),
        "answers": sorted(
            [_identity(one.activity), one.answer, one.reason, _identity(one.carried_to) if one.carried_to else ""]
            for one in row.answers
        ),
    }


def _identity(activity: PlannedActivity) -> str:
    action = activity.action
    return references.activity(
        action.strategy.code, action.number, activity.department.code, activity.year, activity.number
    )


@transaction.atomic
def cut_edition(
    *,
    actor: User,
    report: Report,
    contents: Contents,
    assessments: Assessments | None = None,
    known_from: PartialDate | None = None,
    change_note: str = "",
    change_kind: str = "",
    source_name: str = "",
    source_sha256: str = "",
    name_on: PartialDate | None = None,
    at: datetime | None = None,
) -> Edition:
    """Freeze what the report says now. Nothing is public by this: a publication opens its window."""
    at = at or timezone.now()
    known_from = known_from or PartialDate.of_day(timezone.localdate(at))
    kept = {number: content for number, content in contents.items() if not content.is_empty()}
    if not kept and not report.nil_reason:
        raise NotPossible("The report says nothing yet: fill in an action, or give one reason for all.")
    name = _name(report, name_on or PartialDate.of_day(timezone.localdate(at)))
    last = report.editions.order_by("-number").first()
    edition = Edition(
        report=report,
        number=(last.number if last else 0) + 1,
        department_name=name.name,
        department_acronym=name.acronym,
        nil_reason=report.nil_reason,
        change_note=change_note,
        change_kind=change_kind,
        known_from=known_from,
        source_name=source_name,
        source_sha256=source_sha256,
        cut_at=at,
    )
    actions = {action.number: action for action in report.round.strategy.actions.select_related("strategy")}
    rows = [_entry_rows(edition, actions[number], content) for number, content in sorted(kept.items())]
    for row in rows:
        row.entry.assessment, row.entry.assessment_reason = (assessments or {}).get(
            row.entry.action.number, ("", "")
        )
    edition.digest = digest_of(edition, rows)
    edition.save(force_insert=True)
    for row in rows:
        row.entry.save(force_insert=True)
        EditionActivity.objects.bulk_create(row.activities)
        EditionAnswer.objects.bulk_create(row.answers)
    passages.add_entries(edition, [row.entry for row in rows])
    events.record(
        "edition.cut",
        reference_of(edition),
        actor=actor,
        at=at,
        digest=edition.digest,
        entries=len(kept),
        note=change_note,
        source=source_name,
        source_sha256=source_sha256,
    )
    return edition


def _name(report: Report, on: PartialDate) -> DepartmentName:
    """The department's name on that day."""
    names = [row for row in report.department.names.all() if row.since is None or row.since <= on]
    return names[-1] if names else report.department.names.all()[0]


def _entry_rows(edition: Edition, action: Action, content: Content) -> EntryRows:
    """Not saved yet, but for the identities of activities that are new."""
    entry = EditionEntry(
        edition=edition,
        action=action,
        status=content.status,
        progress=content.progress,
        planned=content.planned,
        notes=content.notes,
        category=content.category,
        reason=content.reason,
        evidence=[asdict(one) for one in content.evidence],
    )
    planned = activities.split(content.planned)
    year = edition.report.round.year + 1
    identities = _identities(edition, action, year, [activity.words for activity in planned])
    statements = [
        EditionActivity(entry=entry, activity=identity, statement=activity.statement, text=activity.words)
        for identity, activity in zip(identities, planned, strict=True)
    ]
    return EntryRows(entry, statements, _answer_rows(entry, action, content, statements))


def _identities(edition: Edition, action: Action, year: int, words: list[str]) -> list[PlannedActivity]:
    """The lasting identity of each activity: the one it had in earlier editions, or the next number."""
    known: dict[str, Any] = {"action": action, "department": edition.report.department, "year": year}
    existing = {identity.number: identity for identity in PlannedActivity.objects.filter(**known)}
    latest: dict[int, str] = {}
    for number, was in (
        EditionActivity.objects.filter(activity__in=existing.values())
        .order_by("entry__edition__cut_at", "entry__edition__number")
        .values_list("activity__number", "text")
    ):
        latest[number] = was
    numbers = activities.match(sorted(latest.items()), words)
    free = max(existing, default=0)
    identities = []
    for earlier in numbers:
        if earlier is None:
            free += 1
            identities.append(PlannedActivity.objects.create(**known, number=free))
        else:
            identities.append(existing[earlier])
    return identities


def _answer_rows(
    entry: EditionEntry, action: Action, content: Content, statements: Sequence[EditionActivity]
) -> list[EditionAnswer]:
    """Answers to what was planned for this round's year; a carried one leads to an activity of the next."""
    report = entry.edition.report
    year, own = report.round.year, report.department.code
    of_action = PlannedActivity.objects.filter(action=action, year=year).select_related("department")
    planned = {(row.department.code, row.number): row for row in of_action}
    following = PlannedActivity.objects.filter(action=action, department=report.department, year=year + 1)
    by_number = {row.number: row for row in following}
    rows = []
    for said in content.answers:
        activity = planned.get((said.department or own, said.activity))
        if activity is None:
            raise NotPossible(f"Action {action.number} has no activity {said.activity} planned for {year}.")
        if said.carried_to is not None and said.carried_to not in by_number:
            raise NotPossible(f"Action {action.number} has no activity {said.carried_to} for {year + 1}.")
        carried = by_number.get(said.carried_to or 0) or _of_words(said.carried_words, statements)
        rows.append(
            EditionAnswer(
                entry=entry, activity=activity, answer=said.answer, reason=said.reason, carried_to=carried
            )
        )
    return rows


def _of_words(words: str, statements: Sequence[EditionActivity]) -> PlannedActivity | None:
    """The planned activity that has these words, or the nearest; none where they are gone."""
    if not words.strip():
        return None
    found = activities.match([(1, words)], [statement.text for statement in statements])
    return next((one.activity for one, number in zip(statements, found, strict=True) if number), None)
