"""A report that is not public, put into the reading that its public page is made from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone

from reporting.domain import activities, references, working
from reporting.domain.editions import ActivityAnswer, Content
from reporting.domain.published import ActivityView, AnswerView, EditionView, EntryView, InheritedView
from reporting.domain.standing import Standing
from reporting.models import Answer, Report
from reporting.web.access import Desk
from reporting.web.reading import Reading, read
from reporting.web.report import report_context
from strategy.dates import PartialDate


def context(desk: Desk) -> dict[str, Any]:
    report = desk.report
    reading = read(report.round.strategy, timezone.now(), department=report.department_id, replaced=True)
    _put_in(reading, report)
    return report_context(reading, report.department_id)


def _put_in(reading: Reading, report: Report) -> None:
    """In place of the edition of this year that is public, if one is."""
    year, body = report.round.year, report.department_id
    edition = _edition(reading, report)
    contents = working.contents_of_drafts(report)
    reading.all_editions = [one for one in reading.all_editions if one.year != year] + [edition]
    reading.entries = {key: row for key, row in reading.entries.items() if key[2] != year}
    for number, content in contents.items():
        if not content.is_empty():
            reading.entries[body, number, year] = _entry(report, edition, number, content)
    reading.standings[body, year] = Standing("published", edition=edition)
    for number, asked in working.asked(report).items():
        _answer(reading, report, number, asked, contents)


def _edition(reading: Reading, report: Report) -> EditionView:
    body, now = reading.bodies[report.department_id], timezone.now()
    last = report.editions.order_by("number").last()
    number = (last.number if last else 0) + 1
    strategy, year = report.round.strategy.code, report.round.year
    return EditionView(
        id=0,
        report_id=report.pk,
        number=number,
        department_id=body.id,
        year=year,
        name=body.name,
        acronym=body.acronym,
        nil_reason=report.nil_reason,
        change_note=report.change_note,
        note="",
        change_kind=report.change_kind,
        starts=now,
        ends=None,
        dated=PartialDate.of_day(timezone.localdate(now)),
        date_stated=True,
        reference=references.edition(strategy, body.code, year, number),
        is_public=True,
    )


def _entry(report: Report, edition: EditionView, number: int, content: Content) -> EntryView:
    year, strategy = report.round.year, report.round.strategy.code
    entry = EntryView(
        id=-number,
        edition_id=edition.id,
        department_id=report.department_id,
        year=year,
        action=number,
        status=content.status,
        progress=content.progress,
        planned=content.planned,
        notes=content.notes,
        category=content.category,
        reason=content.reason,
        evidence=[{"address": one.address, "title": one.title, "date": one.date} for one in content.evidence],
    )
    for place, activity in enumerate(activities.split(content.planned), start=1):
        reference = references.activity(strategy, number, report.department.code, year + 1, place)
        entry.activities.append(ActivityView(-place, reference, year + 1, place, activity.statement))
    return entry


def _answer(
    reading: Reading, report: Report, number: int, asked: list[working.Asked], contents: Mapping[int, Content]
) -> None:
    """Last year's plan shows the answers that this report gives."""
    year, body = report.round.year, report.department_id
    given = {(one.department, one.activity): one for one in contents.get(number, Content()).answers}
    now = reading.entries.get((body, number, year))
    if now:
        now.inherited = [
            InheritedView(one.reference, one.words, _said(given[one.department, one.number], now, year))
            for one in asked
            if one.department and (one.department, one.number) in given
        ]
    plan = reading.entries.get((body, number, year - 1))
    if plan is None:
        return
    references_of = {one.number: one for one in asked if not one.department}
    shown = []
    for view in plan.activities:
        answer = given.get(("", view.number)) if view.number in references_of else None
        said = _said(answer, now, year) if answer else None
        shown.append(replace(view, answer=said, unanswered=said is None))
    plan.activities = shown


def _said(answer: ActivityAnswer, now: EntryView | None, year: int) -> AnswerView:
    carried = _carried(now, answer.carried_words)
    return AnswerView(answer.answer, str(Answer(answer.answer).label), answer.reason, carried, year)


def _carried(now: EntryView | None, words: str) -> str:
    """The reference that the activity will have."""
    if now is None or not words:
        return ""
    texts = [activity.words for activity in activities.split(now.planned)]
    found = activities.match([(1, words)], texts)
    return next((view.reference for view, number in zip(now.activities, found, strict=True) if number), "")
