"""Books: all that belongs together on one page, unfolded, for paper. As long as what departments wrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from reporting.domain import published
from reporting.domain.published import Body, EditionView
from reporting.web import across
from reporting.web.access import department_or_404, number_or_404, strategy_or_404
from reporting.web.pages import Crumb, public, show
from reporting.web.reading import Reading, read
from reporting.web.report import report_context
from strategy.models import Strategy


@dataclass(frozen=True, slots=True)
class Source:
    """An edition that the book quotes, and where anyone finds it."""

    edition: EditionView
    address: str


def _sources(strategy: Strategy, bodies: dict[int, Body], editions: Iterable[EditionView]) -> list[Source]:
    rows = sorted(editions, key=lambda one: (one.name.casefold(), one.year, one.number))
    return [
        Source(
            one,
            settings.SITE_ADDRESS
            + reverse("edition", args=[strategy.slug, bodies[one.department_id].slug, one.year, one.number]),
        )
        for one in rows
    ]


def _crumbs(strategy: Strategy, *more: Crumb) -> list[Crumb]:
    return [("Home", reverse("home")), (strategy.title, reverse("strategy", args=[strategy.slug])), *more]


@public
def of_action(request: HttpRequest, strategy: str, number: int, year: int, *, at: datetime) -> HttpResponse:
    """One action across government: what was planned for the year, what was done, what is planned next."""
    found = strategy_or_404(strategy)
    reading = read(found, at, action=number, years=(year - 1, year))
    number_or_404(number, reading.actions)
    number_or_404(year, reading.years)
    rows = [across.on_action(reading, body, number, year) for body in _bodies(reading, number, year)]
    quoted = [one for one in reading.editions if (one.department_id, number, one.year) in reading.entries]
    context = {
        "reading": reading,
        "action": reading.actions[number],
        "year": year,
        "round": reading.round(year),
        "rows": [row for row in rows if row.shown],
        "others": [row for row in rows if not row.shown],
        "sources": _sources(found, reading.bodies, quoted),
        "milestones": published.milestones(found, action=number),
    }
    crumbs = _crumbs(found, (f"Action {number}", reverse("action", args=[found.slug, number])))
    return show(request, "public/book_action.html", context, crumbs=crumbs, notice=found.notice)


def _bodies(reading: Reading, number: int, year: int) -> list[Body]:
    """Who was due that year, and who has committed to the action; by name."""
    keys = {body for body, when in reading.standings if when == year}
    keys |= {body for body, action in reading.versions if action == number}
    return sorted((reading.bodies[key] for key in keys), key=lambda body: (body.name.casefold(), body.code))


@public
def of_department(request: HttpRequest, strategy: str, department: str, *, at: datetime) -> HttpResponse:
    """All that a department has said under a strategy, action by action and year by year."""
    found, body = strategy_or_404(strategy), department_or_404(department)
    reading = read(found, at, department=body.pk)
    if not (reading.standings or reading.versions):
        raise Http404
    context = report_context(reading, body.pk)
    context["sources"] = _sources(found, reading.bodies, reading.editions)
    view = reading.bodies[body.pk]
    crumbs = _crumbs(found, (f"{view.acronym}’s report", reverse("report", args=[found.slug, view.slug])))
    return show(request, "public/book_department.html", context, crumbs=crumbs, notice=found.notice)
