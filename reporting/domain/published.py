"""What is public at one moment: the only reading that public pages do.

Every function takes the moment. Nothing here reads drafts, working entries or the state of a report:
only editions and commitment versions inside their windows, rounds, excuses and departments.
Each function is one flat query; what a page shows is put together from them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils import timezone

from reporting.domain import answers, references
from reporting.models import (
    Answer,
    Assessment,
    ChangeKind,
    Edition,
    EditionActivity,
    EditionEntry,
    Publication,
    Round,
    Status,
)
from reporting.models.publication import public_at
from strategy.dates import PartialDate
from strategy.models import ActionWording, CommitmentVersion, Department, MilestoneDate, Strategy


@dataclass(frozen=True, slots=True)
class Body:
    """A department as it is called now."""

    id: int
    code: str
    slug: str
    name: str
    acronym: str
    notice: str
    opened: PartialDate | None
    closed: PartialDate | None


@dataclass(frozen=True, slots=True)
class Wording:
    text: str
    dated: PartialDate
    reason: str
    authority: str


@dataclass(slots=True)
class ActionView:
    id: int
    number: int
    short_name: str
    reference: str
    added_on: PartialDate
    theme: str
    wordings: list[Wording] = field(default_factory=list)

    @property
    def wording(self) -> str:
        return self.wordings[-1].text

    @property
    def due_from(self) -> int:
        return self.added_on.year + 1


@dataclass(frozen=True, slots=True)
class RoundView:
    id: int
    year: int
    due: date | None
    asks_status: bool
    asks_answers: bool

    def is_due(self, at: datetime) -> bool:
        """The last day has passed. Without one, nothing is late, and nothing is still to come either."""
        return self.due is None or timezone.localdate(at) > self.due


@dataclass(slots=True)
class EditionView:
    id: int
    report_id: int
    number: int
    department_id: int
    year: int
    name: str
    acronym: str
    nil_reason: str
    change_note: str
    note: str  # in place of the change note, where it is set
    change_kind: str
    starts: datetime
    ends: datetime | None
    dated: PartialDate
    date_stated: bool
    reference: str = ""
    is_public: bool = False  # in its window; otherwise replaced by another edition, and readable at its address

    @property
    def kind(self) -> str:
        """“Correction, minor”; empty where nobody called it a correction."""
        return f"Correction, {ChangeKind(self.change_kind).label.lower()}" if self.change_kind else ""


@dataclass(slots=True)
class AnswerView:
    answer: str
    label: str
    reason: str
    carried_to: str  # a reference, or ''
    year: int


@dataclass(slots=True)
class ActivityView:
    id: int
    reference: str
    year: int
    number: int
    statement: int
    answer: AnswerView | None = None
    unanswered: bool = False  # its year was reported, answers were asked for, and none was given


@dataclass(frozen=True, slots=True)
class InheritedView:
    """What a report says became of a plan that its predecessor had made."""

    reference: str
    words: str
    answer: AnswerView


@dataclass(slots=True)
class EntryView:
    id: int
    edition_id: int
    department_id: int
    year: int
    action: int
    status: str
    progress: str
    planned: str
    notes: str
    category: str = ""
    reason: str = ""
    evidence: list[dict[str, str]] = field(default_factory=list)  # address, title, date
    assessment: str = ""
    assessment_reason: str = ""
    edition: int = 0  # its number; 0 while it is in none
    activities: list[ActivityView] = field(default_factory=list)
    inherited: list[InheritedView] = field(default_factory=list)

    @property
    def status_label(self) -> str:
        return str(Status(self.status).label) if self.status else ""

    @property
    def assessment_label(self) -> str:
        return str(Assessment(self.assessment).label) if self.assessment else ""


@dataclass(frozen=True, slots=True)
class VersionView:
    department_id: int
    action: int
    number: int
    state: str
    text: str
    category: str
    reason: str
    notes: str
    dated: PartialDate | None
    known_from: PartialDate
    source_address: str
    published: PartialDate
    date_stated: bool
    is_public: bool
    reference: str


Among = int | Collection[int] | None  # the ids of departments whose rows are wanted; None for all


def among(wanted: int | Collection[int]) -> list[int]:
    """One, or several."""
    return [wanted] if isinstance(wanted, int) else list(wanted)


def strategies() -> list[Strategy]:
    return list(Strategy.objects.select_related("owner").order_by("title"))


def bodies(at: datetime) -> dict[int, Body]:
    rows = Department.objects.named(timezone.localdate(at))
    columns: list[Any] = ["id", "code", "slug", "name", "acronym", "notice", "opened", "closed"]
    return {row[0]: Body(*row) for row in rows.values_list(*columns)}


def actions(strategy: Strategy, number: int | None = None) -> dict[int, ActionView]:
    """By number, with all wordings in the order of their dates."""
    rows = ActionWording.objects.filter(action__strategy=strategy)
    if number is not None:
        rows = rows.filter(action__number=number)
    found: dict[int, ActionView] = {}
    for key, short, added, theme, number_, text, dated, reason, authority in rows.order_by(
        "action__number", "dated"
    ).values_list(
        "action_id",
        "action__short_name",
        "action__added_on",
        "action__theme__title",
        "action__number",
        "text",
        "dated",
        "reason",
        "authority",
    ):
        reference = references.action(strategy.code, number_)
        view = found.setdefault(number_, ActionView(key, number_, short, reference, added, theme or ""))
        view.wordings.append(Wording(text, dated, reason, authority))
    return found


def rounds(strategy: Strategy) -> list[RoundView]:
    rows = Round.objects.filter(strategy=strategy).order_by("year")
    return [RoundView(*row) for row in rows.values_list("id", "year", "due", "asks_status", "asks_answers")]


def editions(
    strategy: Strategy | None,
    at: datetime,
    *,
    department: Among = None,
    year: int | Collection[int] | None = None,
    replaced: bool = False,
) -> list[EditionView]:
    """Editions that are public at that moment; with `replaced`, those too that gave way to another one.

    A withdrawn edition is in neither, nor one whose time has not come.
    """
    visible = public_at(at)
    if replaced:
        visible |= Q(publication__starts__lte=at, publication__ending=Publication.Ending.SUPERSEDED)
    rows = Edition.objects.filter(visible)
    if strategy is not None:
        rows = rows.filter(report__round__strategy=strategy)
    if department is not None:
        rows = rows.filter(report__department_id__in=among(department))
    if year is not None:
        rows = rows.filter(report__round__year__in=among(year))
    columns = [
        "id",
        "report_id",
        "number",
        "report__department_id",
        "report__round__year",
        "department_name",
        "department_acronym",
        "nil_reason",
        "change_note",
        "publication__note",
        "change_kind",
        "publication__starts",
        "publication__ends",
        "publication__dated",
        "publication__date_stated",
        "report__round__strategy__code",
        "report__department__code",
    ]
    views = []
    for *row, strategy_code, code in rows.order_by(
        "report__round__year", "publication__starts", "number"
    ).values_list(*columns):
        view = EditionView(*row)
        view.change_note = view.note or view.change_note
        view.reference = references.edition(strategy_code, code, view.year, view.number)
        view.is_public = view.starts <= at and (view.ends is None or at < view.ends)
        views.append(view)
    public_reports = {view.report_id for view in views if view.is_public}
    return [view for view in views if view.report_id in public_reports]


def entries(strategy: Strategy, editions: Iterable[EditionView], *, action: int | None = None) -> list[EntryView]:
    """The rows of these editions."""
    wanted = {edition.id: edition for edition in editions}
    rows = EditionEntry.objects.filter(edition_id__in=list(wanted))
    if action is not None:
        rows = rows.filter(action__number=action)
    return [
        EntryView(row[0], row[1], (of := wanted[row[1]]).department_id, of.year, *row[2:], edition=of.number)
        for row in rows.order_by("action__number", "edition__report__round__year").values_list(
            "id",
            "edition_id",
            "action__number",
            "status",
            "progress",
            "planned",
            "notes",
            "category",
            "reason",
            "evidence",
            "assessment",
            "assessment_reason",
        )
    ]


def add_activities(
    strategy: Strategy,
    entries: Iterable[EntryView],
    answering: Sequence[EditionView],
    rounds: Iterable[RoundView],
    at: datetime,
) -> None:
    """Give each entry the activities that it plans, with the answers that the editions in `answering` give."""
    asking = {one.year for one in rounds if one.asks_answers}
    asked = {(edition.department_id, edition.year) for edition in answering if edition.year in asking}
    by_id = {entry.id: entry for entry in entries}
    found: dict[int, list[ActivityView]] = defaultdict(list)
    rows = EditionActivity.objects.filter(entry_id__in=list(by_id)).order_by("entry", "statement")
    for entry_id, key, year, number, statement, action, code in rows.values_list(
        "entry_id",
        "activity_id",
        "activity__year",
        "activity__number",
        "statement",
        "activity__action__number",
        "activity__department__code",
    ):
        reference = references.activity(strategy.code, action, code, year, number)
        view = ActivityView(key, reference, year, number, statement)
        view.unanswered = (by_id[entry_id].department_id, year) in asked
        by_id[entry_id].activities.append(view)
        found[key].append(view)
    for row in answers.given(found, by_id, [edition.id for edition in answering], at):
        label = str(Answer(row.answer).label)
        said = AnswerView(row.answer, label, row.reason, row.carried_to(strategy), row.said_in)
        for view in found.get(row.activity, []):
            view.answer, view.unanswered = said, False
        if row.by != row.of and row.entry in by_id:
            inherited = InheritedView(row.reference(strategy), row.words or answers.HIDDEN, said)
            by_id[row.entry].inherited.append(inherited)


def versions(
    strategy: Strategy,
    at: datetime,
    *,
    department: Among = None,
    action: int | None = None,
    replaced: bool = False,
) -> dict[tuple[int, int], list[VersionView]]:
    """Commitment versions by department and action; the last of each list is the current one."""
    visible = public_at(at)
    if replaced:
        visible |= Q(publication__starts__lte=at, publication__ending=Publication.Ending.SUPERSEDED)
    rows = CommitmentVersion.objects.filter(visible, commitment__action__strategy=strategy)
    if department is not None:
        rows = rows.filter(commitment__department_id__in=among(department))
    if action is not None:
        rows = rows.filter(commitment__action__number=action)
    found: dict[tuple[int, int], list[VersionView]] = defaultdict(list)
    for row in rows.order_by("known_from", "number").values_list(
        "commitment__department_id",
        "commitment__action__number",
        "number",
        "state",
        "text",
        "category",
        "reason",
        "notes",
        "dated",
        "known_from",
        "source_address",
        "publication__dated",
        "publication__date_stated",
        "publication__starts",
        "publication__ends",
        "commitment__department__code",
    ):
        starts, ends, code = row[13:]
        is_public = starts <= at and (ends is None or at < ends)
        reference = references.version(strategy.code, row[1], code, row[2])
        found[row[0], row[1]].append(VersionView(*row[:13], is_public, reference))
    return {pair: rows for pair, rows in found.items() if any(row.is_public for row in rows)}


def milestones(
    strategy: Strategy, *, action: int, department: int | None = None
) -> list[tuple[str, list[MilestoneDate]]]:
    """The dates promised in an action, and in one department's commitment for it, under each milestone's title."""
    of = Q(milestone__action__number=action, milestone__action__strategy=strategy)
    if department is not None:
        of |= Q(
            milestone__commitment__action__number=action,
            milestone__commitment__action__strategy=strategy,
            milestone__commitment__department_id=department,
        )
    rows = MilestoneDate.objects.filter(of).select_related("milestone").order_by("milestone_id", "number")
    return [
        (title, list(dates))
        for (_, title), dates in groupby(rows, lambda row: (row.milestone_id, row.milestone.title))
    ]
