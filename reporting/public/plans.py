"""What was planned for a year, beside what the reports for that year say became of it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from reporting.domain import corrections, outcomes, published, references
from reporting.domain.outcomes import Counts
from reporting.domain.published import ActionView, Body, EditionView, EntryView, RoundView
from reporting.domain.standing import Standing
from reporting.web import repeated
from reporting.web.access import department_or_404, number_or_404, strategy_or_404
from reporting.web.assembly import PairYear
from reporting.web.pages import Crumb, public, show
from reporting.web.paging import parts
from reporting.web.reading import standings
from strategy.models import Strategy

MOST = 50  # departments on a page of an action


@dataclass(frozen=True, slots=True)
class Frame:
    """A year that was planned for: the round that planned it, the round that reported on it."""

    strategy: Strategy
    at: datetime
    year: int
    rounds: list[RoundView]
    editions: list[EditionView]  # of both rounds
    bodies: dict[int, Body]
    standings: dict[tuple[int, int], Standing]  # of both rounds; of one department, of all
    department: int | None = None

    @property
    def round(self) -> RoundView | None:
        """That of the year itself; none where it isn't open yet."""
        return next((one for one in self.rounds if one.year == self.year), None)

    @property
    def years(self) -> list[int]:
        """Those that plans can be read for, the newest first; of one department, those by a round of its own."""
        years = outcomes.planned_years(self.rounds)
        if self.department is not None:
            own = {year for _, year in self.standings}
            years = [year for year in years if own & {year - 1, year}]
        return sorted(years, reverse=True)

    @property
    def asks(self) -> bool:
        return self.round is not None and self.round.asks_answers

    def standing(self, department: int) -> Standing | None:
        return self.standings.get((department, self.year))

    def edition(self, department: int, year: int) -> EditionView | None:
        return next((one for one in self.editions if (one.department_id, one.year) == (department, year)), None)

    def published(self, year: int) -> int:
        return sum(edition.year == year for edition in self.editions)

    def due(self, year: int) -> int:
        return sum(when == year for _, when in self.standings)

    def plans(self, *, department: int | None = None, action: int | None = None) -> outcomes.Planned:
        return outcomes.planned(
            self.strategy,
            self.year,
            self.at,
            round=self.round,
            standings=self.standings,
            department=department,
            action=action,
        )


def _frame(found: Strategy, year: int, at: datetime, *, department: int | None = None) -> Frame:
    """404 for a year that no report can have planned for."""
    rounds = published.rounds(found)
    number_or_404(year, outcomes.planned_years(rounds))
    both = [one for one in rounds if one.year in {year - 1, year}]
    editions = published.editions(found, at, department=department, year=[year - 1, year])
    withdrawals = corrections.withdrawals(found, at, department=department)
    asked = both if department is None else rounds
    stand = standings(found, asked, editions, withdrawals, at, department=department)
    return Frame(found, at, year, rounds, editions, published.bodies(at), stand, department)


def _pairs(frame: Frame, editions: Collection[EditionView], action: int | None = None) -> list[EntryView]:
    """The entries of these editions with their activities: plans for the year, and what was said of it."""
    rows = published.entries(frame.strategy, editions, action=action)
    published.add_activities(frame.strategy, rows, list(editions), frame.rounds, frame.at)
    return rows


def _crumbs(frame: Frame, *more: Crumb) -> list[Crumb]:
    strategy = frame.strategy
    return [("Home", reverse("home")), (strategy.title, reverse("strategy", args=[strategy.slug])), *more]


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    body: Body
    standing: Standing | None  # in the round of the year that was planned for
    has_plan: bool  # its report of the year before is public
    counts: Counts


@public
def plans(request: HttpRequest, strategy: str, year: int, *, at: datetime) -> HttpResponse:
    found = strategy_or_404(strategy)
    frame = _frame(found, year, at)
    planned = frame.plans()
    by_department, by_action = planned.by_department(), planned.by_action()
    have = {edition.department_id for edition in frame.editions if edition.year == year - 1}
    bodies = {body for body, _ in frame.standings}
    context = {
        "frame": frame,
        "counts": planned.all,
        "actions": [(action, by_action[number]) for number, action in published.actions(found).items()],
        "departments": [
            DepartmentRow(body, frame.standing(body.id), body.id in have, by_department[body.id])
            for body in _by_name(frame, bodies)
        ],
    }
    return show(
        request, "public/plans.html", context, crumbs=_crumbs(frame), section="strategies", notice=found.notice
    )


def _by_name(frame: Frame, departments: Iterable[int]) -> list[Body]:
    found = (frame.bodies[body] for body in departments)
    return sorted(found, key=lambda body: (body.name.casefold(), body.code))


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """One action of a department's page, or one department of an action's page."""

    action: ActionView
    body: Body
    code: str  # begins the ids of its statements
    pair: PairYear


def _plans_of(
    frame: Frame, rows: Iterable[EntryView], actions: dict[int, ActionView], bodies: Iterable[Body]
) -> list[ActionPlan]:
    """Where something was planned for the year: the plan, and the progress where any is public."""
    by_key = {(row.department_id, row.action, row.year): row for row in rows}
    found = []
    for body in bodies:
        for number, action in actions.items():
            plan = by_key.get((body.id, number, frame.year - 1))
            if plan and plan.planned:
                said = by_key.get((body.id, number, frame.year))
                pair = PairYear(frame.year, frame.round, plan, said, frame.standing(body.id))
                code = references.anchor(references.pair(frame.strategy.code, number, body.code))
                found.append(ActionPlan(action, body, code, pair))
    return found


def _shown(rows: Iterable[ActionPlan]) -> list[EntryView]:
    return [entry for row in rows for entry in (row.pair.plan, row.pair.progress) if entry]


@public
def of_department(request: HttpRequest, strategy: str, department: str, year: int, *, at: datetime) -> HttpResponse:
    found, body = strategy_or_404(strategy), department_or_404(department)
    frame = _frame(found, year, at, department=body.pk)
    number_or_404(year, frame.years)
    entries = _pairs(frame, frame.editions)
    view = frame.bodies[body.pk]
    rows = _plans_of(frame, entries, published.actions(found), [view])
    planned = {row.action.number for row in rows}
    context = {
        "frame": frame,
        "body": view,
        "rows": rows,
        "counts": outcomes.of_entries(
            [row.pair.plan for row in rows if row.pair.plan], frame.standing(body.pk), frame.round
        ),
        "standing": frame.standing(body.pk),
        "before": frame.edition(body.pk, year - 1),
        "after": frame.edition(body.pk, year),
        "unplanned": [row.action for row in entries if row.year == year and row.action not in planned],
        "repeats": repeated.of_department(found, at, _shown(rows), frame.bodies, body.pk),
    }
    report = (f"{view.acronym}’s report", reverse("report", args=[found.slug, body.slug]))
    return show(
        request,
        "public/department_plans.html",
        context,
        crumbs=_crumbs(frame, report),
        section="departments",
        notice=found.notice,
    )


@public
def of_action(request: HttpRequest, strategy: str, number: int, year: int, *, at: datetime) -> HttpResponse:
    found = strategy_or_404(strategy)
    actions = published.actions(found, number)
    number_or_404(number, actions)
    frame = _frame(found, year, at)
    everybody = _by_name(frame, outcomes.planning(found, year, at, action=number))
    pages = parts(everybody, lambda body: body.slug, request.GET.get("after", ""), MOST)
    ids = {body.id for body in pages.here.rows}
    entries = _pairs(frame, [one for one in frame.editions if one.department_id in ids], number)
    rows = _plans_of(frame, entries, actions, pages.here.rows)
    context = {
        "frame": frame,
        "action": actions[number],
        "rows": rows,
        "counts": frame.plans(action=number).all,
        "pages": pages,
        "address": _address(reverse("action-plans", args=[found.slug, number, year])),
        "repeats": repeated.of_action(found, at, _shown(rows), frame.bodies, number),
    }
    name = (f"Action {number}", reverse("action", args=[found.slug, number]))
    return show(
        request,
        "public/action_plans.html",
        context,
        crumbs=_crumbs(frame, name),
        section="strategies",
        notice=found.notice,
    )


def _address(page: str) -> Callable[[str], str]:
    """Of the part of the page behind the department of that slug."""
    return lambda after: f"{page}?after={after}" if after else page
