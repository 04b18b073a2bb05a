"""What stands beside somebody's text on the page: what was promised, and help from the text itself."""

from dataclasses import dataclass

from django.utils import timezone

from reporting.domain import advice, checking, published, references, working
from reporting.domain.advice import Remark, Text
from reporting.domain.checking import Note
from reporting.domain.editions import Content
from reporting.domain.filing import Draft
from reporting.domain.published import VersionView
from reporting.domain.similarity import Place
from reporting.models import Category, DraftSave, Entry, Report, Status
from reporting.web.access import Desk
from strategy.models import Action, CommitmentVersion


@dataclass(frozen=True, slots=True)
class Promised:
    wording: str
    version: VersionView | None
    reference: str


def promised(report: Report, action: Action) -> Promised:
    """The action as it is worded now, and the department's commitment to it as readers see it."""
    strategy, body = report.round.strategy, report.department
    versions = published.versions(strategy, timezone.now(), department=body.pk, action=action.number)
    current = [row for row in versions.get((body.pk, action.number), []) if row.is_public]
    return Promised(
        published.actions(strategy, action.number)[action.number].wording,
        current[-1] if current else None,
        references.pair(strategy.code, action.number, body.code),
    )


def not_applicable_before(before: Content | None, version: VersionView | None) -> tuple[str, str] | None:
    """Category and reason of the report of the year before; otherwise of the commitment."""
    if before and before.reason:
        return before.category, before.reason
    if version and version.state == CommitmentVersion.State.NOT_APPLICABLE:
        return version.category if version.category in Category.values else "", version.reason
    return None


def texts_of(number: int, year: int, now: Draft | DraftSave | None, before: Content | None) -> list[Text]:
    """This year's two boxes and the two of the year before; a plan bears the year it is made for."""
    found = []
    if now:
        found += [
            Text(Place(number, year, "progress"), now.progress),
            Text(Place(number, year + 1, "planned"), now.planned),
        ]
    if before:
        found += [
            Text(Place(number, year - 1, "progress"), before.progress),
            Text(Place(number, year, "planned"), before.planned),
        ]
    return found


def _texts(desk: Desk, action: Action | None, draft: Draft | None) -> list[Text]:
    """Of every entry that this person sees; of `action` what `draft` says."""
    report = desk.report
    before, entries = working.last_year(report), working.entries_of(report)
    found = []
    for one in working.due_actions(report):
        if not desk.sees(one):
            continue
        entry: Entry | None = entries.get(one.number)
        now = draft if action and one.number == action.number else (entry.head if entry else None)
        found += texts_of(one.number, report.round.year, now, before.get(one.number))
    return found


def remarks(desk: Desk, action: Action, draft: Draft) -> list[Remark]:
    if draft.status == Status.NOT_APPLICABLE:
        return []
    year = desk.report.round.year
    about = [Place(action.number, year, "progress"), Place(action.number, year + 1, "planned")]
    found = advice.remarks(_texts(desk, action, draft), about)
    return [*found, *advice.vague(Text(about[1], draft.planned), _own_names(desk))]


def _own_names(desk: Desk) -> list[str]:
    """The department itself is no owner: the whole report is its."""
    names = desk.report.department.names.values_list("name", "acronym")
    return [one for pair in names for one in pair]


def notes(desk: Desk, action: Action, draft: Draft) -> list[Note]:
    planned = working.asked(desk.report).get(action.number, [])
    save = DraftSave(**draft.fields())
    return checking.notes_of(action.number, working.content_of(save), planned)


@dataclass(frozen=True, slots=True)
class Hint:
    """Worth a look before sign-off: an action, the part of its page, and a sentence."""

    number: int
    field: str
    sentence: str


def warnings(desk: Desk) -> list[Hint]:
    """Of the whole report, in the order of its actions."""
    report, year = desk.report, desk.report.round.year
    asked, entries = working.asked(report), working.entries_of(report)
    actions = working.due_actions(report)
    about = [
        place
        for action in actions
        for place in (Place(action.number, year, "progress"), Place(action.number, year + 1, "planned"))
    ]
    texts = _texts(desk, None, None)
    said, own_names = [*advice.remarks(texts, about)], _own_names(desk)
    for text in texts:
        if text.place.kind == "planned" and text.place.year == year + 1:
            said += advice.vague(text, own_names)
    found = [Hint(one.place.action, one.place.kind, one.sentence) for one in said]
    for action in actions:
        entry = entries.get(action.number)
        content = working.content_of(entry.head) if entry and entry.head else Content()
        for note in checking.notes_of(action.number, content, asked.get(action.number, [])):
            found.append(Hint(note.action, note.field, note.sentence + "."))
    return sorted(found, key=lambda one: one.number)
