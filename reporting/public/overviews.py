"""Pages that count: the site, one strategy, one round. They read none of what departments said."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from reporting.domain import corrections, counts, published
from reporting.domain.counts import RoundCount
from reporting.domain.demonstration import is_demonstration
from reporting.domain.tracing import moves
from reporting.web import assembly
from reporting.web.access import number_or_404, strategy_or_404
from reporting.web.pages import public, show
from reporting.web.reading import standings
from strategy.models import Strategy

LATEST = 5  # publications on the home page


@dataclass(frozen=True, slots=True)
class Overview:
    """One strategy on the home page."""

    strategy: Strategy
    rounds: list[RoundCount]
    actions: list[tuple[int, str]]  # number and wording

    @property
    def latest(self) -> RoundCount | None:
        return counts.latest_published(self.rounds)


@public
def home(request: HttpRequest, *, at: datetime) -> HttpResponse:
    rounds, actions = counts.rounds(at), counts.actions()
    context = {
        "strategies": [Overview(one, rounds[one.pk], actions[one.pk]) for one in published.strategies()],
        "latest": counts.latest(at, LATEST),
        "groups": assembly.by_notice(published.bodies(at).values()),
        "is_demonstration": is_demonstration(),
        "at": at,
    }
    return show(request, "public/home.html", context, crumbs=[])


@public
def strategy(request: HttpRequest, strategy: str, *, at: datetime) -> HttpResponse:
    found = strategy_or_404(strategy)
    rounds, actions = counts.rounds(at, found)[found.pk], published.actions(found)
    latest = counts.latest_published(rounds)
    said, alike = (counts.said(latest.round, at), counts.alike(latest.round, at)) if latest else ({}, Counter())
    context = {
        "strategy": found,
        "owner": published.bodies(at)[found.owner_id].name if found.owner_id else "",
        "rounds": rounds,
        "latest": latest.round if latest else None,
        "dated": max((one.dated for one in rounds if one.dated), default=None),
        "rows": assembly.rows_by_theme(actions.values(), latest, said, alike),
        "moved": {
            number: moves([(wording.dated, wording.text) for wording in action.wordings])
            for number, action in actions.items()
        },
    }
    return show(
        request,
        "public/strategy.html",
        context,
        crumbs=[("Home", reverse("home")), ("Strategies", reverse("strategies"))],
        section="strategies",
        notice=found.notice,
    )


@public
def year(request: HttpRequest, strategy: str, year: int, *, at: datetime) -> HttpResponse:
    found = strategy_or_404(strategy)
    rounds = {one.year: one for one in published.rounds(found)}
    number_or_404(year, rounds)
    round = rounds[year]
    editions = published.editions(found, at, year=year)
    withdrawals = corrections.withdrawals(found, at)
    stand = standings(found, [round], editions, withdrawals, at)
    bodies = published.bodies(at)
    due = sorted((bodies[body] for body, _ in stand), key=lambda body: body.name.casefold())
    context = {
        "strategy": found,
        "round": round,
        "has_plans": year - 1 in rounds,
        "dated": max((edition.dated for edition in editions), default=None),
        "rows": assembly.completeness(
            [(body, stand[body.id, year]) for body in due], counts.entries(round, at), counts.activities(round, at)
        ),
        "due": [action for action in published.actions(found).values() if action.due_from <= year],
    }
    crumbs = [("Home", reverse("home")), (found.title, reverse("strategy", args=[found.slug]))]
    return show(request, "public/year.html", context, crumbs=crumbs, section="strategies", notice=found.notice)
