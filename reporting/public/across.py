"""An action across government."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from reporting.domain import counts, published, wordings
from reporting.domain.tracing import chains
from reporting.public.forms import ActionFilter
from reporting.web import across
from reporting.web.access import number_or_404, strategy_or_404
from reporting.web.pages import public, show
from reporting.web.reading import read
from reporting.web.repeated import of_action


@public
def action(request: HttpRequest, strategy: str, number: int, *, at: datetime) -> HttpResponse:
    found = strategy_or_404(strategy)
    actions = published.actions(found, number)
    number_or_404(number, actions)
    rounds = {one.round.year: one for one in counts.rounds(at, found)[found.pk]}
    latest = counts.latest_published(list(rounds.values()))
    form = ActionFilter(request.GET, years=list(rounds))
    year, status = form.chosen(latest.round.year if latest else max(rounds, default=0))
    form = ActionFilter(initial={"year": year, "status": status}, years=list(rounds))
    round = rounds[year] if rounds else None
    bodies = published.bodies(at)
    index = across.index(
        found,
        number,
        round.round if round else None,
        bodies,
        at,
        status=status,
        after=request.GET.get("after", ""),
    )
    here = index.parts.here.rows
    reading = read(
        found,
        at,
        department=[body.id for body in here],
        action=number,
        years=range(year - across.EARLIER - 1, year + 2),  # a plan stands in the report of the year before
    )
    worded = actions[number].wordings
    milestones = published.milestones(found, action=number)
    context = {
        "strategy": found,
        "action": actions[number],
        "dated": round.dated if round else None,
        "latest": latest.round if latest else None,
        "page": index,
        "rows": [across.on_action(reading, body, number, year) for body in here],
        "repeats": of_action(found, at, reading.entries.values(), bodies, number),
        "form": form,
        # Where its dates are recorded, what the words say of them is not told twice.
        "chains": [] if milestones else chains([(wording.dated, wording.text) for wording in worded]),
        "milestones": milestones,
        "steps": wordings.of_action(worded),
    }
    asked = {"year": year, "status": status}

    def address(after: str) -> str:
        said = {name: value for name, value in {**asked, "after": after}.items() if value}
        return f"{reverse('action', args=[found.slug, number])}?{urlencode(said)}"

    crumbs = [("Home", reverse("home")), (found.title, reverse("strategy", args=[found.slug]))]
    context["address"] = address
    return show(request, "public/action.html", context, crumbs=crumbs, section="strategies", notice=found.notice)
