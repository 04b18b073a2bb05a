"""Two to four departments of one year, or two years of one department, side by side."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from markupsafe import Markup

from reporting.domain import comparing, past
from reporting.domain.comparing import Chosen, Column, Comparison, Difference
from reporting.domain.published import ActionView, EntryView
from reporting.public.asked import number, numbers
from reporting.public.forms import CompareForm
from reporting.web import marking, text
from reporting.web.access import strategy_or_404
from reporting.web.pages import public, show


@dataclass(slots=True)
class Side:
    """What one column says of an action."""

    column: Column
    entry: EntryView | None
    story: str  # its address
    progress: Markup
    planned: Markup


@dataclass(slots=True)
class Row:
    action: ActionView
    sides: list[Side]
    progress: Difference | None = None  # between two years
    planned: Difference | None = None


@public
def page(request: HttpRequest, strategy: str, *, at: datetime) -> HttpResponse:
    asked = request.GET
    chosen = Chosen(
        departments=tuple(asked.getlist("department")),
        years=tuple(numbers(asked, "year")),
        theme=asked.get("theme", ""),
        action=number(asked, "action"),
        after=number(asked, "after"),
    )
    found = comparing.read(strategy_or_404(strategy), past.seen(asked.get("as_at", ""), at), chosen)
    of = found.strategy
    here = reverse("compare", args=[of.slug])
    rows = [_row(found, action, entries) for action, entries in found.rows]
    context = {
        "found": found,
        "seen": found.seen,
        "form": CompareForm(found),
        "rows": rows,
        "has_marks": any("<mark" in side.progress + side.planned for row in rows for side in row.sides),
        "has_differences": any(one and one.pieces for row in rows for one in (row.progress, row.planned)),
        "passage": comparing.PASSAGE,
        "now": f"{here}{_query(found, as_at='')}",
        "first": f"{here}{_query(found, after=0)}",
        "after": f"{here}{_query(found, after=found.after)}" if found.after else "",
    }
    crumbs = [("Home", reverse("home")), (of.title, reverse("strategy", args=[of.slug]))]
    return show(request, "public/compare.html", context, crumbs=crumbs, section="strategies", notice=of.notice)


def _query(found: Comparison, **other: object) -> str:
    asked, day = found.asked, found.seen.day
    parts = {
        "department": asked.departments,
        "year": asked.years,
        "theme": asked.theme,
        "action": asked.action,
        "as_at": day.isoformat() if day else "",
        "after": asked.after,
    }
    given = {name: value for name, value in {**parts, **other}.items() if value}
    return f"?{urlencode(given, doseq=True)}" if given else ""


def _row(found: Comparison, action: ActionView, entries: list[EntryView | None]) -> Row:
    sides = [_side(found, action, column, entry) for column, entry in zip(found.columns, entries, strict=True)]
    if found.is_of_years:
        before, after = (side.entry for side in sides)
        if before and after:
            progress = comparing.difference(before.progress, after.progress)
            return Row(action, sides, progress, comparing.difference(before.planned, after.planned))
    else:
        _mark(sides)
    return Row(action, sides)


def _side(found: Comparison, action: ActionView, column: Column, entry: EntryView | None) -> Side:
    of = f"{action.reference}-{column.body.code}-{column.round.year}"
    story = reverse("story", args=[found.strategy.slug, column.body.slug, action.number])
    if entry is None:
        return Side(column, None, story, Markup(""), Markup(""))
    return Side(
        column, entry, story, text.said(entry.progress, f"{of}-progress"), text.said(entry.planned, f"{of}-planned")
    )


def _mark(sides: list[Side]) -> None:
    """The passages that another department's text on the same action has, too."""
    said = [[marking.words(side.progress), marking.words(side.planned)] for side in sides]
    for place, side in enumerate(sides):
        others = [words for index, two in enumerate(said) if index != place for words in two]
        progress, planned = (comparing.passages(words, others) for words in said[place])
        side.progress, side.planned = marking.marked(side.progress, progress), marking.marked(side.planned, planned)
