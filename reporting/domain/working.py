"""What a report says while it is being worked on, and what it is asked about. Nothing here changes anything."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from reporting.domain import events, references
from reporting.domain.editions import ActivityAnswer, Content, Evidence, contents_of
from reporting.models import Comment, DraftSave, Edition, EditionActivity, Entry, Report
from reporting.models.publication import public_at
from strategy.models import Action


def due_actions(report: Report) -> list[Action]:
    """An action is due from the calendar year after it was added."""
    actions = Action.objects.filter(strategy=report.round.strategy).select_related("theme", "strategy")
    return [action for action in actions if action.due_from <= report.round.year]


def entries_of(report: Report) -> dict[int, Entry]:
    """Those that somebody has begun, by the action's number, with their head and its author."""
    rows = Entry.objects.filter(report=report).select_related("action__strategy", "head__author")
    return {entry.action.number: entry for entry in rows}


def content_of(save: DraftSave) -> Content:
    """What a save says, without what nobody answered."""
    answers = (
        ActivityAnswer(
            row["activity"],
            row["answer"],
            row.get("reason", ""),
            row.get("carried_to"),
            row.get("department", ""),
            row.get("carried_words", "") if row["answer"] == "carried_forward" else "",
        )
        for row in save.answers
        if row.get("answer")
    )
    applies = save.status != "not_applicable"
    return Content(
        save.status,
        save.progress,
        save.planned,
        save.notes,
        tuple(sorted(answers, key=lambda one: (one.department, one.activity))),
        "" if applies else save.category,
        "" if applies else save.reason,
        tuple(Evidence(**row) for row in save.evidence if any(value.strip() for value in row.values())),
    )


def contents_of_drafts(report: Report) -> dict[int, Content]:
    """What the working entries say now, in the shape that an edition is cut from. A nil report has no entries."""
    if report.nil_reason:
        return {}
    return {number: content_of(entry.head) for number, entry in entries_of(report).items() if entry.head}


def open_conflicts(entries: Iterable[Entry]) -> dict[int, list[DraftSave]]:
    """By entry, the saves beside the head that nobody has settled: of a row of one's own, the last."""
    rows = (
        DraftSave.objects.filter(entry__in=list(entries), beside=True, settled_by=None)
        .exclude(followers__beside=True)
        .select_related("author", "base")
        .order_by("saved_at")
    )
    found: dict[int, list[DraftSave]] = defaultdict(list)
    for save in rows:
        found[save.entry_id].append(save)
    return found


def comments_on(report: Report) -> dict[int, list[Comment]]:
    """What came back with the return that waits for an answer, by the action's number."""
    if report.state != Report.State.RETURNED:
        return {}
    subject = references.report(report.round.strategy.code, report.department.code, report.round.year)
    returned = events.last("report.returned", subject)
    found: dict[int, list[Comment]] = defaultdict(list)
    if returned:
        sent = Comment.objects.filter(entry__report=report, sent_at=returned.at)
        for comment in sent.select_related("author", "entry__action"):
            found[comment.entry.action.number].append(comment)
    return found


# The year before ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A planned activity that the report is asked about."""

    reference: str
    department: str  # the predecessor's code; empty for the department's own
    number: int
    words: str

    @property
    def key(self) -> str:
        """Its part of a form's field names."""
        return f"{self.department or 'own'}-{self.number}"


def last_edition(report: Report, department: int | None = None) -> Edition | None:
    """The newest edition of the report of the year before; of another department only one that is public."""
    rows = Edition.objects.filter(
        report__round__strategy=report.round.strategy_id,
        report__round__year=report.round.year - 1,
        report__department=department or report.department_id,
    )
    if department not in {None, report.department_id}:
        rows = rows.filter(public_at(timezone.now()))
    return rows.select_related("report__department", "report__round__strategy").order_by("number").last()


def _inherited(report: Report) -> list[int]:
    """Predecessors that have no report of their own in this round: somebody has to answer for their plans."""
    old = report.department.predecessors.values_list("old", flat=True)
    reporting = Report.objects.filter(round=report.round, department__in=list(old))
    return [one for one in old if one not in set(reporting.values_list("department", flat=True))]


def asked(report: Report) -> dict[int, list[Asked]]:
    """By the action's number, what was planned for the round's year; nothing where answers aren't asked for."""
    if not report.round.asks_answers:
        return {}
    bodies = [report.department_id, *_inherited(report)]
    editions = [edition for edition in (last_edition(report, body) for body in bodies) if edition]
    rows = EditionActivity.objects.filter(entry__edition__in=editions).select_related(
        "activity__action", "activity__department"
    )
    found: dict[int, list[Asked]] = defaultdict(list)
    code, year = report.round.strategy.code, report.round.year
    for row in rows.order_by("activity__action__number", "activity__department__code", "statement"):
        body, number = row.activity.department, row.activity.action.number
        found[number].append(
            Asked(
                references.activity(code, number, body.code, year, row.activity.number),
                "" if body.pk == report.department_id else body.code,
                row.activity.number,
                row.text,
            )
        )
    return found


def last_year(report: Report) -> dict[int, Content]:
    """What the department said the year before, by the action's number."""
    edition = last_edition(report)
    return contents_of(edition) if edition else {}
